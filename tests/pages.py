"""A client that looks at every page it opens: one heading, labelled fields, no unfilled placeholder, safe headers."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

_BY_CHANCE = re.compile(r'(nonce=|name="csrf_token"[^>]*value=)"[^"]*"')


class PageParser(HTMLParser):
    """Collects what the checks need from one page."""

    def __init__(self) -> None:
        super().__init__()
        self.headings = 0
        self.lang = ""
        self.title = False
        self.fields: list[tuple[str, dict[str, str | None]]] = []
        self.labels: set[str] = set()
        self.csrf = ""
        self.images_without_text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the tags that matter."""
        found = dict(attrs)
        if tag == "html":
            self.lang = found.get("lang") or ""
        elif tag == "title":
            self.title = True
        elif tag == "h1":
            self.headings += 1
        elif tag == "label" and found.get("for"):
            self.labels.add(found["for"] or "")
        elif tag == "img" and "alt" not in found:
            self.images_without_text.append(found.get("src") or "?")
        elif tag in {"input", "select", "textarea"}:
            self._note_field(tag, found)

    def _note_field(self, tag: str, found: dict[str, str | None]) -> None:
        if found.get("name") == "csrf_token":
            self.csrf = found.get("value") or ""
        if found.get("type") not in {"hidden", "submit", "button"}:
            self.fields.append((tag, found))


class PageClient:
    """Opens and sends pages as a browser without scripts would."""

    def __init__(self, app: Flask) -> None:
        self.http = app.test_client()

    def sign_in(self, login: str, password: str) -> PageClient:
        """Sign in through the page."""
        response = self.post("/sign-in", {"login": login, "password": password}, csrf_from="/sign-in")
        assert response.status_code == 302, response.get_data(as_text=True)
        return self

    def visit(self, address: str, status: int = 200, **kwargs: Any) -> str:
        """Open a page, check it, and return its text."""
        response = self.http.get(address, **kwargs)
        assert response.status_code == status, f"{address}: {response.status_code}"
        return check_page(address, response)

    def post(
        self, address: str, data: dict[str, Any] | None = None, *, csrf_from: str | None = None, **kwargs: Any
    ) -> TestResponse:
        """Send a form with the CSRF token of the page it stands on."""
        fields = dict(data or {})
        if csrf_from is not None:
            fields["csrf_token"] = parse(self.http.get(csrf_from).get_data(as_text=True)).csrf
        return self.http.post(address, data=fields, **kwargs)


def parse(page: str) -> PageParser:
    """Read a page."""
    parser = PageParser()
    parser.feed(page)
    return parser


def check_page(address: str, response: TestResponse) -> str:
    """Check what must hold for every page, whatever it shows."""
    page = response.get_data(as_text=True)
    assert "Content-Security-Policy" in response.headers, address
    assert "default-src 'none'" in response.headers["Content-Security-Policy"], address
    if response.mimetype != "text/html":
        return page
    parser = parse(page)
    assert parser.headings == 1, f"{address}: {parser.headings} h1"
    assert parser.lang in {"vi", "en"}, f"{address}: language of the page"
    assert parser.title, f"{address}: title"
    assert not parser.images_without_text, f"{address}: {parser.images_without_text}"
    for tag, field in parser.fields:
        named = field.get("id") in parser.labels or field.get("aria-label") or field.get("aria-labelledby")
        assert named or f"<label><{tag}" in page or _is_wrapped(page, field), f"{address}: no label for {field}"
    for leftover in ("{{", "{%", "None</", "Undefined"):
        assert leftover not in page, f"{address}: {leftover}"
    # Chance may write any two letters into these, also those that a test does not want to see on the page.
    return _BY_CHANCE.sub(r'\1""', page)


def _is_wrapped(page: str, field: dict[str, str | None]) -> bool:
    """Whether a field stands inside its label, as on the respondent's page."""
    name, value = field.get("name") or "", field.get("value") or ""
    return any(
        f'name="{name}"' in label and f'value="{value}"' in label
        for label in re.findall(r"<label[^>]*>.*?</label>", page, re.DOTALL)
    )
