"""Gathers what item analysis is built from: the answers of a wave that a person may look at, and what was asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.suppression import MINIMUM_DETAIL
from survey.campaigns.models import Wave
from survey.campaigns.queries import subtree, wave_by_id, wave_definition
from survey.core.errors import NotFound
from survey.core.permissions import Scope
from survey.core.vocabulary import WaveKind
from survey.instruments.definitions import InstrumentDefinition, Item
from survey.organisations.models import Organisation
from survey.reports.item_masks import Cell, key_of, visible_cells
from survey.reports.item_records import FormInput, ItemSource, KeyedItem, Rows
from survey.reports.records import Hidden, Place, WaveFact
from survey.responses.matrices import AnswerRows, answers_of


def item_source(session: Session, *, wave_id: int, scope: Scope, organisation_id: int | None = None) -> ItemSource:
    """Return everything that the item analysis of a wave is built from.

    organisation_id: the one organisation to look at; None for the widest view that the scope allows.
    Raises NotFound if the scope does not cover it, or nothing of the wave.
    """
    wave = wave_by_id(session, wave_id, scope)
    owner = wave.campaign.organisation
    places = _places(session, owner.id, scope)
    has_whole = scope.covers(owner.id) and len(places) > 1
    focus = _focus(places, owner.id, organisation_id, has_whole)
    definition = wave_definition(session, wave)
    cells = answers_of(session, wave_id=wave.id, organisation_ids=list(places), scope=scope)
    visible = _visible(cells, definition, focus, has_whole)
    other = _other_cells(session, wave, list(places), scope)
    other_visible = _visible(other, definition, focus, has_whole)
    is_after = wave.kind == WaveKind.FOLLOW_UP
    asked = [cell for cell in cells if focus in (None, cell.organisation_id)]
    return ItemSource(
        wave=WaveFact(wave.id, wave.audience, wave.kind, wave.state, wave.opens, wave.closes),
        campaign_id=wave.campaign_id,
        title=wave.campaign.title,
        owner=_place(owner),
        place=_place(owner if focus is None else places[focus]),
        places=tuple(_place(places[key]) for key in places if key in {cell.organisation_id for cell in cells}),
        focus=focus,
        has_whole=has_whole,
        left_out=_left_out(asked, visible),
        definition=definition,
        forms=tuple(
            FormInput(
                form=form,
                items=tuple(_keyed(item) for item in definition.scored_items(form)),
                rows=_rows(asked, visible, form),
                other_rows=_rows(other, other_visible, form),
                is_after=is_after,
                hidden=_hidden(asked, visible, form),
            )
            for form in definition.forms
        ),
    )


def _places(session: Session, owner_id: int, scope: Scope) -> dict[int, Organisation]:
    """Return what lies in the campaign and wholly in the scope, by name; NotFound if nothing does."""
    below = subtree(session, owner_id) & scope.whole
    query = select(Organisation).where(Organisation.id.in_(below)).order_by(Organisation.name, Organisation.id)
    found = {place.id: place for place in session.scalars(query)}
    if not found:
        raise NotFound
    return found


def _focus(places: dict[int, Organisation], owner_id: int, wanted: int | None, has_whole: bool) -> int | None:
    if wanted is not None and wanted not in places:
        raise NotFound
    if has_whole and wanted in (None, owner_id):
        return None
    return wanted if wanted is not None else next(iter(places))


def _other_cells(session: Session, wave: Wave, places: Sequence[int], scope: Scope) -> tuple[AnswerRows, ...]:
    """Return the answers of the other wave of the same audience; the plan is one, so that it asked the same."""
    query = select(Wave.id).where(
        Wave.campaign_id == wave.campaign_id, Wave.audience == wave.audience, Wave.id != wave.id
    )
    other = session.scalar(query)
    return () if other is None else answers_of(session, wave_id=other, organisation_ids=places, scope=scope)


def _visible(
    cells: Sequence[AnswerRows], definition: InstrumentDefinition, focus: int | None, has_whole: bool
) -> frozenset[Cell]:
    share = len(definition.forms) > 1 and any(item.scored and item.form is None for item in definition.items)
    return visible_cells(cells, focus=focus, published_total=has_whole, forms_share_items=share)


def _rows(cells: Iterable[AnswerRows], visible: frozenset[Cell], form: str) -> Rows:
    found: Counter[tuple[int, ...]] = Counter()
    for cell in cells:
        if cell.form == form and key_of(cell) in visible:
            for codes, number in cell.rows:
                found[codes] += number
    return tuple(sorted(found.items()))


def _hidden(cells: Iterable[AnswerRows], visible: frozenset[Cell], form: str) -> Hidden | None:
    own = [cell for cell in cells if cell.form == form]
    if not own or any(key_of(cell) in visible for cell in own):
        return None
    return Hidden.SMALL if all(cell.number < MINIMUM_DETAIL for cell in own) else Hidden.COMPLEMENT


def _left_out(cells: Iterable[AnswerRows], visible: frozenset[Cell]) -> tuple[str | None, ...]:
    """Return the groups missing from a form that others are shown of."""
    found = list(cells)
    forms = {cell.form for cell in found if key_of(cell) in visible}
    missing = {cell.group for cell in found if cell.form in forms and key_of(cell) not in visible}
    return tuple(sorted(missing, key=lambda group: group or ""))


def _keyed(item: Item) -> KeyedItem:
    return KeyedItem(item.id, sum(1 << (code - 1) for code in item.key), len(item.options))


def _place(organisation: Organisation) -> Place:
    return Place(organisation.id, organisation.name, organisation.code, organisation.kind, organisation.is_demo)
