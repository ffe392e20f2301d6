"""The way in to a wave as the respondent's side sees it: one code, its place, its times. Knows no database.

An entrance is read in one go, kept for two seconds by each web process, and read again inside the transaction that
stores an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from survey.core.clock import end_of, start_of
from survey.core.vocabulary import Mode, WaveState
from survey.instruments.definitions import InstrumentDefinition
from survey.responses.sheets import Sheet, shared_sheet

# How long a form that was begun in time may still be sent after its wave began to close.
GRACE = timedelta(minutes=45)
CLASS_SESSION_GRACE = timedelta(minutes=15)


class Door(StrEnum):
    """Whether a respondent may come in now."""

    NOT_YET = "not_yet"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """One class or staff group that a respondent may name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Entrance:
    """Everything that a respondent's page shows and that decides whether an answer is accepted."""

    code: str
    collector_id: int
    mode: str
    organisation_id: int
    organisation_name: str
    is_demo: bool
    group_id: int | None
    group_name: str | None
    wave_id: int
    state: str
    opens: date
    closes: date
    closing_at: datetime | None
    collector_opens: datetime | None
    collector_closes: datetime | None
    campaign_title: str
    audience: str
    groups: tuple[GroupChoice, ...]
    # How long one pupil has for the form; None without a limit.
    time_limit_minutes: int | None
    # What is asked, by the plan; two definitions are equal when their hashes are.
    definition_hash: str
    definition: InstrumentDefinition = field(compare=False, repr=False)
    # The card or paper sheet that somebody came in with. Not compared: all cards of a place lead to the same form.
    serial: str | None = field(default=None, compare=False, repr=False)
    printed_form: str | None = field(default=None, compare=False)
    is_spent: bool = field(default=False, compare=False)

    @property
    def key(self) -> str:
        """The code that stands in the address and that tokens are made for: a card's own, else the way in's."""
        return self.serial or self.code

    @property
    def grace(self) -> timedelta:
        """How long a form begun in time may still be sent after the end."""
        return CLASS_SESSION_GRACE if self.mode == Mode.CLASS_SESSION else GRACE

    @property
    def first_instant(self) -> datetime:
        """When this way in opens."""
        return max(start_of(self.opens), self.collector_opens or start_of(self.opens))

    @property
    def last_instant(self) -> datetime:
        """When new forms are no longer handed out: the earliest of closing date, window and begun closing."""
        ends = [end_of(self.closes), self.collector_closes, self.closing_at]
        return min(instant for instant in ends if instant is not None)

    def door(self, now: datetime) -> Door:
        """Return whether a new form is handed out."""
        if self.state == WaveState.CLOSED or now > self.last_instant:
            return Door.CLOSED
        if self.state == WaveState.DRAFT or now < self.first_instant:
            return Door.NOT_YET
        return Door.OPEN

    def door_for(self, begun: datetime, now: datetime) -> Door:
        """Return whether an answer is accepted whose form was handed out at `begun`."""
        if self.state == WaveState.CLOSED or now <= self.last_instant:
            return self.door(now)
        begun_in_time = begun <= self.last_instant and now <= self.last_instant + self.grace
        return Door.OPEN if begun_in_time and self.state != WaveState.DRAFT else Door.CLOSED

    def is_window_over(self, now: datetime) -> bool:
        """Whether only this meeting or session has ended, while its wave goes on."""
        if self.collector_closes is None or now <= self.collector_closes or self.state != WaveState.OPEN:
            return False
        return now <= end_of(self.closes)

    def sheet(self, form: str) -> Sheet:
        """Return what one form asks here."""
        return shared_sheet(self.definition_hash, self.definition, form)
