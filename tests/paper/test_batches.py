"""From scans to counted answers: read by the runner, decided by people, accepted once, then forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.core.errors import Conflict, Invalid, NotFound
from survey.core.permissions import Scope
from survey.jobs.models import Job
from survey.paper.accepting import Accepted, NotReady, WaveClosed, accept_batch, store_sheet
from survey.paper.deciding import SerialRefused, decide_row, decide_serial, keep_page, leave_out_page
from survey.paper.folders import batch_folder, page_path
from survey.paper.models import PaperBatch, PaperPage, PaperReading, ReadingDecision
from survey.paper.operations import delete_old_images, discard_batch
from survey.paper.queries import batch_report, blank_rows, paper_batch_by_id, review_rows, rows_of
from survey.responses.closing import close_wave
from survey.responses.models import Response
from tests.factories import Cast
from tests.responses.fieldwork import SIGNER, make_wave

pytest.importorskip("cv2")
paperwork = pytest.importorskip("tests.paper.paperwork")

ALL_RIGHT = {place: (1,) for place in range(1, 11)} | {11: (1, 3)}


@dataclass
class Desk:
    """A wave of parents with printed sheets, and where scans go."""

    session: Session
    folder: Path
    wave: Wave
    cast: Cast
    serials: list[Serial]
    pages: list
    layout: object
    now: datetime

    @property
    def scope(self) -> Scope:
        """What the school's administrator may see."""
        return paperwork.whole(self.cast.school)

    def filled(self, number: int, marks: dict[int, tuple[int, ...]]) -> bytes:
        """Return a scan of one sheet with marks."""
        return paperwork.jpeg(paperwork.fill(self.pages[number], self.layout, marks))

    def read(self, *files: bytes) -> PaperBatch:
        """Hand scans in and read them."""
        return paperwork.read_files(self.session, self.folder, self.wave, self.cast.school, list(files), self.now)

    def accept(self, batch: PaperBatch, **options: bool) -> Accepted:
        """Accept a batch."""
        accepted = accept_batch(
            self.session, batch_id=batch.id, scope=self.scope, signer=SIGNER, person=1, now=self.now, **options
        )
        self.session.commit()
        return accepted

    def stored(self) -> int:
        """Return how many answers the wave has."""
        query = select(func.count()).select_from(Response).where(Response.wave_id == self.wave.id)
        return self.session.scalar(query) or 0


@pytest.fixture
def desk(session: Session, cast: Cast, now: datetime, tmp_path: Path) -> Desk:
    wave = make_wave(session, cast.school, "parents", now=now)
    batch = paperwork.make_sheets(session, wave, cast.school, 4, now)
    return Desk(
        session,
        tmp_path,
        wave,
        cast,
        paperwork.serials_in_order(session, batch),
        paperwork.print_sheets(session, batch),
        paperwork.layout_of_batch(session, batch),
        now,
    )


def states(batch: PaperBatch) -> list[str]:
    return [page.state for page in batch.pages]


def test_a_scan_of_two_sheets_becomes_two_answers_and_nothing_says_which_sheet_said_what(desk: Desk) -> None:
    scan = paperwork.pdf_of(
        [
            paperwork.fill(desk.pages[0], desk.layout, ALL_RIGHT),
            paperwork.fill(desk.pages[1], desk.layout, {1: (0,), 2: (4,)}),
        ]
    )
    batch = desk.read(scan)
    assert states(batch) == ["read", "read"]
    assert desk.accept(batch) == Accepted(stored=2, already=0, blank=0)
    desk.session.expire_all()
    assert states(batch) == ["stored", "stored"]
    assert desk.session.scalar(select(func.count()).select_from(PaperReading)) == 0
    stored = desk.session.scalars(select(Response).order_by(Response.form)).all()
    assert [row.form for row in stored] == ["A", "B"]
    assert stored[0].answers == bytes([1] * 10) + (0b101).to_bytes(2, "big")
    assert stored[1].answers == bytes([0, 4] + [255] * 8) + (1 << 15).to_bytes(2, "big")
    spent = desk.session.scalars(select(Serial.code).where(Serial.is_spent)).all()
    assert set(spent) == {desk.serials[0].code, desk.serials[1].code}


def test_a_sheet_handed_in_twice_counts_once_whichever_way_it_comes(desk: Desk) -> None:
    same = desk.filled(0, ALL_RIGHT)
    batch = desk.read(same, same, desk.filled(1, ALL_RIGHT))
    assert states(batch) == ["read", "repeated", "read"]
    # Meanwhile somebody answers with the telephone, by the QR of the second sheet.
    outcome = store_sheet(
        desk.session,
        serial=desk.serials[1].code,
        form=None,
        answers=(frozenset({2}),) * 10 + (None,),
        signer=SIGNER,
        now=desk.now,
    )
    desk.session.commit()
    assert outcome == "stored"
    assert desk.accept(batch) == Accepted(stored=1, already=0, blank=0)
    assert states(batch) == ["stored", "repeated", "already"]
    assert states(desk.read(same)) == ["already"]
    assert desk.stored() == 2


def test_two_different_readings_of_one_sheet_wait_for_a_person(desk: Desk) -> None:
    batch = desk.read(desk.filled(0, ALL_RIGHT), desk.filled(0, ALL_RIGHT | {3: (2,)}))
    assert states(batch) == ["conflict", "conflict"]
    with pytest.raises(NotReady):
        desk.accept(batch)
    desk.session.rollback()
    keep_page(desk.session, page_id=batch.pages[1].id, scope=desk.scope, person=1, now=desk.now)
    assert states(batch) == ["left_out", "read"]
    assert desk.accept(batch).stored == 1
    assert desk.session.scalars(select(Response.answers)).one()[2] == 2


def test_what_the_machine_is_not_sure_of_is_decided_by_a_person_and_logged(desk: Desk) -> None:
    batch = desk.read(desk.filled(0, ALL_RIGHT | {2: (1, 4), 11: (2, 7)}))
    waiting = review_rows(desk.session, batch.id, desk.scope)
    assert [(each.row.place, each.row.reason) for each in waiting] == [(11, "contradiction"), (2, "two_marks")]
    page = batch.pages[0]
    with pytest.raises(Invalid):
        decide_row(desk.session, page_id=page.id, place=2, codes=(1, 4), scope=desk.scope, person=1, now=desk.now)
    for place, codes in ((2, (4,)), (11, (2,))):
        decide_row(desk.session, page_id=page.id, place=place, codes=codes, scope=desk.scope, person=1, now=desk.now)
    assert page.state == "read"
    log = desk.session.scalars(select(ReadingDecision).order_by(ReadingDecision.id)).all()
    assert [(entry.place, entry.old, entry.new, entry.image_hash == page.image_hash) for entry in log] == [
        (2, "?", "4", True),
        (11, "?", "2", True),
    ]
    desk.accept(batch)
    assert desk.session.scalars(select(Response.answers)).one()[1] == 4


def test_answers_to_the_other_question_paper_are_stored_as_such_once_a_person_confirms(desk: Desk) -> None:
    batch = desk.read(desk.filled(0, ALL_RIGHT | {0: (2,)}))
    [waiting] = review_rows(desk.session, batch.id, desk.scope)
    assert (waiting.row.place, waiting.row.reason) == (0, "other_form")
    decide_row(desk.session, page_id=waiting.page_id, place=0, codes=(2,), scope=desk.scope, person=1, now=desk.now)
    desk.accept(batch)
    assert desk.session.scalars(select(Response.form)).one() == "B"


def test_a_blank_sheet_stays_unused_and_its_rows_are_shown_for_a_glance(desk: Desk) -> None:
    batch = desk.read(desk.filled(2, {}))
    assert states(batch) == ["read"]
    assert len(blank_rows(desk.session, batch.id, desk.scope)) == 11
    assert desk.accept(batch) == Accepted(stored=0, already=0, blank=1)
    assert not desk.session.scalars(select(Serial.is_spent).where(Serial.is_spent)).all()


def test_foreign_pictures_are_refused_with_a_reason_and_a_small_picture(desk: Desk) -> None:
    unknown = paperwork.jpeg(desk.pages[0][:1500])
    batch = desk.read(paperwork.noise_picture(), unknown, b"%PDF-1.7 broken", b"GIF89a nothing")
    assert states(batch) == ["refused"] * 4
    assert [page.reason for page in batch.pages] == ["corners_missing", "corners_missing", "damaged", "not_a_picture"]
    assert page_path(desk.folder, batch.id, 1, 1).exists()
    report = batch_report(desk.session, batch)
    assert report.refused == {"corners_missing": 2, "damaged": 1, "not_a_picture": 1}
    assert (report.printed, report.never_returned, report.is_ready) == (4, 4, True)


def test_a_sheet_of_another_school_or_wave_is_refused(desk: Desk) -> None:
    other = make_wave(desk.session, desk.cast.other_school, "parents", now=desk.now)
    sheets = paperwork.make_sheets(desk.session, other, desk.cast.other_school, 1, desk.now)
    scan = paperwork.jpeg(paperwork.print_sheets(desk.session, sheets)[0])
    batch = desk.read(scan)
    assert [(page.state, page.reason) for page in batch.pages] == [("refused", "other_wave")]


def test_a_sheet_without_readable_code_takes_the_serial_that_a_person_types(desk: Desk) -> None:
    page = paperwork.fill(desk.pages[0], desk.layout, ALL_RIGHT)
    page[60:360, 1140:1440] = 255
    batch = desk.read(paperwork.jpeg(page))
    assert states(batch) == ["needs_serial"]
    wrong = {"mistyped": "AAAA BBBB C", "unknown_serial": "000000000"}
    for reason, typed in wrong.items():
        with pytest.raises(SerialRefused) as refused:
            decide_serial(
                desk.session, page_id=batch.pages[0].id, typed=typed, scope=desk.scope, person=1, now=desk.now
            )
        assert refused.value.reason == reason
    typed = desk.serials[0].code.lower()
    decide_serial(desk.session, page_id=batch.pages[0].id, typed=typed, scope=desk.scope, person=1, now=desk.now)
    assert states(batch) == ["read"]
    log = desk.session.scalars(select(ReadingDecision)).all()
    assert all(desk.serials[0].code not in (entry.old, entry.new) for entry in log)
    assert desk.accept(batch).stored == 1


def test_who_may_not_see_the_school_sees_no_batch(desk: Desk) -> None:
    batch = desk.read(desk.filled(0, ALL_RIGHT))
    stranger = paperwork.whole(desk.cast.other_school)
    teacher = Scope(frozenset({desk.cast.school.id}), frozenset(), frozenset({desk.cast.own_class.id}))
    for scope in (stranger, teacher):
        with pytest.raises(NotFound):
            paper_batch_by_id(desk.session, batch.id, scope)
        with pytest.raises(NotFound):
            leave_out_page(desk.session, page_id=batch.pages[0].id, scope=scope, person=1, now=desk.now)


def test_after_the_wave_has_closed_nothing_is_accepted(desk: Desk) -> None:
    batch = desk.read(desk.filled(0, ALL_RIGHT))
    close_wave(desk.session, wave_id=desk.wave.id, user_id=None, now=desk.now)
    desk.session.commit()
    with pytest.raises(WaveClosed):
        desk.accept(batch)
    desk.session.rollback()
    assert desk.stored() == 0


def test_a_finished_batch_takes_no_more_decisions(desk: Desk) -> None:
    batch = desk.read(desk.filled(0, ALL_RIGHT))
    desk.accept(batch)
    with pytest.raises(Conflict):
        desk.accept(batch)
    with pytest.raises(Conflict):
        leave_out_page(desk.session, page_id=batch.pages[0].id, scope=desk.scope, person=1, now=desk.now)


def test_pictures_go_at_once_when_given_up_and_two_weeks_after_acceptance(desk: Desk) -> None:
    given_up = desk.read(desk.filled(0, ALL_RIGHT))
    discard_batch(desk.session, data_dir=desk.folder, batch_id=given_up.id, scope=desk.scope, person=1, now=desk.now)
    desk.session.commit()
    assert not batch_folder(desk.folder, given_up.id).exists()
    accepted = desk.read(desk.filled(0, ALL_RIGHT))
    desk.accept(accepted)
    folder = batch_folder(desk.folder, accepted.id)
    for days, is_there in ((13, True), (15, False)):
        delete_old_images(desk.session, data_dir=desk.folder, now=desk.now + timedelta(days=days))
        desk.session.commit()
        assert folder.exists() == is_there
    assert desk.session.scalars(select(PaperPage.image_hash).where(PaperPage.state == "stored")).one()


def test_a_reading_that_was_cut_off_goes_on_where_it_stopped(desk: Desk) -> None:
    scan = paperwork.pdf_of([paperwork.fill(page, desk.layout, ALL_RIGHT) for page in desk.pages[:3]])
    batch = desk.read(scan)
    first = {page.id for page in batch.pages[:1]}
    # As if the power had failed after the first page.
    for page in list(batch.pages[1:]):
        desk.session.delete(page)
    batch.state = "reading"
    job = desk.session.get_one(Job, batch.job_id)
    job.state = "running"
    desk.now = desk.now + timedelta(minutes=10)
    assert paperwork.run_queue(desk.session, desk.folder, desk.now) == 1
    assert states(batch) == ["read"] * 3
    assert first < {page.id for page in batch.pages}
    assert all(len(rows_of(page)) == 12 for page in batch.pages)
    assert (job.state, job.done, job.total, job.attempts) == ("done", 3, 3, 2)
