"""Number the different contents of some cells, so that a million rows become arrays of small whole numbers.

An index is a dictionary from the cells of a row to a number. Looking up is one step in C; only a content that was
never seen before is looked at, checked and remembered. That is what makes the command fast.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from analysis.command.cells import Cell
from analysis.command.keys import Key, KeyedItem, option_code

Cells = tuple[str, ...]
FLAGS = {"1": 1, "0": 0, "": None}


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with the cells of a row: the column and the code and parts of a `Fault`."""

    column: str
    code: str
    parts: Mapping[str, str] = field(default_factory=dict)


class WrongCells(ValueError):
    """Some cells cannot be used; the slow way will say which."""


class CellIndex(dict[Cells, int], ABC):
    """Numbers cells in the order in which they first occur; subclasses say what they mean."""

    def __init__(self, columns: Mapping[str, int]) -> None:
        super().__init__()
        self.columns = tuple(columns)
        places = tuple(columns.values())
        # With one place itemgetter returns the cell itself instead of a tuple; asking twice keeps one shape.
        self.cells_of = itemgetter(*(places * 2 if len(places) == 1 else places))

    def __missing__(self, cells: Cells) -> int:
        if self.check(cells):
            raise WrongCells(cells)
        self.learn(cells)
        self[cells] = number = len(self)
        return number

    @abstractmethod
    def check(self, cells: Cells) -> list[Wrong]:
        """Return what is wrong with cells never seen before."""

    @abstractmethod
    def learn(self, cells: Cells) -> None:
        """Remember what cells mean, under the number they are about to get."""


class GroupIndex(CellIndex):
    """The cells that say where a response belongs; `groups[number]` is the `Cell` without blanks."""

    COLUMNS = ("wave", "audience", "stratum", "cluster", "form")

    def __init__(self, places: Mapping[str, int], key: Key | None) -> None:
        super().__init__({name: places[name] for name in self.COLUMNS if name in places})
        self._forms = key.forms if key else ()
        self.groups: list[Cell] = []

    def _cell(self, cells: Cells) -> Cell:
        values = dict(zip(self.columns, (cell.strip() for cell in cells), strict=True))
        return Cell(
            values["wave"],
            values["audience"],
            values.get("stratum") or None,
            values.get("cluster") or None,
            values.get("form") or None,
        )

    def check(self, cells: Cells) -> list[Wrong]:
        cell = self._cell(cells)
        wrong = [
            Wrong(name, "empty") for name, value in (("wave", cell.wave), ("audience", cell.audience)) if not value
        ]
        if self._forms and cell.form is None:
            wrong.append(Wrong("form", "form_needed"))
        elif self._forms and cell.form not in self._forms:
            wrong.append(Wrong("form", "form_unknown", {"value": cell.form or ""}))
        return wrong

    def learn(self, cells: Cells) -> None:
        self.groups.append(self._cell(cells))


class FlagIndex(CellIndex):
    """The columns `understood` and `topic:...`; `patterns[number]` has their bits (see `responses`)."""

    def __init__(self, places: Mapping[str, int]) -> None:
        super().__init__(places)
        self.patterns: list[int] = []

    def check(self, cells: Cells) -> list[Wrong]:
        return [
            Wrong(name, "not_flag", {"value": cell.strip()})
            for name, cell in zip(self.columns, cells, strict=False)
            if cell.strip() not in FLAGS
        ]

    def learn(self, cells: Cells) -> None:
        flags = [FLAGS[cell.strip()] for cell in cells[: len(self.columns)]]
        answered = sum(1 << place for place, flag in enumerate(flags) if flag is not None)
        understood = sum(1 << place for place, flag in enumerate(flags) if flag)
        self.patterns.append(answered | understood << len(flags))


class ItemIndex(CellIndex):
    """A few columns `item:...` of one topic; `codes[number]` are the answers as `analysis.items` codes them."""

    def __init__(self, items: Sequence[KeyedItem], places: Mapping[str, int]) -> None:
        super().__init__({f"item:{item.id}": places[item.id] for item in items})
        self.keyed = tuple(items)
        self.codes: list[tuple[int, ...]] = []

    def check(self, cells: Cells) -> list[Wrong]:
        wrong = []
        for item, cell in zip(self.keyed, cells, strict=False):
            code = option_code(cell)
            if code is None:
                wrong.append(Wrong(f"item:{item.id}", "not_options", {"value": cell.strip()}))
            elif item.options is not None and code > 0 and code.bit_length() > item.options:
                parts = {"value": str(code.bit_length()), "options": str(item.options)}
                wrong.append(Wrong(f"item:{item.id}", "option_beyond", parts))
        return wrong

    def learn(self, cells: Cells) -> None:
        codes = (option_code(cell) for cell in cells[: len(self.keyed)])
        self.codes.append(tuple(code for code in codes if code is not None))
