"""Every address of the application has a guard, and none vanishes or appears unnoticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from survey.app import create_app
from survey.core.permissions import PERMISSIONS, Permission
from tests.factories import PASSWORD, Cast
from tests.pages import PageClient

# One line an address: methods, rule, and who may come in. `python -m tests.test_routes` writes it anew; the change of
# the file then shows in review what was opened and to whom.
FROZEN = Path(__file__).with_name("routes.txt")

# What everybody may open without signing in: the respondent's side, signing in, and files that say nothing.
PUBLIC = {
    "accounts.set_up_page",
    "accounts.set_up_send",
    "accounts.sign_in_page",
    "accounts.sign_in_send",
    "bootstrap.static",
    "invitations.choose",
    "invitations.open_address",
    "overview.index",
    "receipts.confirm_withdrawal",
    "receipts.show_answers",
    "receipts.show_receipt",
    "receipts.withdraw",
    "responses.enter_code",
    "responses.send_form",
    "responses.show_form",
    "responses.show_meeting_form",
    "responses.unknown_address",
    "share.preview",
    "static",
    "web.choose_language",
    "web.font",
    "web.health",
    "web.privacy",
    "web.privacy_for_pupils",
}


def rules(app: Flask) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def described(app: Flask) -> list[str]:
    """Return one line an address."""
    return sorted(f"{'+'.join(methods(rule))} {rule.rule} {_door(app, rule)}" for rule in rules(app))


def _door(app: Flask, rule: Rule) -> str:
    view = app.view_functions[rule.endpoint]
    if rule.endpoint.endswith("static") or getattr(view, "is_public", False):
        return "public"
    permission = getattr(view, "permission", "nobody")
    return "signed_in" if permission is None else str(permission)


def filled(rule: Rule) -> str:
    """Return an address of the rule with something in each of its places."""
    return re.sub(r"<int:[^>]+>", "1", re.sub(r"<(?!int:)[^>]+>", "x", rule.rule))


def test_every_address_says_who_may_come_in(app: Flask) -> None:
    for rule in rules(app):
        view = app.view_functions[rule.endpoint]
        if rule.endpoint in PUBLIC:
            assert rule.endpoint.endswith("static") or view.is_public, f"{rule.endpoint} is not marked as public"
            continue
        assert not getattr(view, "is_public", False), f"{rule.endpoint} is public and not on the list"
        assert hasattr(view, "permission"), f"{rule.endpoint} says nothing"
        assert view.permission is None or view.permission in Permission, rule.endpoint


def test_the_list_of_public_addresses_names_only_what_exists(app: Flask) -> None:
    assert {rule.endpoint for rule in rules(app)} >= PUBLIC


def test_no_address_vanishes_or_appears_unnoticed(app: Flask) -> None:
    frozen, found = set(FROZEN.read_text(encoding="utf-8").splitlines()), set(described(app))
    assert found - frozen == set(), "new: if it is meant so, run python -m tests.test_routes"
    assert frozen - found == set(), "gone: if it is meant so, run python -m tests.test_routes"


def test_whoever_is_not_signed_in_is_asked_to(client: PageClient, app: Flask) -> None:
    for rule in rules(app):
        if rule.endpoint in PUBLIC or "GET" not in methods(rule):
            continue
        response = client.http.get(filled(rule))
        assert response.status_code == 302, f"{rule.rule}: {response.status_code}"
        assert response.headers["Location"].startswith("/sign-in?next="), rule.rule


def test_whoever_is_not_signed_in_changes_nothing(client: PageClient, app: Flask) -> None:
    for rule in rules(app):
        if rule.endpoint in PUBLIC or "POST" not in methods(rule):
            continue
        response = client.post(filled(rule), {"name": "x"}, csrf_from="/sign-in")
        assert response.status_code == 302, f"{rule.rule}: {response.status_code}"
        assert response.headers["Location"].startswith("/sign-in?next="), rule.rule


@pytest.mark.parametrize("login", ["officer", "administrator", "teacher", "viewer"])
def test_a_role_opens_only_what_the_table_of_permissions_allows(
    client: PageClient, cast: Cast, app: Flask, login: str
) -> None:
    client.sign_in(login, PASSWORD)
    for rule in rules(app):
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        if permission is None or permission in PERMISSIONS[login]:
            continue
        for method in methods(rule):
            response = (
                client.http.get(filled(rule))
                if method == "GET"
                else client.post(filled(rule), {}, csrf_from="/account")
            )
            assert response.status_code == 403, f"{login} {method} {rule.rule}: {response.status_code}"


@pytest.mark.parametrize("login", ["officer", "administrator", "teacher", "viewer"])
def test_what_is_not_there_looks_like_what_is_not_yours(client: PageClient, cast: Cast, app: Flask, login: str) -> None:
    """An unknown number answers 404 on every page that a role may open, never with an error of ours."""
    client.sign_in(login, PASSWORD)
    for rule in rules(app):
        permission = getattr(app.view_functions[rule.endpoint], "permission", None)
        numbered = re.sub(r"<int:[^>]+>", "987654", rule.rule)
        if permission is None or permission not in PERMISSIONS[login] or numbered == rule.rule:
            continue
        address = re.sub(r"<[^>]+>", "x", numbered)
        for method in methods(rule):
            response = client.http.get(address) if method == "GET" else client.post(address, {}, csrf_from="/account")
            assert response.status_code == 404, f"{login} {method} {address}: {response.status_code}"


if __name__ == "__main__":
    FROZEN.write_text("\n".join(described(create_app())) + "\n", encoding="utf-8")
