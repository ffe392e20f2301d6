"""Item analysis: the page through the client, its figures against `analysis`, and what small numbers hide."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.drift import bands_of, drift
from analysis.items import Item, ResponseMatrix, analyse_items, chosen, count_answers
from analysis.reliability import alpha
from survey.accounts.models import User
from survey.campaigns.models import Campaign, Wave
from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.core.clock import local_date
from survey.core.permissions import Scope
from survey.demo.model import Respondents
from survey.instruments.packing import unpack
from survey.organisations.models import Group
from survey.reports.item_builder import analyse_forms
from survey.reports.item_masks import visible_cells
from survey.reports.item_queries import item_source
from survey.reports.item_records import FormInput, FormResult, ItemResult, KeyedItem
from survey.responses.closing import close_wave
from survey.responses.matrices import AnswerRows, answers_of
from survey.responses.models import Response
from survey.responses.sheets import Sheet
from tests.factories import Cast
from tests.pages import PageClient
from tests.reports.fieldwork import make_campaign, run_wave

SEED = 20261122
OWN_CLASS = "6A"


def enter(app: Flask, user: User) -> PageClient:
    """Return a client that this person has signed in with."""
    client = PageClient(app)
    with client.http.session_transaction() as cookie:
        cookie["_user_id"] = f"{user.id}:{user.session_key}"
        cookie["_fresh"] = True
    return client


def whole(*organisations: int) -> Scope:
    return Scope(frozenset(organisations), frozenset(organisations))


def answer_variously(session: Session, wave: Wave, group: Group, number: int, mean: float, now: datetime) -> None:
    """Store answers of people who know some things and not others, as the demo's model makes them."""
    people = Respondents(wave_definition(session, wave), SEED + number)
    collector = session.scalars(
        select(Collector).where(Collector.wave_id == wave.id, Collector.group_id == group.id)
    ).one()
    for place in range(number):
        form = "AB"[place % 2]
        sheet = Sheet(wave_definition(session, wave), form)
        answers = people.answer(form, mean)
        key = f"v{group.id:07d}{place:08d}".encode()
        session.add(
            Response(
                organisation_id=group.organisation_id,
                wave_id=wave.id,
                id=key,
                group_id=group.id,
                collector_id=collector.id,
                form=form,
                token_hash=key,
                received_on=local_date(now),
                language="vi",
                answers=sheet.pack(answers),
                score=sheet.judge(answers).score,
                pattern=sheet.judge(answers).pattern,
            )
        )
    session.commit()


@pytest.fixture
def waves(session: Session, cast: Cast, now: datetime) -> tuple[Wave, Wave]:
    """The parents of one class, asked before and after, with answers of every kind."""
    campaign = make_campaign(session, cast.school, ["parents"], now)
    found = []
    for kind, number, mean in (("baseline", 70, -0.2), ("follow_up", 66, 0.9)):
        wave = run_wave(session, campaign, "parents", kind, {}, now)
        answer_variously(session, wave, cast.own_class, number, mean, now)
        close_wave(session, wave_id=wave.id, user_id=None, now=now)
        session.commit()
        found.append(wave)
    return found[0], found[1]


def analysed(session: Session, wave: Wave, cast: Cast) -> dict[str, FormResult]:
    source = item_source(session, wave_id=wave.id, scope=whole(cast.school.id))
    return {result.form: result for result in analyse_forms(source.forms)}


def matrices(session: Session, wave: Wave) -> dict[str, ResponseMatrix]:
    """Read the stored answers in another way than the product does: row by row, with the whole form unpacked."""
    definition = wave_definition(session, wave)
    rows = defaultdict(list)
    for form, packed in session.execute(select(Response.form, Response.answers).where(Response.wave_id == wave.id)):
        scored = len(definition.scored_items(form))
        answers = unpack(packed, definition.items_of(form))[:scored]
        rows[form].append([-1 if answer is None else chosen(*(answer - {0})) for answer in answers])
    return {
        form: ResponseMatrix(
            tuple(Item(item.id, chosen(*item.key), len(item.options)) for item in definition.scored_items(form)),
            np.array(sorted(codes)),
        )
        for form, codes in rows.items()
    }


@pytest.mark.parametrize("place", [0, 1], ids=["before", "after"])
def test_every_figure_is_that_of_the_analysis(
    session: Session, cast: Cast, waves: tuple[Wave, Wave], place: int
) -> None:
    result, expected = analysed(session, waves[place], cast), matrices(session, waves[place])
    assert set(result) == set(expected) == {"A", "B"}
    for form, matrix in expected.items():
        by_id = {item.item: item for item in result[form].items}
        assert result[form].persons == len(matrix.codes) >= 30
        for one in analyse_items(matrix):
            shown = by_id[one.item]
            assert (shown.number, shown.right) == (one.n, one.right)
            assert (shown.dont_know, shown.blank) == (one.dont_know, one.blank)
            assert shown.options is not None
            assert [(option.number, option.is_key) for option in shown.options] == [
                (option.n, option.is_key) for option in one.options
            ]
            if 5 <= one.right <= one.n - 5:
                assert shown.discrimination == one.discrimination
                assert set(map(str, one.flags)) == set(shown.flags) - {"non_functional"}
        found, wanted = result[form].reliability, alpha(matrix.scores)
        assert found is not None
        assert (found.alpha, found.low, found.high) == (wanted.alpha, wanted.low, wanted.high)


@pytest.mark.parametrize("place", [0, 1], ids=["before", "after"])
def test_drift_is_that_of_the_analysis_and_the_same_on_both_pages(
    session: Session, cast: Cast, waves: tuple[Wave, Wave], place: int
) -> None:
    before, after = (matrices(session, wave) for wave in waves)
    compared = 0
    for form, result in analysed(session, waves[place], cast).items():
        for item in result.items:
            column = [one.id for one in before[form].items].index(item.item)
            wanted = drift(bands_of(count_answers(before[form], column), count_answers(after[form], column)))
            if wanted.category is None or wanted.delta is None:
                assert item.drift is None
                continue
            assert item.drift is not None
            assert (item.drift.category, item.drift.is_easier) == (wanted.category, wanted.delta > 0)
            compared += 1
    assert compared >= 15


def test_the_page_says_it_in_words(app: Flask, session: Session, cast: Cast, waves: tuple[Wave, Wave]) -> None:
    page = enter(app, cast.administrator).visit(f"/waves/{waves[0].id}/items")
    for form, result in analysed(session, waves[0], cast).items():
        assert f"Đề {form}" in page
        for item in result.items:
            assert f"{item.right}/{item.number} người trả lời đúng" in page
            assert wave_definition(session, waves[0]).item(item.item).stem["vi"][:20] in page
    for words in (
        "Phân tích từng câu hỏi",
        "Độ tin cậy của đề (KR-20)",
        "Phân biệt người hiểu và người chưa hiểu: ",
        "So với đợt kia",
        "đáp án",
        "Tôi chưa rõ",
        "chỉ dùng để rà soát bộ câu hỏi",
    ):
        assert words in page, words
    assert "style=" not in page


def test_items_with_flags_come_first(session: Session, cast: Cast, waves: tuple[Wave, Wave]) -> None:
    for result in analysed(session, waves[0], cast).values():
        flagged = [bool(set(item.flags)) for item in result.items]
        assert flagged == sorted(flagged, reverse=True)


@pytest.mark.parametrize(
    ("person", "status"),
    [("administrator", 200), ("officer", 200), ("operator", 200), ("viewer", 403), ("teacher", 403), ("stranger", 404)],
)
def test_only_reviewers_of_the_organisation_see_the_keys(
    app: Flask, cast: Cast, waves: tuple[Wave, Wave], person: str, status: int
) -> None:
    response = enter(app, getattr(cast, person)).http.get(f"/waves/{waves[0].id}/items")
    assert response.status_code == status
    assert ("người trả lời đúng" in response.get_data(as_text=True)) == (status == 200)


@pytest.fixture
def of_ward(session: Session, cast: Cast, now: datetime) -> Wave:
    """A wave of the ward: many teachers in both schools, a handful of employees in one."""
    campaign: Campaign = make_campaign(session, cast.ward, ["staff"], now)
    answers = {
        cast.school.id: {"Giáo viên": (36, 18), "Nhân viên": (8, 4)},
        cast.other_school.id: {"Giáo viên": (30, 24)},
    }
    return run_wave(session, campaign, "staff", "baseline", answers, now)


def test_an_officer_sees_the_organisations_together_or_one_of_them(app: Flask, cast: Cast, of_ward: Wave) -> None:
    client = enter(app, cast.officer)
    together = client.visit(f"/waves/{of_ward.id}/items")
    assert "21/33 người trả lời đúng" in together
    assert "gộp các đơn vị trong chiến dịch" in together
    one = client.visit(f"/waves/{of_ward.id}/items?organisation={cast.school.id}")
    assert "9/18 người trả lời đúng" in one
    assert "gộp các đơn vị trong chiến dịch" not in one


def test_a_handful_of_employees_is_left_out_and_it_is_said(app: Flask, cast: Cast, of_ward: Wave) -> None:
    page = enter(app, cast.administrator).visit(f"/waves/{of_ward.id}/items")
    assert "9/18 người trả lời đúng" in page
    assert "không tính phiếu của: nhân viên" in page
    assert "11/22" not in page


@pytest.mark.parametrize(
    ("person", "place"),
    [("administrator", "other_school"), ("administrator", "ward"), ("stranger", "school"), ("officer", None)],
)
def test_an_organisation_out_of_reach_does_not_exist(
    app: Flask, cast: Cast, of_ward: Wave, person: str, place: str | None
) -> None:
    wanted = getattr(cast, place).id if place else 987654
    client = enter(app, getattr(cast, person))
    assert client.http.get(f"/waves/{of_ward.id}/items?organisation={wanted}").status_code == 404


@pytest.mark.parametrize(
    ("answered", "is_shown"),
    [(18, False), (19, True), (20, True)],
    ids=["nine a form", "ten and nine", "ten a form"],
)
def test_a_form_with_fewer_than_ten_answers_is_not_shown(
    app: Flask, session: Session, cast: Cast, now: datetime, answered: int, is_shown: bool
) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    answers = {cast.school.id: {"Giáo viên": (answered, answered // 2)}}
    wave = run_wave(session, campaign, "staff", "baseline", answers, now)
    page = enter(app, cast.administrator).visit(f"/waves/{wave.id}/items")
    assert ("người trả lời đúng (" in page) == is_shown
    assert ("dưới 10 phiếu của đề này" in page) == (answered < 20)


def test_an_empty_wave_says_what_will_be_here(app: Flask, session: Session, cast: Cast, now: datetime) -> None:
    campaign = make_campaign(session, cast.school, ["staff"], now)
    wave = run_wave(session, campaign, "staff", "baseline", {}, now)
    page = enter(app, cast.administrator).visit(f"/waves/{wave.id}/items")
    assert "Chưa có phiếu nào để phân tích." in page
    assert "đáp án</span>" not in page


def test_the_page_of_a_wave_leads_here_for_reviewers_alone(app: Flask, cast: Cast, waves: tuple[Wave, Wave]) -> None:
    link = f'href="/waves/{waves[0].id}/items"'
    assert link in enter(app, cast.administrator).visit(f"/waves/{waves[0].id}")
    assert link not in enter(app, cast.teacher).visit(f"/waves/{waves[0].id}")


def test_answers_are_read_only_where_the_scope_covers_everything(session: Session, cast: Cast, of_ward: Wave) -> None:
    wanted = [cast.school.id, cast.other_school.id]
    found = answers_of(session, wave_id=of_ward.id, organisation_ids=wanted, scope=whole(cast.school.id))
    assert {one.organisation_id for one in found} == {cast.school.id}
    assert {(one.group, one.form): one.number for one in found} == {
        ("employees", "A"): 4,
        ("employees", "B"): 4,
        ("teachers", "A"): 18,
        ("teachers", "B"): 18,
    }
    classes = Scope(frozenset({cast.school.id}), frozenset(), frozenset({cast.own_class.id}))
    assert answers_of(session, wave_id=of_ward.id, organisation_ids=wanted, scope=classes) == ()


def rows(organisation: int, number: int, group: str | None = "teachers", form: str = "A") -> AnswerRows:
    return AnswerRows(organisation, group, form, (((1,), number),) if number else ())


@pytest.mark.parametrize(
    ("cells", "focus", "published", "shared", "expected"),
    [
        ([rows(1, 9)], 1, False, False, set()),  # fewer than ten
        ([rows(1, 10)], 1, False, False, {(1, "A")}),
        ([rows(1, 40), rows(2, 9), rows(3, 50)], 1, True, False, set()),  # hidden with 2, which would follow
        ([rows(1, 40), rows(2, 9), rows(3, 50)], 1, False, False, {(1, "A")}),  # nobody sees the sum
        ([rows(1, 40), rows(2, 9), rows(3, 50)], 3, True, False, {(3, "A")}),
        ([rows(1, 40), rows(2, 9)], None, True, False, {(1, "A"), (2, "A")}),
        ([rows(1, 4), rows(2, 5)], None, True, False, set()),  # nine together
        ([rows(1, 20), rows(1, 9, form="B")], 1, False, False, {(1, "A")}),
        ([rows(1, 20), rows(1, 9, form="B")], 1, False, True, set()),  # an item over both forms would give B away
        ([rows(1, 20), rows(1, 9, "employees")], 1, False, False, {(1, "A")}),  # groups stand for themselves
    ],
)
def test_which_cells_are_visible(
    cells: Sequence[AnswerRows], focus: int | None, published: bool, shared: bool, expected: set[tuple[int, str]]
) -> None:
    found = visible_cells(cells, focus=focus, published_total=published, forms_share_items=shared)
    assert {(place, form) for place, _group, form in found} == expected


@given(numbers=st.lists(st.integers(0, 40), min_size=2, max_size=8))
def test_no_hidden_school_follows_from_the_others_and_the_sum(numbers: list[int]) -> None:
    cells = [rows(place, number) for place, number in enumerate(numbers) if number]
    shown = {
        place
        for place in range(len(numbers))
        if visible_cells(cells, focus=place, published_total=True, forms_share_items=False)
    }
    hidden = [number for place, number in enumerate(numbers) if number and place not in shown]
    assert all(numbers[place] >= 10 for place in shown)
    if hidden and shown:
        assert len(hidden) > 1
        assert sum(hidden) >= 10


def one_item(codes: dict[tuple[int, ...], int], other: dict[tuple[int, ...], int] | None = None) -> ItemResult:
    """Return the analysis of the first of three items with three options, the first of them right."""
    items = tuple(KeyedItem(name, 1, 3) for name in "abc")
    source = FormInput("A", items, tuple(codes.items()), tuple((other or {}).items()), True, None)
    (result,) = analyse_forms((source,))
    return next(item for item in result.items if item.item == "a")


@pytest.mark.parametrize(
    ("codes", "flags", "has_options", "has_separation"),
    [
        # Those who chose 2 know the rest: the key may be wrong.
        (
            {(2, 1, 1): 12, (1, 2, 2): 12},
            ["possible_wrong_key", "negative_discrimination", "non_functional"],
            True,
            True,
        ),
        ({(1, 1, 1): 12, (2, 2, 4): 6, (4, 2, 4): 6}, [], True, True),
        ({(1, 1, 1): 40, (2, 2, 2): 1}, ["too_easy", "non_functional"], True, False),
        ({(1, 1, 1): 2, (2, 2, 2): 10, (4, 2, 2): 10}, ["too_hard"], True, False),
        # Nine answered it, the others left it blank.
        ({(1, 1, 1): 4, (2, 2, 2): 5, (-1, 1, 1): 6}, [], False, False),
    ],
)
def test_flags_options_and_separation_of_an_item(
    codes: dict[tuple[int, ...], int], flags: list[str], has_options: bool, has_separation: bool
) -> None:
    found = one_item(codes)
    assert list(found.flags) == flags
    assert (found.options is not None) == has_options
    assert (found.discrimination is not None) == has_separation


@pytest.mark.parametrize(
    ("before", "after", "category", "is_easier"),
    [
        # The rest stays as it was, item a turns from wrong to right.
        ({(2, 1, 2): 40, (1, 1, 2): 10}, {(2, 1, 2): 10, (1, 1, 2): 40}, "C", True),
        ({(2, 1, 2): 10, (1, 1, 2): 40}, {(2, 1, 2): 40, (1, 1, 2): 10}, "C", False),
        ({(2, 1, 2): 20, (1, 1, 2): 20}, {(2, 1, 2): 19, (1, 1, 2): 21}, "A", True),
    ],
)
def test_an_item_that_moves_alone_is_named(
    before: dict[tuple[int, ...], int], after: dict[tuple[int, ...], int], category: str, is_easier: bool
) -> None:
    found = one_item(after, before)
    assert found.drift is not None
    assert (found.drift.category, found.drift.is_easier) == (category, is_easier)


def test_without_another_wave_there_is_no_drift() -> None:
    assert one_item({(1, 1, 1): 20, (2, 2, 2): 20}).drift is None
