"""QR codes: what they say is what a scanner reads, in the smallest symbol."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp

from survey.collection.qr import QUIET_ZONE, matrix, payload, svg, terminal_qr

ADDRESS = "HTTPS://HR.EXAMPLE.VN/S/7K2QX9K"


def scan(modules: tuple[tuple[bool, ...], ...]) -> str:
    dark = np.pad(np.array(modules), QUIET_ZONE)
    picture = np.where(np.kron(dark, np.ones((4, 4), dtype=bool)), 0, 255).astype(np.uint8)
    return zxingcpp.read_barcodes(picture)[0].text


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        (ADDRESS, 25),
        ("HTTP://192.168.100.100:8071/S/7K2QX9K", 25),  # a laptop in a hall
        ("HTTPS://HR_TEST.EXAMPLE/S/7K2QX9K", 29),  # an underscore needs the byte mode
    ],
)
def test_a_symbol_says_what_it_was_given_and_stays_small(text: str, modules: int) -> None:
    symbol = matrix(text)
    assert len(symbol) == modules
    assert scan(symbol) == text


def test_the_payload_is_in_capitals() -> None:
    assert payload("https://hr.example.vn:8071", "7K2QX9K") == "HTTPS://HR.EXAMPLE.VN:8071/S/7K2QX9K"


def test_the_svg_draws_every_dark_module_inside_a_quiet_zone() -> None:
    page = svg(ADDRESS, label='Mã "6A" <x>')
    dark = sum(map(sum, matrix(ADDRESS)))
    path = page.split('d="')[2].split('"')[0]
    drawn = sum(int(run.split("h")[1].split("v")[0]) for run in path.split("M")[1:])
    assert drawn == dark
    assert 'viewBox="0 0 33 33"' in page
    assert "Mã &quot;6A&quot; &lt;x>" in page


@pytest.mark.parametrize("colour", [True, False])
def test_the_terminal_shows_the_same_modules(colour: bool) -> None:
    lines = terminal_qr(ADDRESS, colour=colour).split("\n")
    plain = [line.removeprefix("\x1b[30;107m").removesuffix("\x1b[0m") for line in lines]
    halves = {" ": (False, False), "▀": (True, False), "▄": (False, True), "█": (True, True)}
    rows = [tuple(halves[glyph][half] != (not colour) for glyph in line) for line in plain for half in (0, 1)]
    size = len(matrix(ADDRESS))
    inner = tuple(row[QUIET_ZONE : QUIET_ZONE + size] for row in rows[QUIET_ZONE : QUIET_ZONE + size])
    assert inner == matrix(ADDRESS)
