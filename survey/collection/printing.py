"""From ways in to files: the web process collects the words, the child process sets the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.wrappers import Response

from survey.campaigns.queries import wave_definition
from survey.collection.models import Collector
from survey.collection.poster_content import PosterContent, poster_content
from survey.core.errors import NotFound
from survey.jobs.calls import run_in_child
from survey.web.addresses import public_url
from survey.web.db_session import db

# One file of this many takes about two seconds; more come in several files, so that nobody waits without a sign.
POSTERS_A_FILE = 100
CARDS_A_FILE = 400

PAPERS = ("a4", "a3")
# A machine that is busy takes longer; more waiting helps nobody.
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Part:
    """One file of several: its number from 1, the first and the last that it holds, and how they are called."""

    number: int
    first: int
    last: int
    names: tuple[str, str] = ("", "")


def parts_of(number: int, size: int) -> list[Part]:
    """Return the files into which so many are split.

    >>> [(part.first, part.last) for part in parts_of(250, 100)]
    [(1, 100), (101, 200), (201, 250)]
    """
    return [Part(place + 1, first + 1, min(first + size, number)) for place, first in enumerate(range(0, number, size))]


def asked_part(number: int, size: int) -> Part | None:
    """Return the part that the address asks for; None if it asks for none and one file would be too long.

    Raises NotFound for a part that does not exist.
    """
    parts = parts_of(number, size)
    if not parts:
        raise NotFound
    asked = request.args.get("part")
    if asked is None:
        return parts[0] if len(parts) == 1 else None
    found = next((part for part in parts if str(part.number) == asked), None)
    if found is None:
        raise NotFound
    return found


def asked_paper() -> str:
    """Return the size of paper that the address asks for: A4 unless it says A3."""
    paper = request.args.get("paper", PAPERS[0])
    if paper not in PAPERS:
        raise NotFound
    return paper


def site() -> str:
    """Return the address at which phones reach us."""
    return public_url(current_app.extensions["survey.config"])


def questions_of(collector: Collector) -> int:
    """Return how many questions count in what a way in leads to."""
    return len(wave_definition(db.session, collector.wave).scored_items("A"))


def poster_contents(collectors: Sequence[Collector]) -> list[PosterContent]:
    """Return what stands on the posters of some ways in."""
    address = site()
    questions = {collector.wave_id: collector for collector in collectors}
    numbers = {wave_id: questions_of(collector) for wave_id, collector in questions.items()}
    return [
        poster_content(collector, public_url=address, questions=numbers[collector.wave_id]) for collector in collectors
    ]


def send_made(function: str, *args: object, mimetype: str, name: str, is_download: bool = False) -> Response:
    """Send what a function makes in the child process; nothing is kept open in the database meanwhile."""
    db.session.rollback()
    made = run_in_child(function, *args, timeout=TIMEOUT_SECONDS)
    response = Response(made, mimetype=mimetype)
    kind = "attachment" if is_download else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    return response
