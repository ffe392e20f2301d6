"""Read KEY.csv: which option is right in which item, and which topic, level and form the item belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.command.faults import Fault, Faults
from analysis.command.tables import read_rows
from analysis.items import BLANK, DONT_KNOW, chosen

LARGEST_OPTION = 30


@dataclass(frozen=True, slots=True)
class KeyedItem:
    """One scored item; `form` is None where it stands on every form, `key` is coded as in `analysis.items`.

    `options` is how many there are, None where the key does not say.
    """

    id: str
    form: str | None
    topic: str
    level: str | None
    key: int
    options: int | None


@dataclass(frozen=True, slots=True)
class Key:
    """The items in the order of the file."""

    items: tuple[KeyedItem, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that items name, sorted; empty where there is only one form."""
        return tuple(sorted({item.form for item in self.items if item.form is not None}))

    @property
    def topics(self) -> tuple[str, ...]:
        """The topics in the order in which they first stand in the key."""
        return tuple(dict.fromkeys(item.topic for item in self.items))

    def on_form(self, form: str | None) -> tuple[KeyedItem, ...]:
        """Return the items of a form, those on every form included."""
        return tuple(item for item in self.items if item.form is None or item.form == form)


def option_code(cell: str) -> int | None:
    """Return an answer's code for `analysis.items`, None where the cell is not an option code.

    An empty cell is not answered, `0` is "I don't know", `2` one option, `1+3` several.

    >>> option_code(""), option_code("0"), option_code("2"), option_code("1+3"), option_code("b")
    (-1, 0, 2, 5, None)
    """
    text = cell.strip()
    if not text:
        return BLANK
    if text == "0":
        return DONT_KNOW
    parts = text.split("+")
    if not all(part.strip().isdecimal() and part.isascii() for part in parts):
        return None
    options = [int(part) for part in parts]
    return chosen(*options) if all(1 <= option <= LARGEST_OPTION for option in options) else None


def read_key(path: Path) -> Key:
    """Read a key. Raises `Faults` naming every row that cannot be used.

    Columns: item, key, and where they apply form, topic, level, options (how many there are).
    """
    _, rows = read_rows(path, "item", "key")
    faults: list[Fault] = []
    items: list[KeyedItem] = []
    first: dict[str, int] = {}
    for line, row in rows:
        found = _row_faults(path.name, line, row, first)
        first.setdefault(row["item"], line)
        faults += found
        if not found:
            items.append(_item(row))
    if faults:
        raise Faults(faults)
    return Key(tuple(items))


def _item(row: dict[str, str]) -> KeyedItem:
    options = row.get("options", "")
    return KeyedItem(
        id=row["item"],
        form=row.get("form") or None,
        topic=row.get("topic", ""),
        level=row.get("level") or None,
        key=option_code(row["key"]) or 0,
        options=int(options) if options else None,
    )


def _row_faults(file: str, line: int, row: dict[str, str], first: dict[str, int]) -> Sequence[Fault]:
    def fault(column: str, code: str, **parts: str) -> Fault:
        return Fault(file, line, column, code, parts)

    faults = []
    if not row["item"]:
        faults.append(fault("item", "empty"))
    elif row["item"] in first:
        faults.append(fault("item", "item_twice", item=row["item"], first=str(first[row["item"]])))
    if not row["key"]:
        faults.append(fault("key", "empty"))
    elif (option_code(row["key"]) or 0) <= 0:
        faults.append(fault("key", "not_options", value=row["key"]))
    options = row.get("options", "")
    if options and not (options.isdecimal() and options.isascii()):
        faults.append(fault("options", "not_count", value=options))
    return faults
