"""The base of all forms on signed-in pages: CSRF, texts without stray blanks and zero bytes, choices passed in."""

from __future__ import annotations

from typing import Any

from flask_wtf import CSRFProtect, FlaskForm

from survey.web.form_messages import FormMessages

csrf = CSRFProtect()


class BaseForm(FlaskForm):
    """A form whose texts are trimmed; blank becomes empty."""

    class Meta(FlaskForm.Meta):
        """Trim every text field; the library's own messages in the reader's language."""

        def get_translations(self, form: Any) -> FormMessages:
            """Return our words for the library's messages."""
            return FormMessages()

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Add the trimming filter to text fields."""
            filters = unbound_field.kwargs.get("filters", [])
            if unbound_field.field_class.__name__ in {"StringField", "TextAreaField"}:
                filters = [*filters, _trim]
            return unbound_field.bind(form=form, filters=filters, **options)


def _trim(value: Any) -> Any:
    # No keyboard types a zero byte, and PostgreSQL takes none.
    return value.replace("\0", "").strip() if isinstance(value, str) else value
