"""Inputs of reports made by hand: a few numbers in, everything else filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction

from survey.core.vocabulary import LEVELS, TOPICS
from survey.reports.records import AskedItem, AudiencePlan, Place, ReportInput, WaveFact, WrongOption
from survey.responses.counts import GroupPopulation, OptionCount, PatternCount, WaveCounts

ANSWERED = 0b11111 << 8
MASTER = ANSWERED | 0b1111_1111
NOVICE = ANSWERED

SCHOOL = Place(7, "Trường Ban Mai", "BANMAI", "school", is_demo=False)
OTHER = Place(8, "Trường Suối Reo", "SUOIREO", "school", is_demo=False)
WARD = Place(1, "Phường Hoa Sim", "HOASIM", "ward", is_demo=False)

BASELINE = date(2026, 10, 5)
FOLLOW_UP = date(2026, 11, 20)

# (group id, name, grade, kind of staff, headcount)
Unit = tuple[int, str, int | None, str | None, int | None]
TEACHERS: Unit = (11, "Giáo viên", None, "teacher", 36)
EMPLOYEES: Unit = (12, "Nhân viên", None, "employee", 9)
CLASSES: tuple[Unit, ...] = tuple((20 + n, f"{6 + n // 2}{'AB'[n % 2]}", 6 + n // 2, None, 30) for n in range(4))

# Group id -> (answered, understood), half of the answers on each form as far as that goes.
Answers = Mapping[int | None, tuple[int, int]]


def counts(
    kind: str,
    audience: str,
    answers: Answers,
    units: Sequence[Unit],
    *,
    place: Place = SCHOOL,
    options: Sequence[OptionCount] = (),
) -> WaveCounts:
    """Return the counts of one wave in one organisation."""
    return WaveCounts(
        wave_id=wave_id(kind, audience),
        organisation_id=place.id,
        audience=audience,
        is_frozen=False,
        patterns=tuple(_patterns(answers)),
        options=tuple(options),
        populations=(
            GroupPopulation(None, audience, place.name, None, None, None),
            *(GroupPopulation(key, audience, name, grade, staff, n) for key, name, grade, staff, n in units),
        ),
    )


def _patterns(answers: Answers) -> list[PatternCount]:
    found = []
    for group_id, (answered, understood) in answers.items():
        for pattern, number in ((MASTER, understood), (NOVICE, answered - understood)):
            halves = (("A", (number + 1) // 2), ("B", number // 2))
            found += [PatternCount(group_id, form, pattern, half) for form, half in halves if half]
    return found


def wave_id(kind: str, audience: str) -> int:
    """Return the id that the wave of an audience has in these inputs."""
    audiences = ("staff", "pupils_secondary", "pupils_primary", "parents", "community")
    return 100 * (1 + (kind == "follow_up")) + audiences.index(audience)


def plan(audience: str, *, items: Sequence[AskedItem] = ()) -> AudiencePlan:
    """Return the usual plan."""
    return AudiencePlan(
        audience=audience,
        target=Fraction(9, 10),
        confidence=0.95,
        sampling="census",
        plan_version=f"plan-of-{audience}",
        rule={"vi": "Đúng ít nhất 8 trong 10 câu", "en": "At least 8 of 10 right"},
        topics=TOPICS,
        levels=LEVELS,
        asked_topics=TOPICS,
        items=tuple(items),
    )


def item(item_id: str = "st_1", *, form: str | None = "A") -> AskedItem:
    """Return an item with two wrong options."""
    wrong = (WrongOption(2, {"vi": "Phương án hai"}), WrongOption(3, {"vi": "Phương án ba"}))
    return AskedItem(item_id, form, TOPICS[0], {"vi": f"Câu hỏi {item_id}?"}, wrong)


def source(
    *found: WaveCounts,
    states: Mapping[str, str] | None = None,
    focus: Place | None = SCHOOL,
    places: Sequence[Place] = (SCHOOL,),
    owner: Place = SCHOOL,
    is_outside: bool = False,
    items: Sequence[AskedItem] = (),
) -> ReportInput:
    """Return the input of a report on these counts; baseline and follow-up are closed unless `states` says else."""
    known = {"baseline": "closed", "follow_up": "closed"} | dict(states or {})
    audiences = list(dict.fromkeys(one.audience for one in found)) or ["staff"]
    waves = [
        WaveFact(wave_id(kind, audience), audience, kind, known[kind], day, day)
        for audience in audiences
        for kind, day in (("baseline", BASELINE), ("follow_up", FOLLOW_UP))
    ]
    return ReportInput(
        campaign_id=1,
        title="Hiểu Nghị quyết 71",
        starts=BASELINE,
        ends=FOLLOW_UP,
        owner=owner,
        places=tuple(places),
        focus=focus.id if focus is not None else None,
        is_outside=is_outside,
        waves=tuple(waves),
        plans=tuple(plan(audience, items=items) for audience in audiences),
        counts=tuple(found),
    )


def staff(before: tuple[int, int] | None, after: tuple[int, int] | None, **kwargs: object) -> ReportInput:
    """Return the input of a report on teachers alone: (answered, understood) in each wave, None for no wave."""
    found = [
        counts(kind, "staff", {TEACHERS[0]: numbers} if numbers[0] else {}, [TEACHERS])
        for kind, numbers in (("baseline", before), ("follow_up", after))
        if numbers is not None
    ]
    states = {kind: "draft" for kind, numbers in (("baseline", before), ("follow_up", after)) if numbers is None}
    made = source(*found, states=states)
    return replace(made, **kwargs) if kwargs else made  # type: ignore[arg-type]
