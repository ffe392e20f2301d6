"""A real browser against a real server: the application in a thread, Chromium from the system."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM = "/usr/bin/chromium"
# Only what is wrong, and nothing fetched a second time: twice as fast, with the same findings.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# Width, height, and whether the page may run scripts.
PageMaker = Callable[..., Page]


class SilentHandler(WSGIRequestHandler):
    """Logs no request: the product's own server does not either."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@dataclass(frozen=True)
class LiveServer:
    """Where the application answers."""

    url: str


@contextmanager
def serve(app: Flask) -> Iterator[LiveServer]:
    """Serve an application on a port of its own for as long as the block runs."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=SilentHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield LiveServer(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[LiveServer]:
    """The application on a port of its own, with the tables of this test."""
    with serve(app) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[PageMaker]:
    """Opens pages of any size, each as a visitor of its own; with or without scripts."""
    contexts = []

    def make(*, width: int = 360, height: int = 740, scripts: bool = True) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, java_script_enabled=scripts)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: PageMaker) -> Page:
    """A phone that runs scripts."""
    return new_page()


@pytest.fixture
def phone_without_scripts(new_page: PageMaker) -> Page:
    """A phone that runs no scripts."""
    return new_page(scripts=False)


@pytest.fixture(scope="session")
def violations() -> Callable[[Page], list[Any]]:
    """What axe-core finds on a page, each as rule and place."""
    axe = Axe()

    def find(page: Page) -> list[Any]:
        # A page that has only begun to arrive has nothing yet to look at.
        page.wait_for_load_state()
        found = axe.run(page, options=AXE_OPTIONS).response["violations"]
        return [(rule["id"], node["target"], node.get("failureSummary")) for rule in found for node in rule["nodes"]]

    return find
