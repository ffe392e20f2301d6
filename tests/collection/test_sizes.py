"""Sizes: the numbers that were measured, and that what is promised can be kept."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as some

from survey.collection import printing, share_texts, sizes
from survey.collection.qr import QUIET_ZONE
from survey.collection.sizes import card_width, promised_distance, scan_distance, widest, width_for

MODULES = some.integers(1, 10).map(lambda version: 17 + 4 * version)


@pytest.mark.parametrize(
    ("distance", "modules", "width"),
    [(5, 29, 50), (5, 41, 61), (10, 41, 122), (15, 41, 184), (20, 41, 245), (10, 25, 100)],
)
def test_the_width_for_a_distance_is_the_measured_one_and_at_least_a_tenth(
    distance: float, modules: int, width: int
) -> None:
    assert round(width_for(distance, modules)) == width


@given(width=some.floats(1, 500), modules=MODULES)
def test_distance_and_width_belong_together(width: float, modules: int) -> None:
    assert width_for(scan_distance(width, modules), modules) == pytest.approx(width)


@given(width=some.floats(10, 500), modules=MODULES)
def test_no_more_is_promised_than_can_be_kept(width: float, modules: int) -> None:
    assert promised_distance(width, modules) <= max(0.5, scan_distance(width, modules))


@given(page=some.floats(10, 200), modules=MODULES)
def test_the_quiet_zone_always_fits_on_the_page(page: float, modules: int) -> None:
    assert widest(page, modules) * (modules + 2 * QUIET_ZONE) / modules <= page


@given(modules=MODULES)
def test_a_module_of_a_card_is_never_below_eight_tenths_of_a_millimetre(modules: int) -> None:
    assert card_width(modules) / modules >= 0.8 - 1e-9
    assert card_width(modules) >= 25


@given(number=some.integers(0, 5000), size=some.integers(1, 500))
def test_parts_hold_everything_once(number: int, size: int) -> None:
    parts = printing.parts_of(number, size)
    held = [place for part in parts for place in range(part.first, part.last + 1)]
    assert held == list(range(1, number + 1))
    assert all(part.last - part.first < size for part in parts)


@pytest.mark.parametrize("module", [sizes, share_texts, printing])
def test_examples_in_the_documentation_are_true(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]
    assert result.attempted > 0
    assert result.failed == 0
