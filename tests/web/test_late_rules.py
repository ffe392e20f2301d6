"""Addresses whose links are compiled on first need are the same as those compiled at the start."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Map, Rule

from survey.web.applications import LateRule

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("/S", {}, "/S"),
    ("/S", {"lang": "en"}, "/S?lang=en"),
    ("/S/<code>/<path:rest>", {"code": "7K2QX9K", "rest": "a/b c"}, "/S/7K2QX9K/a/b%20c"),
    ("/waves/<int:wave_id>", {"wave_id": 7, "rule": "ba", "self": "một"}, "/waves/7?rule=ba&self=m%E1%BB%99t"),
]


@pytest.mark.parametrize(("address", "values", "expected"), CASES)
def test_a_link_is_the_same_the_first_time_and_later(address: str, values: dict[str, Any], expected: str) -> None:
    made = [
        adapter.build("page", values)
        for rule in (LateRule(address, endpoint="page"), Rule(address, endpoint="page"))
        for adapter in [Map([rule]).bind("localhost")]
        for _time in range(2)
    ]
    assert made == [expected] * 4


def test_every_address_of_the_application_waits_until_it_is_needed(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert rules
    assert all(isinstance(rule, LateRule) for rule in rules)
