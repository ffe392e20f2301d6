"""Form fields that several features share: numbers as people here write them, and several choices as boxes to tick."""

from __future__ import annotations

import re

from flask_babel import lazy_gettext as _l
from wtforms import FloatField, IntegerField, SelectMultipleField, widgets


class CountField(IntegerField):
    """A number of people or contacts; 1.200 and 1 200 are one thousand two hundred."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; nothing typed is no number."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        if re.fullmatch(r"\d{1,3}([., ]\d{3})+", text):
            text = re.sub(r"[., ]", "", text)
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise ValueError(_l("Hãy điền một số nguyên, ví dụ: 35."))
        self.data = int(text)


class MeasureField(FloatField):
    """A measured value; 12,5 and 12.5 are the same."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the value; nothing typed is no value."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        if re.fullmatch(r"-?\d{1,3}(\.\d{3})+(,\d+)?", text):
            text = text.replace(".", "")
        text = text.replace(",", ".")
        if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", text):
            raise ValueError(_l("Hãy điền một số, ví dụ: 12,5."))
        self.data = float(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:g}".replace(".", ",")


class BoxesField(SelectMultipleField):
    """Several choices as boxes to tick, which a finger hits better than a list."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()
