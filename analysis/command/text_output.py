"""Sections as plain text for a terminal, and as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from unicodedata import combining, east_asian_width

from analysis.command.labels import word
from analysis.command.sections import Grid, Section
from analysis.rounding import Language


def as_text(sections: Iterable[Section]) -> str:
    """Return sections as text: headings underlined, tables in columns."""
    return "\n".join(line for section in sections for line in _section_lines(section)).strip() + "\n"


def _section_lines(section: Section) -> list[str]:
    rule = [("=" if section.level == 1 else "-") * _width(section.heading)]
    body = [*section.sentences]
    grid = _grid_lines(section.grid) if section.grid else []
    return ["", section.heading, *rule, *body, *([""] if body and grid else []), *grid]


def _grid_lines(grid: Grid) -> list[str]:
    rows = [grid.columns, *grid.rows]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(grid.columns))]
    return ["  ".join(_padded(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Count columns of a terminal, in which an accent that stands alone takes none."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


_STYLE = """
body{background:#FBFAF7;color:#12263A;font:16px/1.5 "Be Vietnam Pro",system-ui,sans-serif;margin:2rem auto;
max-width:72rem;padding:0 1rem}
h1{color:#0B6E5F}h2{border-bottom:2px solid #0B6E5F;margin-top:2.5rem}h3{margin-bottom:.25rem}
.scroll{overflow-x:auto}table{border-collapse:collapse;margin:1rem 0}
th,td{border-bottom:1px solid #D9DEE3;padding:.35rem .75rem;text-align:left;vertical-align:top}
""".replace("\n", "")


def as_html(sections: Sequence[Section], lang: Language) -> str:
    """Return sections as a complete page: styles inside, nothing fetched, every text escaped."""
    title = escape(word("title", lang))
    body = "\n".join(_section_html(section) for section in sections)
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body><main><h1>{title}</h1>\n{body}\n</main></body>\n</html>\n"
    )


def _section_html(section: Section) -> str:
    tag = f"h{section.level + 1}"
    parts = [f"<{tag}>{escape(section.heading)}</{tag}>"]
    parts += [f"<p>{escape(sentence)}</p>" for sentence in section.sentences]
    if section.grid:
        parts.append(_grid_html(section.grid, section.heading))
    return "\n".join(parts)


def _grid_html(grid: Grid, caption: str) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in grid.columns)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:]) + "</tr>"
        for row in grid.rows
    )
    # A wide table scrolls by itself; the keyboard can reach it.
    opening = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
    return f"{opening}<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>"
