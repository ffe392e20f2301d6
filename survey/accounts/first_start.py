"""The first start of an empty system: a one-time address makes the first place and the first account."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime
from itertools import chain, count

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from survey.accounts.models import SetupCode, User
from survey.accounts.people_operations import add_person
from survey.core.errors import Gone
from survey.core.permissions import RoleName
from survey.organisations.models import Organisation
from survey.organisations.operations import add_organisation


def make_setup_code(session: Session, *, now: datetime) -> str:
    """Return a fresh one-time code for the first account of an empty system; earlier codes stop working."""
    session.execute(delete(SetupCode))
    code = secrets.token_urlsafe(18)
    session.add(SetupCode(code_hash=_code_hash(code), created_at=now))
    session.flush()
    return code


def require_setup_code(session: Session, code: str) -> None:
    """Stop unless the code is the one last printed and nobody has an account yet. Raises Gone."""
    known = session.scalars(select(SetupCode.id).where(SetupCode.code_hash == _code_hash(code))).first()
    if known is None or session.scalar(select(func.count()).select_from(User)):
        raise Gone


def set_up(
    session: Session,
    *,
    code: str,
    kind: str,
    place_name: str,
    login: str,
    name: str,
    password: str,
    now: datetime,
) -> User:
    """Make the first place and the first account, which looks after it; the code is used up."""
    require_setup_code(session, code)
    # Of two people who send the form at the same moment, only one finds the code to delete.
    if not session.scalars(
        delete(SetupCode).where(SetupCode.code_hash == _code_hash(code)).returning(SetupCode.id)
    ).all():
        raise Gone
    place = add_organisation(
        session,
        parent=None,
        kind=kind,
        name=place_name,
        code=_free_code(session, place_name),
        user_id=None,
        now=now,
    )
    role = RoleName.ADMINISTRATOR if kind == "school" else RoleName.OFFICER
    account = add_person(
        session,
        login=login,
        name=name,
        role=role,
        organisation_id=place.id,
        by=None,
        now=now,
        password=password,
    )
    return account.user


def _free_code(session: Session, name: str) -> str:
    """Return a code for a place that no other place has; a tree may have been imported before the first person."""
    code = _code_from(name)
    taken = set(session.scalars(select(Organisation.code).where(Organisation.code.startswith(code))))
    return next(free for free in chain([code], (f"{code}-{number}" for number in count(2))) if free not in taken)


def _code_from(name: str) -> str:
    """Return a short code made of a place's name: its capitals without accents, as in TTHTHCSBM."""
    plain = unicodedata.normalize("NFKD", name.replace("Đ", "D").replace("đ", "d")).encode("ascii", "ignore").decode()
    return "".join(word[0] for word in re.findall(r"[A-Za-z0-9]+", plain)).upper()[:12] or "DONVI"


def _code_hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
