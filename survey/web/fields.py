"""Form fields that several features share: numbers as people here write them, and several choices as boxes to tick."""

from __future__ import annotations

import re

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FloatField, IntegerField, SelectMultipleField, widgets

from survey.web.locale import language

# Groups of three digits, parted by the same sign throughout; nobody begins thousands with a nought.
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([., \u00a0])\d{3})(?:\1\d{3})*")
# One sign before the last three digits: 1.500 is one and a half thousand to some, one and a half to others.
_TWO_READINGS = re.compile(r"-?[1-9]\d{0,2}([.,])\d{3}")


class CountField(IntegerField):
    """A number of people or contacts; 1.200 and 1 200 are one thousand two hundred."""

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; nothing typed is no number."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not text:
            return
        if _GROUPED.fullmatch(text):
            text = re.sub(r"\D", "", text)
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise ValueError(_l("Hãy điền một số nguyên, ví dụ: 35."))
        self.data = int(text)


class MeasureField(FloatField):
    """A measured value; 12,5 and 12.5 are the same.

    1.500 is read as the reader's language writes thousands (1,500 in English); written the other language's way it
    could mean either, and is sent back with both readings.
    """

    widget = widgets.TextInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the value; nothing typed is no value."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text:
            self.data = read_measure(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else write_measure(self.data)


def read_measure(text: str) -> float:
    """Return the number that somebody typed. Raises ValueError, with a sentence for the reader, if it is none."""
    thousands, decimal = (",", ".") if language() == "en" else (".", ",")
    found = _TWO_READINGS.fullmatch(text)
    if found and found[1] == decimal:
        whole, part = re.sub("[.,]", "", text), write_measure(float(text.replace(",", ".")))
        raise ValueError(
            _(
                "Không rõ “%(text)s” là %(whole)s hay %(part)s. Hãy viết %(whole)s hoặc %(part)s.",
                text=text,
                whole=whole,
                part=part,
            )
        )
    plain = _plain(text, thousands)
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,6})?", plain):
        raise ValueError(_("Hãy điền một số, ví dụ: %(example)s.", example=write_measure(12.5)))
    return float(plain)


def _plain(text: str, thousands: str) -> str:
    """Return the number without signs between thousands and with a point before decimals."""
    whole, sign, part = text.removeprefix("-"), "", ""
    last = max(whole.rfind("."), whole.rfind(","))
    if last >= 0 and not (_GROUPED.fullmatch(whole) and (whole[last] == thousands or whole.count(whole[last]) > 1)):
        whole, sign, part = whole[:last], whole[last], whole[last + 1 :]
    if _GROUPED.fullmatch(whole) and (not sign or sign not in whole):
        whole = re.sub(r"\D", "", whole)
    return ("-" if text.startswith("-") else "") + (f"{whole}.{part}" if sign else whole)


def write_measure(value: float) -> str:
    """Return a value as `read_measure` reads it again: up to six decimals, no signs between thousands."""
    text = f"{value:.6f}".rstrip("0").removesuffix(".")
    text = text if language() == "en" else text.replace(".", ",")
    # Three decimals could be taken for thousands.
    return f"{text}0" if _TWO_READINGS.fullmatch(text) else text


class BoxesField(SelectMultipleField):
    """Several choices as boxes to tick, which a finger hits better than a list."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()
