"""Pictures that are no answer sheet of ours: none of them may ever be counted. python -m bench.paper.foreign"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable

import cv2
import numpy as np
import pypdfium2 as pdfium

from bench.paper.conditions import CONDITIONS
from bench.paper.marks import SCALE, fill_sheet
from bench.paper.printed import Blank, print_blanks
from survey.collection.poster_content import PosterContent
from survey.collection.posters import render_posters
from survey.core.codes import new_code
from survey.paper.layouts import Layout
from survey.paper.reading.images import decode_picture
from survey.paper.reading.records import PageRefused
from survey.paper.reading.sheets import read_rows, straighten

Maker = Callable[[np.random.Generator, Blank], np.ndarray]


def _paper() -> np.ndarray:
    return np.full((2339, 1654, 3), 250, np.uint8)


def blank_paper(_random: np.random.Generator, _blank: Blank) -> np.ndarray:
    """An empty page."""
    return _paper()


def photograph(random: np.random.Generator, _blank: Blank) -> np.ndarray:
    """Something colourful that is no paper."""
    rough = random.integers(0, 255, (30, 20, 3), dtype=np.uint8)
    return cv2.resize(rough, (1654, 2339), interpolation=cv2.INTER_CUBIC)


def other_answer_sheet(random: np.random.Generator, _blank: Blank) -> np.ndarray:
    """An examination's sheet: black squares in the corners, forty rows of four circles, many filled."""
    page = _paper()
    for x, y in ((90, 90), (1470, 90), (1470, 2150), (90, 2150)):
        cv2.rectangle(page, (x, y), (x + 94, y + 94), (0, 0, 0), -1)
    for row in range(40):
        for column in range(4):
            centre = (300 + column * 70 + (row // 20) * 600, 400 + (row % 20) * 80)
            cv2.circle(page, centre, 19, (110, 110, 110), 2 if random.random() < 0.7 else -1, cv2.LINE_AA)
    return page


def other_marked_sheet(random: np.random.Generator, blank: Blank) -> np.ndarray:
    """Another program's sheet that has the same corner marks in the same places, and a QR of its own."""
    page = other_answer_sheet(random, blank)
    side = round(24 * SCALE)
    for rows in (slice(0, side), slice(-side, None)):
        for columns in (slice(0, side), slice(-side, None)):
            page[rows, columns] = blank.picture[rows, columns]
    return page


def own_poster(_random: np.random.Generator, _blank: Blank) -> np.ndarray:
    """A poster of this product, whose QR looks much like a sheet's."""
    code = new_code(6)
    poster = PosterContent(
        "Trường Ban Mai", "Chiến dịch", "10 câu hỏi", "Dành cho phụ huynh", "", "01/12/2026", "hr.example.vn/S", code,
        f"HTTPS://HR.EXAMPLE.VN/S/{code}", False,
    )  # fmt: skip
    page = pdfium.PdfDocument(render_posters([poster]))[0]
    return page.render(scale=200 / 72, rev_byteorder=True).to_numpy()[:, :, :3].copy()


def in_a_mirror(random: np.random.Generator, blank: Blank) -> np.ndarray:
    """A filled sheet seen from behind, or in a mirror."""
    return np.ascontiguousarray(blank.picture[:, ::-1])


def torn(random: np.random.Generator, blank: Blank) -> np.ndarray:
    """The upper half of a sheet."""
    page = _paper()
    page[:1100] = blank.picture[:1100]
    return page


def only_its_code(random: np.random.Generator, blank: Blank) -> np.ndarray:
    """A sheet's QR cut out and put on another page."""
    page = _paper()
    page[200:560, 200:560] = blank.picture[70:430, 1110:1470]
    return page


def forged(random: np.random.Generator, blank: Blank) -> np.ndarray:
    """A whole filled sheet with a serial that was never printed (its own serial is not among the known ones)."""
    page = blank.picture.copy()
    fill_sheet(page, blank.layout, random, blank.form)
    return page


def two_in_one(random: np.random.Generator, blank: Blank) -> np.ndarray:
    """Two sheets in one photo."""
    page = blank.picture.copy()
    fill_sheet(page, blank.layout, random, blank.form)
    small = cv2.resize(page, None, fx=0.5, fy=0.7, interpolation=cv2.INTER_AREA)
    both = _paper()
    both[: small.shape[0], : small.shape[1]] = small
    both[: small.shape[0], small.shape[1] : 2 * small.shape[1]] = small
    return both


KINDS: tuple[Maker, ...] = (
    blank_paper,
    photograph,
    other_answer_sheet,
    other_marked_sheet,
    own_poster,
    in_a_mirror,
    torn,
    only_its_code,
    forged,
    two_in_one,
)


def verdict(data: bytes, known: set[str], layout: Layout) -> str:
    """Return why a picture is not counted, or "accepted"."""
    try:
        page = straighten(decode_picture(data))
        read_rows(page, layout)
    except PageRefused as error:
        return str(error.reason)
    if page.serial is None:
        return "needs_serial"
    return "accepted" if page.serial in known else "unknown_serial"


def main() -> None:
    """Show each kind of picture in each condition and count what became of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    blanks = print_blanks("parents", len(KINDS))
    # What is cut out, torn or mirrored carries a serial that exists; what is forged does not.
    known = {blank.serial for kind, blank in zip(KINDS, blanks, strict=True) if kind is not forged}
    accepted = 0
    for number, (kind, blank) in enumerate(zip(KINDS, blanks, strict=True)):
        ends: Counter[str] = Counter()
        for place, condition in enumerate(CONDITIONS.values()):
            random = np.random.default_rng([options.seed, number, place])
            ends[verdict(condition(random, kind(random, blank)), known, blank.layout)] += 1
        accepted += ends["accepted"]
        print(f"| {kind.__name__.replace('_', ' ')} | {', '.join(f'{n} {end}' for end, n in sorted(ends.items()))} |")
    print(f"accepted: {accepted} of {len(KINDS) * len(CONDITIONS)}")


if __name__ == "__main__":
    main()
