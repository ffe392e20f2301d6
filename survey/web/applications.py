"""The application object: Flask, with a short way through for the views that thousands of phones call at a time.

Such a view asks for nobody's rights, has no cookie, carries its own token against forgery, and answers with complete
headers. What is done before and after every other view (who is asking, may they, session, housekeeping) would find
nothing to do there, and costs as much as the view itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from survey.core.database import will_write
from survey.web.security import set_headers

View = TypeVar("View", bound=Callable[..., Any])

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def short_way(view: View) -> View:
    """Mark a public view whose blueprint is exempt from CSRF tokens: nothing is run before or after it.

    Only for views that are marked `public` as well; the application refuses to start otherwise.
    """
    view.is_short = True  # type: ignore[attr-defined]
    return view


class LateRule(Rule):
    """An address that learns how to be made when the first link to it is made.

    Werkzeug compiles two functions an address while the application is built: for hundreds of addresses a tenth of the
    time to start, and most processes never need most of them.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compile_now = super()._compile_builder
        place = "_build_unknown" if append_unknown else "_build"

        def build_first(rule: Rule, /, **values: Any) -> tuple[str, str]:
            build: Callable[..., tuple[str, str]] = compile_now(append_unknown).__get__(rule, None)
            setattr(rule, place, build)
            return build(**values)

        return build_first


class Application(Flask):
    """Flask that skips its hooks for the views marked by `short_way`."""

    url_rule_class = LateRule

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._short: frozenset[str] = frozenset()

    def open_short_ways(self) -> None:
        """Find the marked views; to be called once, after all of them are registered."""
        marked = {name: view for name, view in self.view_functions.items() if hasattr(view, "is_short")}
        closed = [name for name, view in marked.items() if not getattr(view, "is_public", False)]
        if closed:
            raise RuntimeError(f"views that are not public have a short way: {closed}")
        self._short = frozenset(marked)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Run what stands before a view, unless it has a short way."""
        current = _request()
        will_write.set(current.method not in READING_METHODS)
        return None if current.endpoint in self._short else super().preprocess_request()

    def process_response(self, response: Response) -> Response:
        """Run what stands behind a view, unless it has a short way: then only missing headers are set."""
        return set_headers(response) if _request().endpoint in self._short else super().process_response(response)


def _request() -> Request:
    # The object itself: each look through the proxy costs a microsecond.
    current: Request = request._get_current_object()  # type: ignore[attr-defined]
    return current
