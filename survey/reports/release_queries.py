"""Reads releases: for people within their scope, and for the reports that come after them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from survey.core.clock import local_date
from survey.core.errors import NotFound
from survey.core.periods import Period, PeriodInvalid, previous_period
from survey.core.permissions import Scope
from survey.organisations.models import Organisation
from survey.reports.models import Release, ReleaseFile, ReportDraft
from survey.reports.period_records import EarlierReport, Sum
from survey.reports.release_records import earlier_figures, sums_of


def releases_in(session: Session, scope: Scope) -> Sequence[Release]:
    """Return the issued reports of the organisations that the scope covers, newest first."""
    return session.scalars(_newest_first().where(Release.organisation_id.in_(scope.whole))).all()


def _newest_first() -> Select[Release]:
    return (
        select(Release)
        .options(joinedload(Release.organisation), selectinload(Release.files))
        .order_by(Release.issued_at.desc(), Release.id.desc())
    )


def releases_of(session: Session, *, organisation_id: int, period: str, scope: Scope) -> Sequence[Release]:
    """Return the releases of one report, newest first; none if the scope does not cover the organisation."""
    if not scope.covers(organisation_id):
        return ()
    query = _newest_first().where(Release.organisation_id == organisation_id, Release.period == period)
    return session.scalars(query).all()


def release_by_id(session: Session, release_id: int, scope: Scope) -> Release:
    """Return a release that the scope covers. Raises NotFound."""
    release = session.get(Release, release_id, options=[joinedload(Release.organisation), selectinload(Release.files)])
    if release is None or not scope.covers(release.organisation_id):
        raise NotFound
    return release


def release_file(session: Session, *, release_id: int, name: str, scope: Scope) -> ReleaseFile:
    """Return a file of a release with its content. Raises NotFound."""
    release_by_id(session, release_id, scope)
    query = select(ReleaseFile).where(ReleaseFile.release_id == release_id, ReleaseFile.name == name)
    found = session.scalars(query.options(undefer(ReleaseFile.content))).first()
    if found is None:
        raise NotFound
    return found


def earlier_report(session: Session, *, organisation_id: int, period: Period) -> EarlierReport | None:
    """Return the latest release of the organisation's report for the period before, if there is one."""
    try:
        before = previous_period(period).text
    except PeriodInvalid:
        return None
    query = (
        select(Release)
        .where(Release.organisation_id == organisation_id, Release.period == before)
        .order_by(Release.number.desc())
        .limit(1)
    )
    release = session.scalars(query).first()
    if release is None:
        return None
    return EarlierReport(release.number, before, local_date(release.issued_at), earlier_figures(release.figures))


def published_before(session: Session, *, parts: Collection[tuple[int, int]]) -> tuple[Sum, ...]:
    """Return what releases of any unit on the same line of the tree said of these waves in these organisations.

    Parts are (wave, organisation). For the check against subtraction only: nothing of it is ever shown, so no scope.
    """
    if not parts:
        return ()
    wanted = set(parts)
    found: dict[Sum, None] = {}
    for release in session.scalars(select(Release).where(_on_the_line(session, {place for _wave, place in wanted}))):
        found.update(dict.fromkeys(one for one in sums_of(release.figures) if wanted & set(one.parts)))
    return tuple(found)


def _on_the_line(session: Session, places: Collection[int]) -> ColumnElement[bool]:
    """The condition for releases of these organisations, of what stands above them, and of what stands below."""
    paths = session.scalars(select(Organisation.path).where(Organisation.id.in_(places))).all()
    above = {int(step) for path in paths for step in path.strip("/").split("/")}
    below = select(Organisation.id).where(or_(*(Organisation.path.startswith(path) for path in paths)))
    return or_(Release.organisation_id.in_(above), Release.organisation_id.in_(below))


def draft_of(session: Session, *, organisation_id: int, period: str) -> ReportDraft | None:
    """Return what a unit wrote for the report of a period; the caller has checked that the person may see the unit."""
    query = select(ReportDraft).where(ReportDraft.organisation_id == organisation_id, ReportDraft.period == period)
    return session.scalars(query).first()


def last_letterhead(session: Session, *, organisation_id: int) -> dict[str, str]:
    """Return what a unit changed of the usual letterhead the last time; the caller has checked who asks."""
    query = (
        select(ReportDraft)
        .where(ReportDraft.organisation_id == organisation_id)
        .order_by(ReportDraft.updated_at.desc(), ReportDraft.id.desc())
        .limit(1)
    )
    draft = session.scalars(query).first()
    return dict(draft.letterhead) if draft is not None else {}


def drafts_in(session: Session, scope: Scope) -> Sequence[ReportDraft]:
    """Return the drafts of the organisations that the scope covers, last edited first."""
    query = (
        select(ReportDraft)
        .where(ReportDraft.organisation_id.in_(scope.whole))
        .options(joinedload(ReportDraft.organisation))
        .order_by(ReportDraft.updated_at.desc(), ReportDraft.id.desc())
    )
    return session.scalars(query).all()
