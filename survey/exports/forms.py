"""What may be chosen before a table is taken out."""

from __future__ import annotations

from wtforms import IntegerField, StringField
from wtforms.validators import AnyOf, InputRequired

from survey.core.vocabulary import Audience
from survey.exports.files import ANSWERS_FORMATS, COUNTS_FORMATS
from survey.web.forms import BaseForm


class CountsForm(BaseForm):
    """The format of the table of counts; sent by a button each."""

    format = StringField(validators=[AnyOf(list(COUNTS_FORMATS))])


class AnswersForm(BaseForm):
    """Whose answers, and in which format."""

    organisation = IntegerField(validators=[InputRequired()])
    audience = StringField(validators=[AnyOf([str(audience) for audience in Audience])])
    format = StringField(validators=[AnyOf(list(ANSWERS_FORMATS))])
