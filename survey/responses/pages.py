"""Draws the respondent's pages and puts them on the wire: one document each, style and script inside, no cookie."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.http import parse_accept_header

from survey.core.vocabulary import Audience
from survey.instruments.definitions import BASE_LANGUAGE, text_in
from survey.responses.caches import RespondentCache, SplicedPage
from survey.responses.entrances import Entrance, GroupChoice
from survey.responses.fields import (
    ASKED_FIELD,
    FORM_FIELD,
    GROUP_FIELD,
    SHUFFLE_FIELD,
    SWITCH_FIELD,
    TOKEN_FIELD,
    Reading,
    field_name,
)
from survey.responses.scripts import POLICY, RECEIPT_SCRIPT, SCRIPT, STYLE
from survey.responses.sessions import RespondentSessions
from survey.responses.sheets import Sheet
from survey.responses.shuffles import Placed, arrange
from survey.responses.wording import GROUP_QUESTION, SHARED_MODES, SHARING_DEVICES, YOU
from survey.web.answers import FinishedAnswer
from survey.web.locale import LANGUAGES
from survey.web.security import EVERYWHERE

# Which control asks for which kind of item.
CONTROLS = {"single": "radio", "multiple": "checkbox"}


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the top of a page: who asks, and what for."""

    organisation: str
    campaign: str
    audience: str
    group: str | None = None
    is_demo: bool = False
    is_trial: bool = False

    @property
    def you(self) -> Any:
        """How the reader is addressed."""
        return YOU[Audience(self.audience)]

    @classmethod
    def of(cls, entrance: Entrance) -> Heading:
        """Return the heading of a way in."""
        return cls(
            entrance.organisation_name,
            entrance.campaign_title,
            entrance.audience,
            entrance.group_name,
            entrance.is_demo,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer as it stands on the page; code 0 is "Tôi chưa rõ". is_alone: it rules out all others."""

    code: int
    text: str
    is_chosen: bool
    is_alone: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as it stands on the page. flaw: why it is pointed out, or nothing.

    number: where it stands for the reader; place: where it stands in the published form, which names its field.
    """

    number: int
    place: int
    name: str
    is_scored: bool
    stem: str
    control: str
    choices: tuple[Choice, ...]
    flaw: str = ""


@dataclass(frozen=True, slots=True)
class FormView:
    """A form to be drawn: what is asked, where it is sent, and what came back with it.

    notice: which sentence stands on top (a key of templates/responses/_notice.html), or nothing.
    mode: the way in, nothing for a trial. wave_id: under what a device notes that somebody has answered.
    minutes: how long a class session gives for the form. shuffle: in which order questions stand, None as published.
    """

    heading: Heading
    sheet: Sheet
    language: str
    action: str
    groups: tuple[GroupChoice, ...] = ()
    group_id: int | None = None
    reading: Reading | None = None
    notice: str = ""
    asks_once_more: bool = False
    mode: str = ""
    wave_id: int | None = None
    minutes: int | None = None
    shuffle: int | None = None

    @property
    def is_shared(self) -> bool:
        """Whether the device goes from hand to hand, so that nothing of a person may stay on it."""
        return self.mode in SHARED_MODES

    @property
    def keeps_answers(self) -> bool:
        """Whether the browser may keep unsent answers in its tab."""
        return bool(self.mode) and not self.is_shared and self.heading.audience not in SHARING_DEVICES

    def address_in(self, language: str) -> str:
        """Return where the form is sent to be answered in a language."""
        plain = self.action.partition("?")[0]
        return (plain or "?") if language == BASE_LANGUAGE else f"{plain}?lang={language}"

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        """The questions in the reader's language."""
        flaws = _flaws(self.sheet, self.reading) if self.notice else {}
        return tuple(
            self._question(placed, flaws.get(placed.question.place, "")) for placed in arrange(self.sheet, self.shuffle)
        )

    def _question(self, placed: Placed, flaw: str) -> QuestionView:
        item, place = placed.question.item, placed.question.place
        return QuestionView(
            number=placed.number,
            place=place,
            name=field_name(place),
            is_scored=item.scored,
            stem=text_in(item.stem, self.language),
            control=CONTROLS[item.kind],
            choices=tuple(self._choices(placed)),
            flaw=flaw,
        )

    def _choices(self, placed: Placed) -> Iterator[Choice]:
        item, place = placed.question.item, placed.question.place
        chosen = (self.reading.chosen[place - 1] if self.reading else None) or frozenset()
        texts = [(code, item.options[code - 1].text) for code in placed.codes]
        if item.scored:
            texts.append((0, self.sheet.definition.dont_know_text))
        for code, text in texts:
            is_alone = code == 0 or code in item.exclusive_codes
            yield Choice(code, text_in(text, self.language), code in chosen, is_alone)


def _flaws(sheet: Sheet, reading: Reading | None) -> dict[int, str]:
    if reading is None:
        return {}
    missing = {question.place: "missing" for question in sheet.missing(reading.chosen)}
    contradictory = dict.fromkeys(reading.contradictory, "contradictory")
    return {**missing, **contradictory, **dict.fromkeys(reading.impossible, "impossible")}


_NAMES = {
    "token": TOKEN_FIELD,
    "form": FORM_FIELD,
    "group": GROUP_FIELD,
    "asked": ASKED_FIELD,
    "shuffle": SHUFFLE_FIELD,
    "switch": SWITCH_FIELD,
}


def draw_form(view: FormView, token: str) -> str:
    """Return a form as HTML."""
    definition = view.sheet.definition
    questions = view.questions
    return render_template(
        "responses/form.html",
        style=STYLE,
        script=SCRIPT,
        language=view.language,
        others=[code for code in definition.languages if code in LANGUAGES and code != view.language],
        heading=view.heading,
        view=view,
        title=text_in(definition.title, view.language),
        intro=text_in(definition.intro, view.language),
        questions=questions,
        scored=sum(question.is_scored for question in questions),
        flawed=[question for question in questions if question.flaw],
        group_question=GROUP_QUESTION[Audience(view.heading.audience)],
        token=token,
        names=_NAMES,
    )


def draw_message(language: str, kind: str, heading: Heading | None = None, **details: object) -> str:
    """Return a page of a few sentences; `kind` names the block in templates/responses/message.html."""
    return render_template(
        "responses/message.html",
        style=STYLE,
        script=RECEIPT_SCRIPT,
        language=language,
        heading=heading,
        kind=kind,
        **details,
    )


def send_page(page: str, status: int = 200, *, vary: Sequence[str] = ()) -> Response:
    """Return a drawn page as an answer."""
    body = page.encode()
    if _takes_gzip():
        return _answer(gzip.compress(body, 6), status, is_gzip=True, vary=vary)
    return _answer(body, status, is_gzip=False, vary=vary)


def send_spliced(page: SplicedPage, token: str) -> Response:
    """Return a form ready to be filled in as an answer."""
    if _takes_gzip():
        return _answer(page.compressed(token), 200, is_gzip=True)
    return _answer(page.plain(token), 200, is_gzip=False)


def _takes_gzip() -> bool:
    return _offers_gzip(request.environ.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(256)
def _offers_gzip(accepted: str) -> bool:
    # Browsers say this in a handful of ways; to read it anew each time costs a tenth of the answer.
    return parse_accept_header(accepted)["gzip"] > 0


def _answer(body: bytes, status: int, *, is_gzip: bool, vary: Sequence[str] = ()) -> Response:
    return FinishedAnswer(body, status, _headers(is_gzip, tuple(vary)))


@cache
def _headers(is_gzip: bool, vary: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return all headers of a page, those of every answer included; there are only a handful of combinations."""
    encoding = (("Content-Encoding", "gzip"),) if is_gzip else ()
    return (
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", POLICY),
        ("Cache-Control", "no-store"),
        ("Vary", ", ".join(("Accept-Encoding", *vary))),
        *encoding,
        *EVERYWHERE,
    )


def init_app(app: Flask) -> None:
    """Give the application the memory and the sessions that the respondent's side needs."""
    app.extensions["survey.responses"] = RespondentCache()
    app.session_interface = RespondentSessions()
