"""Draws the respondent's pages and puts them on the wire: one document each, own style inside, no script, no cookie."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, make_response, render_template, request

from survey.config import PROJECT
from survey.core.vocabulary import Audience
from survey.instruments.definitions import text_in
from survey.responses.caches import RespondentCache, SplicedPage
from survey.responses.entrances import Entrance, GroupChoice
from survey.responses.fields import ASKED_FIELD, FORM_FIELD, GROUP_FIELD, TOKEN_FIELD, Reading, field_name
from survey.responses.sessions import RespondentSessions
from survey.responses.sheets import Question, Sheet
from survey.responses.wording import GROUP_QUESTION, YOU
from survey.web.locale import LANGUAGES

# Which control asks for which kind of item.
CONTROLS = {"single": "radio", "multiple": "checkbox"}


def _read_style() -> str:
    text = (PROJECT / "templates" / "responses" / "_style.css").read_text(encoding="utf-8")
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"\s*([{};:,>+])\s*", r"\1", " ".join(text.split())).replace(";}", "}")


STYLE = _read_style()
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = "; ".join(
    (
        "default-src 'none'",
        f"style-src 'sha256-{_STYLE_HASH}'",
        "img-src data:",
        "form-action 'self'",
        # The administrator's preview shows the page in the frame of a phone.
        "frame-ancestors 'self'",
        "base-uri 'none'",
    )
)


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
    """One answer as it stands on the page; code 0 is "Tôi chưa rõ"."""

    code: int
    text: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question as it stands on the page. flaw: why it is pointed out, or nothing."""

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

    @property
    def questions(self) -> tuple[QuestionView, ...]:
        """The questions in the reader's language."""
        flaws = _flaws(self.sheet, self.reading) if self.notice else {}
        return tuple(self._question(question, flaws.get(question.place, "")) for question in self.sheet.questions)

    def _question(self, question: Question, flaw: str) -> QuestionView:
        item, definition = question.item, self.sheet.definition
        chosen = (self.reading.chosen[question.place - 1] if self.reading else None) or frozenset()
        texts = [(code, option.text) for code, option in enumerate(item.options, start=1)]
        if item.scored:
            texts.append((0, definition.dont_know_text))
        return QuestionView(
            place=question.place,
            name=field_name(question.place),
            is_scored=item.scored,
            stem=text_in(item.stem, self.language),
            control=CONTROLS[item.kind],
            choices=tuple(Choice(code, text_in(text, self.language), code in chosen) for code, text in texts),
            flaw=flaw,
        )


def _flaws(sheet: Sheet, reading: Reading | None) -> dict[int, str]:
    if reading is None:
        return {}
    missing = {question.place: "missing" for question in sheet.missing(reading.chosen)}
    contradictory = dict.fromkeys(reading.contradictory, "contradictory")
    return {**missing, **contradictory, **dict.fromkeys(reading.impossible, "impossible")}


def draw_form(view: FormView, token: str) -> str:
    """Return a form as HTML."""
    definition = view.sheet.definition
    questions = view.questions
    return render_template(
        "responses/form.html",
        style=STYLE,
        language=view.language,
        languages={code: LANGUAGES[code] for code in definition.languages if code in LANGUAGES},
        heading=view.heading,
        view=view,
        title=text_in(definition.title, view.language),
        intro=text_in(definition.intro, view.language),
        questions=questions,
        scored=sum(question.is_scored for question in questions),
        flawed=[question for question in questions if question.flaw],
        group_question=GROUP_QUESTION[Audience(view.heading.audience)],
        token=token,
        names={"token": TOKEN_FIELD, "form": FORM_FIELD, "group": GROUP_FIELD, "asked": ASKED_FIELD},
    )


def draw_message(language: str, kind: str, heading: Heading | None = None, **details: object) -> str:
    """Return a page of a few sentences; `kind` names the block in templates/responses/message.html."""
    return render_template(
        "responses/message.html",
        style=STYLE,
        language=language,
        languages={},
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
    return request.accept_encodings["gzip"] > 0


def _answer(body: bytes, status: int, *, is_gzip: bool, vary: Sequence[str] = ()) -> Response:
    response = make_response(body, status)
    response.content_type = "text/html; charset=utf-8"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(["Accept-Encoding", *vary])
    if is_gzip:
        response.content_encoding = "gzip"
    return response


def init_app(app: Flask) -> None:
    """Give the application the memory and the sessions that the respondent's side needs."""
    app.extensions["survey.responses"] = RespondentCache()
    app.session_interface = RespondentSessions()
