"""How a reader narrows the audit trail."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from survey.web.forms import BaseForm


class TrailForm(BaseForm):
    """Person, action, place and days; sent by GET, so that a narrowed page has an address."""

    class Meta(BaseForm.Meta):
        """Nothing is changed: no token."""

        csrf = False

    person = SelectField(_l("Người làm"), default="")
    action = SelectField(_l("Việc"), default="")
    organisation = SelectField(_l("Đơn vị"), default="")
    first = DateField(_l("Từ ngày"), validators=[Optional()])
    last = DateField(_l("Đến hết ngày"), validators=[Optional()])
