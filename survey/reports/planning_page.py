"""Puts the plan of a wave into words: one plain sentence a group, and a table with the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from analysis.rounding import Language, format_count, localised, round_percent
from survey.core.vocabulary import ReportingGroup
from survey.reports.planning_records import GroupSize, Need, PlanningSource, SizePlan
from survey.reports.presenter import DASH, group_name
from survey.reports.records import Place
from survey.reports.words import _

# From here on a group must answer nearly as a whole, and the page says so.
NEARLY_EVERYBODY = Fraction(3, 4)
# With fewer classes nobody would draw some of them.
FEWEST_CLASSES = 4


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of one group, as text."""

    place: Place
    group: str
    population: str
    target_count: str
    gate: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupText:
    """One group in sentences; `is_missing` where headcounts are to be given first."""

    lead: str
    notes: tuple[str, ...]
    is_missing: bool


@dataclass(frozen=True, slots=True)
class PlaceText:
    """One organisation with its groups."""

    place: Place
    groups: tuple[GroupText, ...]


@dataclass(frozen=True, slots=True)
class PlanningPage:
    """Everything that the page shows."""

    source: PlanningSource
    target: str
    shares: tuple[str, ...]
    places: tuple[PlaceText, ...]
    rows: tuple[Row, ...]


def planning_page(source: PlanningSource, plans: Mapping[tuple[int, int], SizePlan], lang: Language) -> PlanningPage:
    """Return the page in the reader's language; plans by people and classes."""
    shares = next((tuple(need.expected for need in plan.needs) for plan in plans.values()), ())
    words = _Words(source, lang)
    by_place: dict[Place, list[GroupText]] = {}
    rows = []
    for size in source.sizes:
        found = plans.get((size.population or 0, size.classes))
        by_place.setdefault(size.place, []).append(words.group(size, found))
        if found is not None and size.group != ReportingGroup.COMMUNITY:
            rows.append(words.row(size, found))
    return PlanningPage(
        source=source,
        target=percent(source.settings.target, lang),
        shares=tuple(percent(share, lang) for share in shares),
        places=tuple(PlaceText(place, tuple(groups)) for place, groups in by_place.items()),
        rows=tuple(rows),
    )


def percent(share: Fraction, lang: Language) -> str:
    """Write a share of the plan as a percentage, with a decimal only where it has one."""
    return localised(round_percent(share, decimals=0 if (share * 100).denominator == 1 else 1), lang) + "%"


@dataclass(frozen=True, slots=True)
class _Words:
    """Says what a group needs, for one wave and one reader."""

    source: PlanningSource
    lang: Language

    def group(self, size: GroupSize, plan: SizePlan | None) -> GroupText:
        if plan is None:
            return GroupText(self._missing(size), (), is_missing=True)
        if size.group == ReportingGroup.COMMUNITY:
            lead = _("Nhóm này không xét chỉ tiêu, nên càng nhiều phiếu càng tốt.")
            return GroupText(f"{self._has(size)}. {lead}", (self._precision(plan),), is_missing=False)
        notes = (*self._notes(size, plan), self._precision(plan), self._classes(plan, size))
        return GroupText(self._lead(size, plan), tuple(note for note in notes if note), is_missing=False)

    def row(self, size: GroupSize, plan: SizePlan) -> Row:
        needs = (DASH if need.answers is None else format_count(need.answers, self.lang) for need in plan.needs)
        return Row(
            place=size.place,
            group=group_name(size.group),
            population=format_count(plan.population, self.lang),
            target_count=format_count(plan.target_count, self.lang),
            gate=DASH if plan.gate is None else format_count(plan.gate, self.lang),
            needs=tuple(needs),
        )

    def _missing(self, size: GroupSize) -> str:
        if size.population == 0:
            return _("%(place)s: nhóm %(who)s có sĩ số là 0.", place=size.place.name, who=_who(size.group))
        return _("%(place)s: chưa khai đủ sĩ số %(who)s.", place=size.place.name, who=_who(size.group))

    def _has(self, size: GroupSize) -> str:
        parts = {"place": size.place.name, "who": _who(size.group)}
        number = format_count(size.population or 0, self.lang)
        if size.here is None or size.here == size.population:
            return _("%(place)s có %(number)s %(who)s", number=number, **parts)
        return _(
            "%(place)s có %(number)s %(who)s ở cả hai bậc học (đợt này hỏi %(here)s)",
            number=number,
            here=format_count(size.here, self.lang),
            **parts,
        )

    def _lead(self, size: GroupSize, plan: SizePlan) -> str:
        return f"{self._has(size)}: {self._needed(plan)}"

    def _needed(self, plan: SizePlan) -> str:
        first, last = plan.needs[0], plan.needs[-1]
        if first.answers is None and last.answers is None:
            return self._needed_by_all(plan)
        if first.answers == last.answers or first.answers is None or last.answers is None:
            only = first if first.answers is not None else last
            return _(
                "cần ít nhất %(answers)s người trả lời để cho thấy đạt %(target)s, nếu thật ra %(share)s hiểu rõ.",
                answers=self._answers(only),
                target=self._percent(self.source.settings.target),
                share=self._percent(only.expected),
            )
        return _(
            "cần ít nhất %(answers)s người trả lời để cho thấy đạt %(target)s, nếu thật ra %(share)s hiểu rõ; "
            "nếu %(other_share)s hiểu rõ thì cần %(other_answers)s.",
            answers=self._answers(first),
            target=self._percent(self.source.settings.target),
            share=self._percent(first.expected),
            other_answers=self._answers(last),
            other_share=self._percent(last.expected),
        )

    def _needed_by_all(self, plan: SizePlan) -> str:
        return _(
            "muốn đạt %(target)s thì phải có %(count)s người hiểu rõ. Hãy mời tất cả: dù ai cũng hiểu rõ, vẫn cần "
            "ít nhất %(answers)s người trả lời mới thấy được.",
            target=self._percent(self.source.settings.target),
            count=format_count(plan.target_count, self.lang),
            answers=format_count(plan.when_all or plan.population, self.lang),
        )

    def _notes(self, size: GroupSize, plan: SizePlan) -> tuple[str, ...]:
        first = plan.needs[0]
        notes = []
        if first.answers is not None and first.answers == plan.gate and first.required != plan.gate:
            notes.append(
                _(
                    "Con số này do quy định phải có từ 60%% số người trả lời mới kết luận; "
                    "riêng về thống kê thì %(required)s người là đủ.",
                    required=format_count(first.required or 0, self.lang),
                )
            )
        answers = first.answers or 0
        if answers >= NEARLY_EVERYBODY * plan.population and plan.at_target is not None:
            notes.append(
                _(
                    "Nhóm nhỏ nên gần như mọi người phải trả lời. Nếu thật ra chỉ vừa đủ %(count)s người hiểu rõ, "
                    "phải có %(answers)s người trả lời mới thấy được.",
                    count=format_count(plan.target_count, self.lang),
                    answers=format_count(plan.at_target, self.lang),
                )
            )
        if first.classes is not None:
            notes.append(_("Nghĩa là khoảng %(classes)s lớp rút thăm, hỏi cả lớp.", classes=first.classes))
        return tuple(notes)

    def _precision(self, plan: SizePlan) -> str:
        if plan.precision >= plan.population:
            return ""
        return _(
            "Nếu chỉ muốn biết tỷ lệ hiểu rõ với sai số khoảng 5 điểm phần trăm: %(answers)s người trả lời.",
            answers=format_count(plan.precision, self.lang),
        )

    def _classes(self, plan: SizePlan, size: GroupSize) -> str:
        few = plan.precision_classes
        if few is None or size.classes < FEWEST_CLASSES:
            return ""
        if few >= size.classes:
            return _("Nếu rút thăm trọn lớp thì cũng phải hỏi cả %(total)s lớp.", total=size.classes)
        return _(
            "Nếu rút thăm trọn lớp: %(classes)s trong %(total)s lớp, vì người cùng lớp thường giống nhau.",
            classes=few,
            total=size.classes,
        )

    def _answers(self, need: Need) -> str:
        return format_count(need.answers or 0, self.lang)

    def _percent(self, share: Fraction) -> str:
        return percent(share, self.lang)


def _who(group: str) -> str:
    words = {
        ReportingGroup.TEACHERS: _("giáo viên"),
        ReportingGroup.EMPLOYEES: _("nhân viên"),
        ReportingGroup.PUPILS: _("học sinh"),
        ReportingGroup.PARENTS: _("phụ huynh"),
        ReportingGroup.COMMUNITY: _("người dân"),
    }
    return words[ReportingGroup(group)]
