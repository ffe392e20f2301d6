"""What stands on a sign-in sheet; made by the page, set by `sign_in_sheets` in the child process."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignInContent:
    """The head of a sheet, and how many empty lines it has. parent is empty for a unit without an authority above."""

    organisation: str
    parent: str
    lines: int
    is_demo: bool
    printed_on: str
