"""The form library speaks the reader's language."""

from __future__ import annotations

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import DateField, Field, IntegerField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from survey.web.forms import BaseForm

CHOICES = [SelectChoice("a", "A")]


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        (StringField(validators=[InputRequired()]), "", "Xin điền ô này."),
        (StringField(validators=[DataRequired()]), "  ", "Xin điền ô này."),
        (StringField(validators=[Length(max=3)]), "dài quá", "Dài quá: nhiều nhất 3 ký tự."),
        (StringField(validators=[Length(min=3)]), "x", "Ngắn quá: ít nhất 3 ký tự."),
        (IntegerField(), "nhiều", "Điền một số nguyên, ví dụ: 35."),
        (IntegerField(validators=[NumberRange(1, 12)]), "13", "Điền một số từ 1 đến 12."),
        (DateField(), "hôm qua", "Hãy chọn ngày, ví dụ: 05/09/2026."),
        (SelectField(choices=CHOICES), "b", "Hãy chọn một trong các ý có sẵn."),
        (RadioField(choices=CHOICES), "b", "Hãy chọn một trong các ý có sẵn."),
        (SelectMultipleField(choices=CHOICES), "b", "Hãy chọn trong các ý có sẵn."),
    ],
)
def test_every_message_of_the_form_library_is_in_vietnamese(
    application: Flask, field: Field, typed: str, message: str
) -> None:
    form_class = type("TriedForm", (BaseForm,), {"tried": field})
    with application.test_request_context(method="POST"):
        form = form_class(formdata=MultiDict({"tried": typed}), meta={"csrf": False})
        assert not form.validate()
        assert form.tried.errors == [message]
