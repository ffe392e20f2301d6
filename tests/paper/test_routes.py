"""Pages about paper without a reader: printing, typing in, who may do what, and what the pages say."""

from __future__ import annotations

import re
from datetime import datetime
from io import BytesIO

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.audit.models import AuditEntry
from survey.campaigns.models import Wave
from survey.collection.models import Serial, SerialBatch
from survey.core.clock import utc_now
from survey.organisations.models import Headcount
from survey.paper.models import PaperBatch, PaperPage
from survey.paper.operations import MAX_FILES, create_sheets
from survey.responses.models import Response
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient
from tests.responses.fieldwork import make_wave

GOOD = {f"q{place}": "1" for place in range(1, 11)} | {"q11": "13"}


@pytest.fixture
def wave(session: Session, cast: Cast) -> Wave:
    return make_wave(session, cast.school, "parents", now=utc_now())


def sheets(session: Session, wave: Wave, cast: Cast, number: int = 2, group_id: int | None = None) -> list[str]:
    """Print sheets and return their serials, forms in turn."""
    batch = create_sheets(
        session,
        wave=wave,
        organisation_id=cast.school.id,
        group_id=group_id,
        number=number,
        person=None,
        now=utc_now(),
    )
    codes = list(session.scalars(select(Serial.code).where(Serial.batch == batch.id).order_by(Serial.id)))
    session.commit()
    return codes


def administrator(client: PageClient) -> PageClient:
    return client.sign_in("administrator", PASSWORD)


def stored(session: Session, wave_id: int) -> int:
    return session.scalar(select(func.count()).select_from(Response).where(Response.wave_id == wave_id)) or 0


def type_in(client: PageClient, wave_id: int, serial: str, fields: dict[str, str], **more: str):
    address = f"/waves/{wave_id}/paper/type"
    return client.post(f"{address}/answers", {"serial": serial, "form": "A"} | fields | more, csrf_from=address)


def test_without_a_number_a_class_gets_a_sheet_a_person_and_a_reserve(
    client: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    address = f"/waves/{wave.id}/paper"
    place = f"{cast.school.id}-{cast.own_class.id}"
    answer = administrator(client).post(address, {"place": place, "number": ""}, csrf_from=address)
    assert answer.status_code == 302
    assert session.scalars(select(SerialBatch.number)).one() == 35 + 4
    page = client.visit(answer.location)
    assert "39 phiếu: 0 đã về, 39 chưa về" in page
    for name, start in re.findall(r'href="(/waves/\d+/paper/sheets/\d+(?:/questions)?(\.pdf)[^"]*)"', page):
        made = client.http.get(name)
        assert (made.status_code, made.mimetype, made.data[:5]) == (200, "application/pdf", b"%PDF-"), start
    assert "Chưa về" in client.visit(address)


@pytest.mark.parametrize(
    ("number", "words"),
    [("0", "Số phiếu từ 1 đến 5.000"), ("5001", "Số phiếu từ 1 đến 5.000"), ("", "chưa có sĩ số")],
)
def test_a_number_that_cannot_be_printed_is_said_at_its_field(
    client: PageClient, session: Session, cast: Cast, wave: Wave, number: str, words: str
) -> None:
    session.query(Headcount).filter_by(group_id=cast.own_class.id).delete()
    session.commit()
    address, place = f"/waves/{wave.id}/paper", f"{cast.school.id}-{cast.own_class.id}"
    answer = administrator(client).post(address, {"place": place, "number": number}, csrf_from=address)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)


def test_a_teacher_prints_and_types_for_the_own_class_only(
    client: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    [own], [other] = (sheets(session, wave, cast, 1, group.id) for group in (cast.own_class, cast.other_class))
    teacher = client.sign_in("teacher", PASSWORD)
    page = teacher.visit(f"/waves/{wave.id}/paper")
    assert "6A" in page
    assert "7A" not in page
    address = f"/waves/{wave.id}/paper/type"
    refused = teacher.post(address, {"serial": other}, csrf_from=address)
    assert refused.status_code == 422
    assert "của trường hoặc lớp khác" in refused.get_data(as_text=True)
    assert type_in(teacher, wave.id, other, GOOD).location == address
    assert stored(session, wave.id) == 0
    assert teacher.post(address, {"serial": own}, csrf_from=address).status_code == 200
    assert type_in(teacher, wave.id, own, GOOD).status_code == 302
    assert stored(session, wave.id) == 1


@pytest.mark.parametrize(("login", "status"), [("stranger", 404), ("viewer", 403)])
def test_who_does_not_belong_there_sees_nothing_of_it(
    client: PageClient, session: Session, cast: Cast, wave: Wave, login: str, status: int
) -> None:
    batch = PaperBatch(wave_id=wave.id, organisation_id=cast.school.id, state="review", files=[], created_at=utc_now())
    batch.pages.append(PaperPage(file=1, number=1, image_hash="0" * 64, state="refused", reason="blurred"))
    session.add(batch)
    session.commit()
    client.sign_in(login, PASSWORD)
    pages = ["review", "blanks", "serials", "differences", "accept", "discard"]
    for address in [
        *(f"/waves/{wave.id}/paper{rest}" for rest in ("", "/upload", "/type")),
        *(f"/paper/{batch.id}{rest}" for rest in ("", *(f"/{page}" for page in pages))),
        *(f"/paper/pages/{batch.pages[0].id}{rest}" for rest in (".jpg", "/serial.jpg", "/rows/1.jpg")),
    ]:
        assert client.http.get(address).status_code == status, address


def test_a_sheet_is_typed_with_one_key_an_answer_and_counts_like_any_other(
    client: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    first, _second = sheets(session, wave, cast)
    address = f"/waves/{wave.id}/paper/type"
    page = administrator(client).post(address, {"serial": first.lower()}, csrf_from=address).get_data(as_text=True)
    assert page.count('class="form-control typed"') == 11
    answer = type_in(client, wave.id, first, GOOD | {"q2": "0", "q3": "-"})
    assert "Đã tính một phiếu" in client.visit(answer.location)
    row = session.scalars(select(Response)).one()
    assert row.answers == bytes([1, 0, 255] + [1] * 7) + (0b101).to_bytes(2, "big")
    trace = session.scalars(select(AuditEntry).where(AuditEntry.action == "type_sheet")).one()
    assert first not in f"{trace.subject_id}{trace.detail}"
    again = administrator(client).post(address, {"serial": first}, csrf_from=address)
    assert "đã được nhận trước đó" in again.get_data(as_text=True)
    assert stored(session, wave.id) == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"q3": ""}, "chưa gõ"),
        ({"q3": "x"}, "chỉ gõ số"),
        ({"q3": "9"}, "không có ô đó"),
        ({"q3": "12"}, "không có ô đó"),
        ({"q3": "²"}, "chỉ gõ số"),
        ({"q11": "17"}, "không có ô đó"),
    ],
)
def test_what_cannot_be_on_the_sheet_is_said_at_its_question_and_the_rest_stays(
    client: PageClient, session: Session, cast: Cast, wave: Wave, typed: dict[str, str], words: str
) -> None:
    first, _second = sheets(session, wave, cast)
    administrator(client)
    answer = type_in(client, wave.id, first, GOOD | typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    [place] = typed
    assert f'<a href="#{place}">Câu {place[1:]}</a>: {words}' in page
    assert re.search(r'name="q5" value="1"', page)
    assert stored(session, wave.id) == 0


def test_typed_twice_only_what_differs_is_asked_and_what_is_decided_counts(
    client: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    first, _second = sheets(session, wave, cast)
    administrator(client)
    second = type_in(client, wave.id, first, GOOD, twice="1", step="first").get_data(as_text=True)
    assert 'name="q1" value=""' in second
    kept = re.search(r'name="first" value="([^"]*)"', second)
    assert kept
    again = {"twice": "1", "step": "second", "first": kept[1]}
    decide = type_in(client, wave.id, first, GOOD | {"q4": "2"}, **again).get_data(as_text=True)
    assert "Lần một: 1; lần hai: 2" in decide
    assert decide.count('class="form-control typed"') == 1
    unsure = type_in(client, wave.id, first, GOOD | {"q4": ""}, twice="1", step="decide", was4="1;2")
    assert unsure.status_code == 422
    assert "Lần một: 1; lần hai: 2" in unsure.get_data(as_text=True)
    assert stored(session, wave.id) == 0
    type_in(client, wave.id, first, GOOD | {"q4": "2"}, twice="1", step="decide", was4="1;2")
    assert session.scalars(select(Response.answers)).one()[:5] == bytes([1, 1, 1, 2, 1])
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "type_sheet")).one().detail["passes"] == 2


def test_equal_passes_count_at_once_and_an_empty_sheet_is_not_counted(
    client: PageClient, session: Session, cast: Cast, wave: Wave
) -> None:
    first, second = sheets(session, wave, cast)
    administrator(client)
    kept = ";".join(GOOD.values())
    assert type_in(client, wave.id, first, GOOD, twice="1", step="second", first=kept).status_code == 302
    assert stored(session, wave.id) == 1
    answer = type_in(client, wave.id, second, dict.fromkeys(GOOD, "-"), form="B")
    assert "không có câu trả lời nào" in client.visit(answer.location)
    assert stored(session, wave.id) == 1


@pytest.mark.parametrize("typed", ["", "7K2 QX9 K4A", "khong phai", "0" * 9, "0" * 30])
def test_a_serial_that_leads_nowhere_is_said_at_once(
    client: PageClient, session: Session, cast: Cast, wave: Wave, typed: str
) -> None:
    address = f"/waves/{wave.id}/paper/type"
    answer = administrator(client).post(address, {"serial": typed}, csrf_from=address)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)


def upload(client: PageClient, wave_id: int, place: str, files: list[bytes]):
    address = f"/waves/{wave_id}/paper/upload"
    data = {"place": place, "files": [(BytesIO(file), f"{n}.jpg") for n, file in enumerate(files)]}
    return client.post(address, data, csrf_from=address, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("files", "words"),
    [([], "Chưa chọn tệp nào"), ([b"x"] * (MAX_FILES + 1), "Nhiều nhất 60 tệp")],
)
def test_uploads_over_the_limits_are_refused_with_the_limit(
    client: PageClient, session: Session, cast: Cast, wave: Wave, files: list[bytes], words: str
) -> None:
    pytest.importorskip("cv2")
    answer = upload(administrator(client), wave.id, f"{cast.school.id}-0", files)
    assert answer.status_code == 422
    assert words in answer.get_data(as_text=True)
    assert not session.scalars(select(PaperBatch)).all()


def test_an_upload_is_only_taken_with_the_token_of_its_page(client: PageClient, cast: Cast, wave: Wave) -> None:
    administrator(client)
    data = {"place": f"{cast.school.id}-0", "files": [(BytesIO(b"x"), "x.jpg")]}
    answer = client.http.post(f"/waves/{wave.id}/paper/upload", data=data, content_type="multipart/form-data")
    assert answer.status_code == 400


def test_a_wave_that_is_not_open_says_so_on_each_page(
    client: PageClient, session: Session, cast: Cast, now: datetime
) -> None:
    wave = make_wave(session, cast.school, "parents", now=utc_now(), is_open=False)
    administrator(client)
    assert "Hãy mở đợt trước rồi mới in" in client.visit(f"/waves/{wave.id}/paper")
    for rest in ("upload", "type"):
        assert "chưa mở hoặc đã khóa" in client.visit(f"/waves/{wave.id}/paper/{rest}")
