"""Accounts below the web: sign-in and its pauses, passwords, who may give what, the first start."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from typing import Literal

import pytest
from argon2 import Type, extract_parameters
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.accounts.first_start import make_setup_code, set_up
from survey.accounts.models import User
from survey.accounts.operations import (
    FREE_ATTEMPTS,
    LONGEST_PAUSE,
    AccountInvalid,
    SignInRefused,
    change_password,
    reset_password,
    sign_in,
)
from survey.accounts.passwords import (
    check_password,
    hash_password,
    needs_new_hash,
    new_password,
    verify_password,
    weakness,
)
from survey.accounts.people_operations import add_person, set_active
from survey.accounts.queries import access_of, password_hash_of, person_at, user_of_session
from survey.audit.models import AuditEntry
from survey.core.errors import Conflict, Forbidden, Gone, NotFound
from survey.core.permissions import Permission, RoleName
from survey.organisations.models import Organisation
from tests.factories import PASSWORD, Cast, make_organisation


def enter(session: Session, login: str, password: str, now: datetime) -> User:
    """Sign in as the page does: look up the hash, compare, then let in or refuse."""
    check = check_password(password_hash_of(session, login), password)
    return sign_in(session, login=login, check=check, now=now)


@pytest.mark.usefixtures("product_passwords")
def test_login_is_taken_in_any_letter_case_and_the_hash_is_renewed(session: Session, cast: Cast, now: datetime) -> None:
    assert needs_new_hash(cast.officer.password_hash)
    user = enter(session, " OFFICER ", PASSWORD, now)
    assert user.id == cast.officer.id
    assert not needs_new_hash(user.password_hash)


@pytest.mark.parametrize(
    ("login", "password"),
    [("officer", "wrong-password"), ("nobody-at-all", PASSWORD), ("", ""), ("officer", ""), ("officer'--", PASSWORD)],
)
def test_a_wrong_pair_is_refused_without_saying_which_part(
    session: Session, cast: Cast, now: datetime, login: str, password: str
) -> None:
    with pytest.raises(SignInRefused) as refused:
        enter(session, login, password, now)
    assert refused.value.until is None


def fail(session: Session, now: datetime, times: int) -> SignInRefused:
    for _ in range(times):
        with pytest.raises(SignInRefused) as refused:
            enter(session, "officer", "wrong", now)
    return refused.value


def test_the_pause_begins_after_five_failures_and_refuses_even_the_right_password(
    session: Session, cast: Cast, now: datetime
) -> None:
    assert fail(session, now, FREE_ATTEMPTS - 1).until is None
    until = fail(session, now, 1).until
    assert until is not None
    with pytest.raises(SignInRefused):
        enter(session, "officer", PASSWORD, now + timedelta(seconds=1))
    assert enter(session, "officer", PASSWORD, until).failed_attempts == 0


def test_pauses_double_up_to_a_quarter_of_an_hour(session: Session, cast: Cast, now: datetime) -> None:
    pauses = []
    for _ in range(FREE_ATTEMPTS + 12):
        until = fail(session, now, 1).until
        if until is not None:
            pauses.append(until - now)
            now = until
    assert pauses[:3] == [timedelta(seconds=15), timedelta(seconds=30), timedelta(seconds=60)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE


def test_one_account_pausing_does_not_pause_another(session: Session, cast: Cast, now: datetime) -> None:
    fail(session, now, FREE_ATTEMPTS + 3)
    assert enter(session, "administrator", PASSWORD, now).id == cast.administrator.id


def test_guesses_sent_at_the_same_moment_do_not_slip_past_the_pause(
    session: Session, cast: Cast, now: datetime
) -> None:
    checked_before_the_pause = check_password(password_hash_of(session, "officer"), PASSWORD)
    fail(session, now, FREE_ATTEMPTS)
    with pytest.raises(SignInRefused):
        sign_in(session, login="officer", check=checked_before_the_pause, now=now)


def test_the_old_password_does_not_let_in_while_it_is_being_changed(
    session: Session, cast: Cast, now: datetime
) -> None:
    checked_before_the_change = check_password(password_hash_of(session, "officer"), PASSWORD)
    change_password(session, user_id=cast.officer.id, old=PASSWORD, new="ngoi-truong-ben-song", now=now)
    with pytest.raises(SignInRefused):
        sign_in(session, login="officer", check=checked_before_the_change, now=now)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_password_fits_however_the_keyboard_composes_vietnamese_letters(form: Literal["NFC", "NFD"]) -> None:
    assert verify_password(hash_password("bốn từ ghép lại"), unicodedata.normalize(form, "bốn từ ghép lại"))


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short", "too_short"),
        ("aaaaaaaaaaaa", "one_letter"),
        ("matkhau123", "common"),
        ("Mat Khau-123", "common"),
        ("lan.nguyen2026", "contains_login"),
        ("bốn từ ghép lại", None),
        ("ngoi-truong-ben-song", None),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(password: str, reason: str | None) -> None:
    assert weakness(password, "lan.nguyen") == reason


def test_a_login_with_a_hyphen_is_found_in_the_password() -> None:
    assert weakness("lan-nguyen-2026", "lan-nguyen") == "contains_login"
    assert weakness("lan nguyen 2026", "lan-nguyen") == "contains_login"


@pytest.mark.usefixtures("product_passwords")
def test_a_hash_costs_whoever_guesses_memory_and_time() -> None:
    # OWASP asks for Argon2id with at least 19 MiB and two rounds.
    settings = extract_parameters(hash_password("ngoi-truong"))
    assert settings.type is Type.ID
    assert settings.memory_cost >= 64 * 1024
    assert settings.time_cost >= 3


@pytest.mark.usefixtures("product_passwords")
def test_hashes_are_salted_and_verified() -> None:
    assert hash_password("ngoi-truong") != hash_password("ngoi-truong")
    assert verify_password(hash_password("ngoi-truong"), "ngoi-truong")
    assert not verify_password(hash_password("ngoi-truong"), "ngoi-truong ")
    assert not verify_password(None, "nobody has this password")
    assert not verify_password("not a hash", "anything")


def test_random_passwords_are_good_and_differ() -> None:
    passwords = {new_password() for _ in range(100)}
    assert len(passwords) == 100
    assert all(weakness(password, "lan") is None for password in passwords)


def test_a_new_password_ends_the_other_sessions(session: Session, cast: Cast, now: datetime) -> None:
    cookie = f"{cast.officer.id}:{cast.officer.session_key}"
    assert user_of_session(session, cookie) is not None
    change_password(session, user_id=cast.officer.id, old=PASSWORD, new="ngoi-truong-ben-song", now=now)
    assert user_of_session(session, cookie) is None


@pytest.mark.parametrize("cookie", ["", "x:y", "1", ":", "99999999999999999999:x", "-1:x", "1:"])
def test_a_made_up_cookie_is_nobody(session: Session, cast: Cast, cookie: str) -> None:
    assert user_of_session(session, cookie) is None


def test_a_disabled_person_is_out_at_once(session: Session, cast: Cast, now: datetime) -> None:
    cookie = f"{cast.teacher.id}:{cast.teacher.session_key}"
    set_active(session, user_id=cast.teacher.id, is_active=False, by=cast.administrator.id, now=now)
    assert user_of_session(session, cookie) is None
    with pytest.raises(SignInRefused):
        enter(session, "teacher", PASSWORD, now)


def test_nobody_locks_themselves_out(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict):
        set_active(session, user_id=cast.officer.id, is_active=False, by=cast.officer.id, now=now)


@pytest.mark.parametrize(
    ("giver", "role", "place", "may"),
    [
        ("administrator", RoleName.ADMINISTRATOR, "school", True),
        ("administrator", RoleName.VIEWER, "school", True),
        ("administrator", RoleName.OFFICER, "school", False),
        ("administrator", RoleName.VIEWER, "other_school", False),
        ("administrator", RoleName.VIEWER, "ward", False),
        ("officer", RoleName.ADMINISTRATOR, "school", True),
        ("officer", RoleName.OFFICER, "ward", True),
        ("officer", RoleName.ADMINISTRATOR, "ward", False),
        ("operator", RoleName.OFFICER, "ward", True),
        ("teacher", RoleName.VIEWER, "school", False),
        ("viewer", RoleName.VIEWER, "school", False),
        ("stranger", RoleName.VIEWER, "school", False),
    ],
)
def test_nobody_gives_more_than_their_own(
    session: Session, cast: Cast, now: datetime, giver: str, role: RoleName, place: str, may: bool
) -> None:
    by = access_of(session, getattr(cast, giver).id)
    arguments = {
        "login": "moi.den",
        "name": "Người mới",
        "role": role,
        "organisation_id": getattr(cast, place).id,
        "by": by,
        "now": now,
    }
    if not may:
        with pytest.raises(Forbidden):
            add_person(session, **arguments)
        return
    made = add_person(session, **arguments)
    assert enter(session, "moi.den", made.password, now).id == made.user.id


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"login": "officer"}, "login_taken"),
        ({"login": "OFFICER"}, "login_taken"),
        ({"login": "có dấu"}, "login_odd"),
        ({"login": "ab"}, "login_odd"),
        ({"name": "  "}, "name_missing"),
        ({"role": RoleName.TEACHER}, "group_missing"),
    ],
)
def test_an_impossible_account_is_refused_with_the_reason(
    session: Session, cast: Cast, now: datetime, changed: dict[str, object], reason: str
) -> None:
    arguments = {"login": "moi", "name": "Mới", "role": RoleName.VIEWER, "organisation_id": cast.school.id} | changed
    with pytest.raises(AccountInvalid) as refused:
        add_person(session, by=None, now=now, **arguments)  # type: ignore[arg-type]
    assert refused.value.reason == reason


def test_a_teacher_needs_a_class_of_the_own_school(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(AccountInvalid):
        add_person(
            session,
            login="co.moi",
            name="Cô mới",
            role=RoleName.TEACHER,
            organisation_id=cast.other_school.id,
            group_id=cast.own_class.id,
            by=None,
            now=now,
        )


def test_whoever_also_serves_elsewhere_is_looked_after_there(session: Session, cast: Cast, now: datetime) -> None:
    scope = access_of(session, cast.administrator.id).scope(Permission.MANAGE_PEOPLE)
    assert person_at(session, cast.teacher.id, cast.school.id, scope).id == cast.teacher.id
    with pytest.raises(NotFound):
        person_at(session, cast.officer.id, cast.school.id, scope)
    with pytest.raises(NotFound):
        person_at(session, cast.stranger.id, cast.other_school.id, scope)


def test_a_reset_lifts_the_pause(session: Session, cast: Cast, now: datetime) -> None:
    fail(session, now, FREE_ATTEMPTS + 5)
    made = reset_password(session, user_id=cast.officer.id, now=now)
    assert enter(session, "officer", made.password, now)


def test_the_first_start_makes_one_account_once(session: Session, now: datetime) -> None:
    old = make_setup_code(session, now=now)
    code = make_setup_code(session, now=now)
    form = {
        "kind": "school",
        "place_name": "Trường Tiểu học Đồi Chè",
        "login": "hieu.pho",
        "name": "Hiệu phó",
        "password": "ngoi-truong-ben-song",
        "now": now,
    }
    with pytest.raises(Gone):
        set_up(session, code=old, **form)
    user = set_up(session, code=code, **form)
    place = session.scalars(select(Organisation)).one()
    assert (place.kind, place.code, place.path) == ("school", "TTHDC", f"/{place.id}/")
    assert access_of(session, user.id).may(Permission.EDIT_ORGANISATION, place.id)
    with pytest.raises(Gone):
        set_up(session, code=code, **(form | {"login": "hai"}))


def test_the_first_place_gets_a_code_that_no_imported_place_has(session: Session, now: datetime) -> None:
    make_organisation(session, "Trường Tiểu học Đội Cấn", code="TTHDC")
    make_organisation(session, "Trường Tiểu học Đê Cao", code="TTHDC-2")
    set_up(
        session,
        code=make_setup_code(session, now=now),
        kind="school",
        place_name="Trường Tiểu học Đồi Chè",
        login="hieu.pho",
        name="Hiệu phó",
        password="ngoi-truong-ben-song",
        now=now,
    )
    assert session.scalars(select(Organisation.code).where(Organisation.name.endswith("Chè"))).one() == "TTHDC-3"


def test_changes_leave_a_trace_without_passwords(session: Session, cast: Cast, now: datetime) -> None:
    made = reset_password(session, user_id=cast.officer.id, now=now)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "reset_password")).one()
    assert (entry.user_id, entry.subject_id, entry.at) == (None, str(cast.officer.id), now)
    assert made.password not in str(entry.detail)
    stored = session.get_one(User, cast.officer.id)
    assert made.password not in stored.password_hash
