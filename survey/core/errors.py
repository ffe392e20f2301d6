"""What can go wrong below the web, as one small tree; web/errors.py turns it into pages.

AppError
├── NotFound      nothing there, or not for this person (the same answer on purpose)
├── Forbidden     the person may see it, but not do this
├── Conflict      it was changed or stored before, or its state does not allow this
├── Gone          it was there and is closed for good
└── Invalid       the input has problems, each with place and remedy
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: where it stands, what is wrong, what to do. Texts are in the reader's language."""

    place: str
    message: str
    remedy: str = ""


class AppError(Exception):
    """The root: `message` is a sentence for the reader, `status` the HTTP status a page answers with."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class NotFound(AppError):
    """Nothing there that this person may know of."""

    status = 404


class Forbidden(AppError):
    """The person may not do this here."""

    status = 403


class Conflict(AppError):
    """The state of the thing does not allow this."""

    status = 409


class Gone(AppError):
    """The thing is closed for good."""

    status = 410


class Invalid(AppError):
    """The input has problems; `problems` lists all of them."""

    status = 422

    def __init__(self, message: str = "", problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
