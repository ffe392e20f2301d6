"""One-time addresses: whoever invites sees one once, whoever was invited chooses a password with it once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from survey.accounts.invitations import LIFETIME, Invitation, accept_invitation, invite_person, renew_address
from survey.accounts.models import OneTimeAddress, User
from survey.accounts.operations import AccountInvalid, SignInRefused, change_password_by_command, sign_in
from survey.accounts.passwords import check_password
from survey.accounts.people_operations import set_active
from survey.accounts.queries import access_of, password_hash_of, user_of_session
from survey.audit.models import AuditEntry
from survey.core.errors import Conflict, Forbidden, Gone
from survey.core.permissions import RoleName
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

NEW = "ngoi-truong-ben-song"


def enter(session: Session, login: str, password: str, now: datetime) -> User:
    check = check_password(password_hash_of(session, login), password)
    return sign_in(session, login=login, check=check, now=now)


def invite(session: Session, cast: Cast, now: datetime, **changed: object) -> Invitation:
    arguments = {"login": "co.lan", "name": "Cô Lan", "role": RoleName.VIEWER, "organisation_id": cast.school.id}
    by = access_of(session, cast.administrator.id)
    return invite_person(session, by=by, now=now, **(arguments | changed))  # type: ignore[arg-type]


def everything_stored(session: Session) -> str:
    """Return every cell of the tables about people and of the audit trail."""
    tables = ('"user"', "role", "one_time_address", "audit_entry")
    return " ".join(str(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}")))


def test_an_invited_person_chooses_the_password_and_signs_in(session: Session, cast: Cast, now: datetime) -> None:
    made = invite(session, cast, now)
    accept_invitation(session, code=made.code, password=NEW, now=now + timedelta(days=6))
    assert enter(session, "co.lan", NEW, now).id == made.user.id


def test_the_code_itself_is_stored_nowhere(session: Session, cast: Cast, now: datetime) -> None:
    made = invite(session, cast, now)
    session.flush()
    assert made.code not in everything_stored(session)


@pytest.mark.parametrize("password", ["", "nobody has this password", PASSWORD])
def test_without_a_chosen_password_nobody_signs_in(session: Session, cast: Cast, now: datetime, password: str) -> None:
    invite(session, cast, now)
    with pytest.raises(SignInRefused):
        enter(session, "co.lan", password, now)


def test_an_address_works_once(session: Session, cast: Cast, now: datetime) -> None:
    made = invite(session, cast, now)
    accept_invitation(session, code=made.code, password=NEW, now=now)
    with pytest.raises(Gone):
        accept_invitation(session, code=made.code, password=NEW, now=now)


@pytest.mark.parametrize(
    ("late", "works"),
    [(timedelta(0), True), (LIFETIME - timedelta(seconds=1), True), (LIFETIME, False), (timedelta(days=99), False)],
)
def test_an_address_works_for_seven_days(
    session: Session, cast: Cast, now: datetime, late: timedelta, works: bool
) -> None:
    made = invite(session, cast, now)
    if works:
        assert accept_invitation(session, code=made.code, password=NEW, now=now + late).login == "co.lan"
        return
    with pytest.raises(Gone):
        accept_invitation(session, code=made.code, password=NEW, now=now + late)


def test_a_new_address_ends_the_old_one(session: Session, cast: Cast, now: datetime) -> None:
    first = invite(session, cast, now)
    second = renew_address(session, user_id=first.user.id, by=cast.administrator.id, now=now)
    with pytest.raises(Gone):
        accept_invitation(session, code=first.code, password=NEW, now=now)
    assert accept_invitation(session, code=second.code, password=NEW, now=now).id == first.user.id


def test_a_reset_ends_password_and_sessions_and_lifts_the_pause(session: Session, cast: Cast, now: datetime) -> None:
    user = cast.teacher
    user.failed_attempts, user.locked_until = 9, now + timedelta(minutes=9)
    cookie = f"{user.id}:{user.session_key}"
    made = renew_address(session, user_id=user.id, by=cast.administrator.id, now=now)
    assert user_of_session(session, cookie) is None
    with pytest.raises(SignInRefused):
        enter(session, "teacher", PASSWORD, now)
    accept_invitation(session, code=made.code, password=NEW, now=now)
    assert enter(session, "teacher", NEW, now).id == user.id


def test_nobody_resets_themselves_or_a_locked_account(session: Session, cast: Cast, now: datetime) -> None:
    with pytest.raises(Conflict):
        renew_address(session, user_id=cast.administrator.id, by=cast.administrator.id, now=now)
    set_active(session, user_id=cast.teacher.id, is_active=False, by=None, now=now)
    with pytest.raises(Conflict):
        renew_address(session, user_id=cast.teacher.id, by=cast.administrator.id, now=now)


def test_locking_ends_the_address_too(session: Session, cast: Cast, now: datetime) -> None:
    made = invite(session, cast, now)
    set_active(session, user_id=made.user.id, is_active=False, by=None, now=now)
    set_active(session, user_id=made.user.id, is_active=True, by=None, now=now)
    with pytest.raises(Gone):
        accept_invitation(session, code=made.code, password=NEW, now=now)


def test_a_password_set_by_command_ends_the_address(session: Session, cast: Cast, now: datetime) -> None:
    made = invite(session, cast, now)
    change_password_by_command(session, user_id=made.user.id, new="mot-mat-khau-khac", now=now)
    with pytest.raises(Gone):
        accept_invitation(session, code=made.code, password=NEW, now=now)


def test_hashes_of_addresses_that_nobody_used_do_not_pile_up(session: Session, cast: Cast, now: datetime) -> None:
    invite(session, cast, now)
    invite(session, cast, now + LIFETIME, login="thay.binh")
    assert len(session.scalars(select(OneTimeAddress)).all()) == 1


def test_nobody_invites_to_more_than_their_own(session: Session, cast: Cast, now: datetime) -> None:
    for changed in ({"role": RoleName.OFFICER}, {"organisation_id": cast.other_school.id}):
        with pytest.raises(Forbidden):
            invite(session, cast, now, **changed)


def test_a_teacher_is_invited_to_several_classes_at_once(session: Session, cast: Cast, now: datetime) -> None:
    groups = (cast.own_class.id, cast.other_class.id)
    made = invite(session, cast, now, role=RoleName.TEACHER, group_ids=groups)
    assert sorted(role.group_id or 0 for role in made.user.roles) == sorted(groups)
    with pytest.raises(AccountInvalid):
        invite(session, cast, now, login="khac", role=RoleName.TEACHER)


def test_the_trail_names_nobody_who_may_have_to_be_erased(session: Session, cast: Cast, now: datetime) -> None:
    invite(session, cast, now)
    details = str(session.scalars(select(AuditEntry.detail)).all())
    assert "co.lan" not in details
    assert "Lan" not in details


def invite_by_page(client: PageClient, cast: Cast, **changed: object) -> str:
    """Invite somebody on the page as the school's administrator; return the path of the address shown."""
    client.sign_in("administrator", PASSWORD)
    page = f"/organisations/{cast.school.id}/people"
    form = {"name": "Cô Lan", "login": "co.lan", "role": "viewer"} | changed
    shown = client.post(page, form, csrf_from=page).get_data(as_text=True)
    found = re.search(r"data-address>http://hr\.test(/invitation/[\w-]+)<", shown)
    assert found, shown
    assert '<svg xmlns="http://www.w3.org/2000/svg"' in shown
    assert found.group(1) not in client.visit(page)
    return found.group(1)


def test_from_the_page_of_the_inviter_to_the_first_page_of_the_invited(client: PageClient, cast: Cast) -> None:
    classes = [str(cast.own_class.id), str(cast.other_class.id)]
    address = invite_by_page(client, cast, role="teacher", group_ids=classes)
    guest = PageClient(client.http.application)
    # A chat program opens the address for its preview first.
    guest.visit(address)
    page = guest.visit(address)
    assert "Chào Cô Lan!" in page
    assert 'value="co.lan"' in page
    assert "6A" in page
    assert "7A" in page
    wrong = guest.post(address, {"password": NEW, "again": "khac-mat-roi"}, csrf_from=address)
    assert wrong.status_code == 422
    assert "chưa giống nhau" in wrong.get_data(as_text=True)
    weak = guest.post(address, {"password": "matkhau123", "again": "matkhau123"}, csrf_from=address)
    assert weak.status_code == 422
    assert "quá nhiều người dùng" in weak.get_data(as_text=True)
    assert guest.post(address, {"password": NEW, "again": NEW}, csrf_from=address).status_code == 302
    assert "Cô Lan" in guest.visit("/account")
    assert "không còn dùng được" in guest.visit(address, status=410)
    PageClient(client.http.application).sign_in("co.lan", NEW)


def test_a_session_ends_twelve_hours_after_it_began_however_busy(client: PageClient, cast: Cast) -> None:
    client.sign_in("administrator", PASSWORD)
    with client.http.session_transaction() as cookie:
        cookie["begun"] -= 12 * 3600 - 60
    client.visit("/account")
    with client.http.session_transaction() as cookie:
        cookie["begun"] -= 120
    assert client.http.get("/account").status_code == 302


def test_signing_out_everywhere_ends_every_session(client: PageClient, cast: Cast, session: Session) -> None:
    client.sign_in("administrator", PASSWORD)
    phone = PageClient(client.http.application).sign_in("administrator", PASSWORD)
    client.post("/account/sessions/end", csrf_from="/account")
    assert client.http.get("/account").status_code == 302
    assert phone.http.get("/account").status_code == 302
    assert session.scalars(select(AuditEntry.action).where(AuditEntry.action == "end_sessions")).one()


def test_an_old_cookie_does_not_come_back_to_life_when_the_account_is_opened_again(
    client: PageClient, cast: Cast, session: Session, now: datetime
) -> None:
    client.sign_in("teacher", PASSWORD)
    for is_active in (False, True):
        set_active(session, user_id=cast.teacher.id, is_active=is_active, by=None, now=now)
        session.commit()
    assert client.http.get("/account").status_code == 302


def test_an_address_that_is_too_old_says_what_to_do(client: PageClient, cast: Cast, session: Session) -> None:
    address = invite_by_page(client, cast)
    session.execute(update(OneTimeAddress).values(expires_at=datetime(2020, 1, 1, tzinfo=UTC)))
    session.commit()
    guest = PageClient(client.http.application)
    assert "tạo địa chỉ mới" in guest.visit(address, status=410)
    assert "cần tạo mới" in client.visit(f"/organisations/{cast.school.id}/people")
