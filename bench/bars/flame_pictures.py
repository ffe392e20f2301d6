"""Draws what a processor was doing as a flame picture: a box a function, as wide as its time, on top of its caller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from survey.core.look import INK, INK_SOFT, PAPER

WIDTH, ROW, MARGIN, HEAD = 1200, 17, 12, 76
# Narrower boxes say nothing and make the file large.
NARROWEST = 1.2
LETTER = 6.1
# Whose code it is, and the colour it is drawn in; the first whose word a path begins with.
OWNERS = (
    ("survey", "survey/", "#8cc5a8"),
    ("analysis", "analysis/", "#b7dca0"),
    ("Flask, Werkzeug", "flask/", "#9dbfe0"),
    ("Flask, Werkzeug", "werkzeug/", "#9dbfe0"),
    ("SQLAlchemy", "sqlalchemy/", "#f0c987"),
    ("everything else", "", "#d8d4cb"),
)

# Functions from the outermost to the innermost, as "name (path)".
Stack = tuple[str, ...]


@dataclass(slots=True)
class Box:
    """A function called along one way: its samples, and what it called."""

    name: str
    samples: int = 0
    inside: dict[str, Box] = field(default_factory=dict)

    def add(self, stack: Stack, samples: int) -> None:
        """Count samples in which this function was at work, through the functions of the stack."""
        box = self
        box.samples += samples
        for name in stack:
            box = box.inside.setdefault(name, Box(name))
            box.samples += samples

    @property
    def depth(self) -> int:
        """How many functions stand on top of each other at most."""
        return 1 + max((box.depth for box in self.inside.values()), default=0)


def draw_flame(stacks: Mapping[Stack, int], *, title: str, microseconds: float, full: float) -> str:
    """Return the picture as SVG.

    microseconds: what all samples stand for; full: what the whole width stands for, so that pictures can be compared.
    """
    root = Box("all")
    for stack, samples in stacks.items():
        root.add(stack, samples)
    scale = (WIDTH - 2 * MARGIN) * microseconds / full / max(1, root.samples)
    bottom = HEAD + (root.depth - 1) * ROW
    boxes = list(_boxes(root, MARGIN, bottom, scale, microseconds / max(1, root.samples)))
    size = f'viewBox="0 0 {WIDTH} {bottom + MARGIN}" width="{WIDTH}" height="{bottom + MARGIN}"'
    said = "Each box is a function, as wide as the processor time it used for one answer, on top of who called it."
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title said"',
        ' font-family="sans-serif" font-size="11">',
        f'<title id="title">{escape(title)}</title><desc id="said">{escape(said)}</desc>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
        f'<text x="{MARGIN}" y="24" font-size="16" font-weight="600" fill="{INK}">{escape(title)}</text>',
        f'<text x="{MARGIN}" y="42" fill="{INK_SOFT}">{escape(said)} The whole width: {full:,.0f} us.</text>',
        *_legend(),
        *boxes,
        "</svg>\n",
    ]
    return "\n".join(parts)


def _legend() -> Iterator[str]:
    x = MARGIN
    for name, colour in dict((name, colour) for name, _word, colour in OWNERS).items():
        yield f'<rect x="{x}" y="50" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 16}" y="60" fill="{INK}">{escape(name)}</text>'
        x += 40 + int(LETTER * len(name))


def _boxes(box: Box, x: float, bottom: int, scale: float, sample: float) -> Iterator[str]:
    """Yield the boxes on top of this one, the widest first."""
    for inner in sorted(box.inside.values(), key=lambda one: (-one.samples, one.name)):
        width = inner.samples * scale
        if width < NARROWEST:
            return
        name, _, path = inner.name.partition(" (")
        colour = next(colour for _owner, word, colour in OWNERS if path.startswith(word))
        tip = f"{inner.name}: {inner.samples * sample:,.0f} us"
        yield f"<g><title>{escape(tip)}</title>"
        yield f'<rect x="{x:.1f}" y="{bottom - ROW}" width="{width:.1f}" height="{ROW - 1}" fill="{colour}"/>'
        if (fitting := name[: int((width - 4) / LETTER)]) and len(fitting) > 2:
            yield f'<text x="{x + 2:.1f}" y="{bottom - 5}" fill="{INK}">{escape(fitting)}</text>'
        yield "</g>"
        yield from _boxes(inner, x, bottom - ROW, scale, sample)
        x += width
