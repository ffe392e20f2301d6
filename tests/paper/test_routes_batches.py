"""Pages about scans without a script: hand in, check row by row, add what was taken again, accept, give up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.campaigns.models import Wave
from survey.collection.models import Serial
from survey.core.clock import utc_now
from survey.jobs.models import FAILED, Job
from survey.paper.folders import batch_folder
from survey.paper.models import PaperBatch, ReadingDecision
from survey.responses.models import Response
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import make_wave

pytest.importorskip("cv2")
paperwork = pytest.importorskip("tests.paper.paperwork")

ALL_RIGHT = {place: (1,) for place in range(1, 11)} | {11: (1, 3)}


@dataclass
class Desk:
    """An administrator at the pages of a wave, with printed sheets."""

    session: Session
    client: PageClient
    folder: Path
    wave: Wave
    cast: Cast
    serials: list[Serial]
    pages: list
    layout: object
    now: datetime

    def scan(self, number: int, marks: dict[int, tuple[int, ...]]) -> bytes:
        """Return a scan of one sheet with marks."""
        return paperwork.jpeg(paperwork.fill(self.pages[number], self.layout, marks))

    def hand_in(self, *files: bytes, batch: int = 0) -> str:
        """Upload files, let them be read, and return the address of the batch."""
        page = f"/paper/{batch}" if batch else f"/waves/{self.wave.id}/paper/upload"
        data = {"place": f"{self.cast.school.id}-0", "files": [(BytesIO(file), "x.jpg") for file in files]}
        address = f"{page}/files" if batch else page
        answer = self.client.post(address, data, csrf_from=page, content_type="multipart/form-data")
        assert answer.status_code == 302, answer.get_data(as_text=True)
        assert "Máy đang đọc" in self.client.visit(answer.location)
        paperwork.run_queue(self.session, self.folder, self.now)
        return str(answer.location)

    def press(self, page: str, address: str, **fields: str):
        """Press a button of a page."""
        return self.client.post(address, fields, csrf_from=page)

    def stored(self) -> int:
        """Return how many answers the wave has."""
        return self.session.scalar(select(func.count()).select_from(Response)) or 0


@pytest.fixture
def desk(app: Flask, client: PageClient, session: Session, cast: Cast) -> Desk:
    now = utc_now()
    wave = make_wave(session, cast.school, "parents", now=now)
    batch = paperwork.make_sheets(session, wave, cast.school, 3, now)
    return Desk(
        session,
        client.sign_in("administrator", PASSWORD),
        app.extensions["survey.config"].data_dir,
        wave,
        cast,
        paperwork.serials_in_order(session, batch),
        paperwork.print_sheets(session, batch),
        paperwork.layout_of_batch(session, batch),
        now,
    )


def test_from_upload_to_counted_answers_without_a_script(desk: Desk) -> None:
    address = desk.hand_in(desk.scan(0, ALL_RIGHT | {2: (1, 4)}), desk.scan(1, ALL_RIGHT), paperwork.noise_picture())
    page = desk.client.visit(address)
    assert "Còn 1 câu máy không chắc" in page
    assert "phải thấy đủ 4 dấu đen ở góc" in page
    [thumbnail] = re.findall(r'src="(/paper/pages/\d+\.jpg)"', page)
    assert desk.client.http.get(thumbnail).data[:2] == b"\xff\xd8"

    review = desk.client.visit(f"{address}/review")
    assert "Có hai dấu" in review
    [picture] = re.findall(r'<img class="row-image" src="([^"]+)"', review)
    assert desk.client.http.get(picture).data[:2] == b"\xff\xd8"
    [row] = re.findall(r'action="(/paper/pages/\d+/rows/\d+)"', review)
    wrong = desk.press(f"{address}/review", row)
    assert (wrong.status_code, "Mời chọn một ô" in wrong.get_data(as_text=True)) == (422, True)
    assert desk.press(f"{address}/review", row, code="7").status_code == 422
    done = desk.press(f"{address}/review", row, code="4")
    assert desk.client.http.get(done.location).location == address

    # Thought better of it: a decision anew, the first one stays in the log.
    anew = f"{address}/review?row={row.split('/')[3]}-2"
    assert "Đang ghi: 4." in desk.client.visit(anew)
    desk.press(anew, row, blank="1")
    log = [(entry.old, entry.new) for entry in desk.session.scalars(select(ReadingDecision).order_by("id"))]
    assert log == [("?", "4"), ("4", "")]

    asked = desk.client.visit(f"{address}/accept")
    assert "Tính 2 phiếu vào kết quả?" in asked
    desk.press(f"{address}/accept", f"{address}/accept")
    assert desk.stored() == 2
    page = desk.client.visit(address)
    assert "Đã tính 2 phiếu" in page
    assert "Chưa về: 1" in page
    assert "Nhật ký quyết định của người kiểm tra (2)" in page
    assert desk.client.http.get(picture).status_code == 404
    assert desk.client.http.get(f"{address}/review").status_code == 404


def test_what_was_taken_again_is_added_and_a_used_serial_is_said_and_not_counted(desk: Desk) -> None:
    address = desk.hand_in(paperwork.noise_picture())
    assert "Chưa có phiếu nào để tính" in desk.client.visit(address)
    typed = f"/waves/{desk.wave.id}/paper/type"
    fields = {f"q{place}": "2" for place in range(1, 11)} | {"q11": "-"}
    desk.client.post(f"{typed}/answers", fields | {"serial": desk.serials[1].code}, csrf_from=typed)
    batch = int(address.rpartition("/")[2])
    desk.hand_in(desk.scan(0, ALL_RIGHT), desk.scan(1, ALL_RIGHT), batch=batch)
    page = desk.client.visit(address)
    assert re.search(r"Đã nhận trước đó, không tính nữa</th><td class=\"number\">1<", page)
    desk.press(f"{address}/accept", f"{address}/accept")
    assert desk.stored() == 2
    assert [len(found.files) for found in desk.session.scalars(select(PaperBatch))] == [3]


def test_sheets_read_twice_and_sheets_without_code_are_settled_by_a_person(desk: Desk) -> None:
    hidden = paperwork.fill(desk.pages[1], desk.layout, ALL_RIGHT)
    hidden[60:300, 1140:1440] = 255
    address = desk.hand_in(
        desk.scan(0, ALL_RIGHT), desk.scan(0, ALL_RIGHT | {3: (2,)}), paperwork.jpeg(hidden), desk.scan(2, {})
    )
    [form] = re.findall(r'action="(/paper/pages/\d+/serial)"', desk.client.visit(f"{address}/serials"))
    wrong = desk.press(f"{address}/serials", form, serial=desk.serials[2].code[:-1])
    assert "Mã gõ chưa đúng" in wrong.get_data(as_text=True)
    desk.press(f"{address}/serials", form, serial=desk.serials[1].code)
    compare = desk.client.visit(f"{address}/differences")
    keeps = re.findall(r'action="(/paper/pages/\d+/keep)"', compare)
    assert len(keeps) == 2
    assert re.findall(r"rows/(\d+)\.jpg", compare) == ["3", "3"]
    waiting = desk.press(f"{address}/accept", f"{address}/accept")
    assert "Còn phiếu chờ người xem" in desk.client.visit(waiting.location)
    desk.press(f"{address}/differences", keeps[1])
    blanks = desk.client.visit(f"{address}/blanks")
    assert blanks.count('class="row-image"') == 11
    desk.press(f"{address}/accept", f"{address}/accept")
    answers = desk.session.scalars(select(Response.answers)).all()
    assert sorted(answer[2] for answer in answers) == [1, 2]


def test_a_reading_that_failed_can_be_taken_up_again_or_given_up(desk: Desk) -> None:
    address = desk.hand_in(desk.scan(0, ALL_RIGHT))
    batch = desk.session.scalars(select(PaperBatch)).one()
    batch.state = "reading"
    desk.session.get_one(Job, batch.job_id).state = FAILED
    desk.session.commit()
    assert "Máy chưa đọc xong" in desk.client.visit(address)
    desk.press(address, f"{address}/again")
    paperwork.run_queue(desk.session, desk.folder, desk.now)
    assert "1 phiếu sẵn sàng để tính" in desk.client.visit(address)
    desk.client.visit(f"{address}/discard")
    desk.press(f"{address}/discard", f"{address}/discard")
    assert "Lần nộp này đã bỏ" in desk.client.visit(address)
    assert not batch_folder(desk.folder, batch.id).exists()
    assert desk.stored() == 0


def test_a_sheet_can_be_left_out(desk: Desk) -> None:
    address = desk.hand_in(desk.scan(0, ALL_RIGHT | {2: (1, 4)}), desk.scan(1, ALL_RIGHT))
    [leave] = re.findall(r'action="(/paper/pages/\d+/leave-out)"', desk.client.visit(f"{address}/review"))
    desk.press(f"{address}/review", leave)
    assert "Người kiểm tra bỏ ra" in desk.client.visit(address)
    desk.press(f"{address}/accept", f"{address}/accept")
    assert desk.stored() == 1
