"""Numbers as people type them: read as the reader's language writes them, and sent back where two readings fit."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Field

from survey.web.fields import CountField, MeasureField, read_measure, write_measure
from survey.web.forms import BaseForm


class TypedForm(BaseForm):
    """Both kinds of numbers."""

    count = CountField()
    measure = MeasureField()


def typed(application: Flask, name: str, text: str, language: str = "vi") -> Field:
    with application.test_request_context(f"/?lang={language}", method="POST"):
        form = TypedForm(formdata=MultiDict({name: text}), meta={"csrf": False})
        form.validate()
        return form[name]


@pytest.mark.parametrize(
    ("text", "vietnamese", "english"),
    [
        ("12,5", 12.5, 12.5),
        ("12.5", 12.5, 12.5),
        ("0,125", 0.125, 0.125),  # no thousands begin with a nought
        ("0.125", 0.125, 0.125),
        ("1500", 1500, 1500),
        ("1 500", 1500, 1500),
        ("1\u00a0500,5", 1500.5, 1500.5),
        ("1.500", 1500, None),
        ("1,500", None, 1500),
        ("-1.500", -1500, None),
        ("12.000", 12000, None),
        ("1.500.000", 1500000, 1500000),
        ("1,500,000", 1500000, 1500000),
        ("1.500,25", 1500.25, 1500.25),
        ("1,500.25", 1500.25, 1500.25),
        ("1.500.000,5", 1500000.5, 1500000.5),
        ("1,5000", 1.5, 1.5),
        ("1500,250", 1500.25, 1500.25),
        ("1500.250", 1500.25, 1500.25),
        ("-3", -3, -3),
        ("007", 7, 7),
    ],
)
def test_a_measured_value_is_read_in_the_readers_language(
    application: Flask, text: str, vietnamese: float | None, english: float | None
) -> None:
    assert typed(application, "measure", text).data == vietnamese
    assert typed(application, "measure", text, "en").data == english


@pytest.mark.parametrize(
    ("text", "language", "whole", "part"),
    [
        ("1,500", "vi", "1500", "1,5"),
        ("1,125", "vi", "1125", "1,1250"),  # written so that it cannot be taken for thousands again
        ("-12,750", "vi", "-12750", "-12,75"),
        ("1.500", "en", "1500", "1.5"),
        ("100.000", "en", "100000", "100"),
    ],
)
def test_a_number_with_two_readings_is_sent_back_with_both_and_each_of_them_is_taken(
    application: Flask, text: str, language: str, whole: str, part: str
) -> None:
    field = typed(application, "measure", text, language)
    (error,) = field.errors
    assert text in error
    assert error.count(whole) >= 2
    assert error.count(part) >= 2
    for reading in (whole, part):
        assert not typed(application, "measure", reading, language).errors


@pytest.mark.parametrize(
    "text",
    ["1.50.000", "1,50,000", "1.500.00", "1.500,000,5", "1.500 000", "mười", "1e3", "12,5%", "--3", ".", "1,", ",5"],
)
def test_what_is_no_number_is_refused_and_kept(application: Flask, text: str) -> None:
    field = typed(application, "measure", text)
    assert field.errors == ["Hãy điền một số, ví dụ: 12,5."]
    assert field.data is None
    assert field._value() == text


@pytest.mark.parametrize(
    ("text", "number"),
    [("35", 35), ("1.200", 1200), ("1,200", 1200), ("1 200", 1200), ("1.200.000", 1200000), ("", None)],
)
def test_a_count_has_no_decimals_so_every_sign_parts_thousands(
    application: Flask, text: str, number: int | None
) -> None:
    field = typed(application, "count", text)
    assert (field.data, list(field.errors)) == (number, [])


@pytest.mark.parametrize("text", ["1.20", "0.125", "1.200,300", "12,5", "-3", "ba", "9999999999"])
def test_a_count_that_is_no_whole_number_is_refused(application: Flask, text: str) -> None:
    assert typed(application, "count", text).errors == ["Hãy điền một số nguyên, ví dụ: 35."]


@given(thousandths=st.integers(-(10**12), 10**12), language=st.sampled_from(["vi", "en"]))
def test_what_a_field_shows_is_read_as_the_same_value(application: Flask, thousandths: int, language: str) -> None:
    value = thousandths / 1000
    with application.test_request_context(f"/?lang={language}"):
        assert read_measure(write_measure(value)) == value
