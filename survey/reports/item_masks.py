"""Which answers item analysis may look at: nothing from fewer than 10 people, and nothing that follows by subtraction.

Plain numbers in, cells out; no database, no SciPy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from analysis.suppression import MINIMUM_DETAIL, suppress_together, total_is_shown
from survey.responses.matrices import AnswerRows

# Organisation, reporting group and form.
Cell = tuple[int, str | None, str]


def visible_cells(
    cells: Sequence[AnswerRows], *, focus: int | None, published_total: bool, forms_share_items: bool
) -> frozenset[Cell]:
    """Return the cells whose answers the figures of a focus may rest on.

    focus: one organisation, or None for all together. published_total: whether the reader can also see all together,
    so that a small organisation would follow from the others. forms_share_items: whether an item stands in both forms,
    so that a hidden form would follow from figures of the item over both.

    Reporting groups are kept apart: the report shows what teachers chose, so that employees would follow from staff.
    """
    found: set[Cell] = set()
    for group in {cell.group for cell in cells}:
        own = [cell for cell in cells if cell.group == group]
        if focus is None:
            found |= _all_together(own)
        else:
            found |= {cell for cell in _one_by_one(own, published_total, forms_share_items) if cell[0] == focus}
    return frozenset(found)


def _all_together(cells: Iterable[AnswerRows]) -> set[Cell]:
    own = list(cells)
    found: set[Cell] = set()
    for form in {cell.form for cell in own}:
        of_form = [cell for cell in own if cell.form == form]
        if total_is_shown([cell.number for cell in of_form], minimum=MINIMUM_DETAIL):
            found |= {key_of(cell) for cell in of_form}
    return found


def _one_by_one(cells: Sequence[AnswerRows], published_total: bool, forms_share_items: bool) -> set[Cell]:
    forms = sorted({cell.form for cell in cells})
    found: set[Cell] = set()
    for together in [forms] if forms_share_items else [[form] for form in forms]:
        found |= _shown(cells, together, published_total)
    return found


def _shown(cells: Sequence[AnswerRows], forms: Collection[str], published_total: bool) -> set[Cell]:
    places = sorted({cell.organisation_id for cell in cells})
    numbers = {(cell.organisation_id, cell.form): cell.number for cell in cells}
    lists = [[numbers.get((place, form), 0) for place in places] for form in sorted(forms)]
    hidden = suppress_together(lists, minimum=MINIMUM_DETAIL, published_total=published_total)
    shown = {place for place, is_hidden in zip(places, hidden, strict=True) if not is_hidden}
    return {key_of(cell) for cell in cells if cell.form in forms and cell.organisation_id in shown}


def key_of(cell: AnswerRows) -> Cell:
    """Return what names a cell."""
    return cell.organisation_id, cell.group, cell.form
