"""The short way through the application: only for views that everybody may open, and then nothing runs around them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Response
from flask.typing import ResponseReturnValue

from survey.core.permissions import Permission
from survey.web.applications import Application, short_way
from survey.web.auth import public, requires, signed_in


def answer() -> str:
    """A view."""
    return "answer"


def application_with(view: Callable[[], ResponseReturnValue]) -> Application:
    app = Application(__name__)
    app.add_url_rule("/open", "open", public(answer))
    app.add_url_rule("/tried", "tried", view)
    return app


@pytest.mark.parametrize("guard", [lambda view: view, signed_in, requires(Permission.READ_ORGANISATION)])
def test_a_view_that_is_not_public_gets_no_short_way(
    guard: Callable[[Callable[[], str]], Callable[[], ResponseReturnValue]],
) -> None:
    def secret() -> str:
        return "secret"

    app = application_with(short_way(guard(secret)))
    with pytest.raises(RuntimeError, match=r"\['tried'\]"):
        app.open_short_ways()


@pytest.mark.parametrize(("is_short", "hooks"), [(True, []), (False, ["before", "after"])])
def test_around_a_public_view_with_a_short_way_nothing_runs_but_its_headers_are_complete(
    is_short: bool, hooks: list[str]
) -> None:
    def shown() -> str:
        return "shown"

    ran: list[str] = []
    app = application_with(short_way(public(shown)) if is_short else public(shown))

    @app.before_request
    def before() -> None:
        ran.append("before")

    @app.after_request
    def after(response: Response) -> Response:
        ran.append("after")
        return response

    app.open_short_ways()
    answered = app.test_client().get("/tried")
    assert (answered.text, ran) == ("shown", hooks)
    if is_short:
        assert answered.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answered.headers["X-Content-Type-Options"] == "nosniff"


def test_every_short_way_of_this_application_is_a_respondents(application: Flask) -> None:
    assert isinstance(application, Application)
    assert application._short
    assert {name.split(".")[0] for name in application._short} == {"responses"}
