"""Finds the wrong options that many chose: what is still misunderstood, and so what to explain next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from analysis.suppression import MINIMUM_DETAIL
from survey.core.vocabulary import WaveKind
from survey.reports.lines import members_of
from survey.reports.records import AskedItem, AudiencePlan, GroupRow, Misunderstanding, ReportInput
from survey.responses.counts import BLANK, WaveCounts

# What fewer than one in ten chose is no common misunderstanding.
COMMON = Fraction(1, 10)
# Two people who chose the same are a chance, and close to being singled out.
FEWEST = 3
PER_GROUP = 3

# Campaign and audience.
Plan = tuple[int, str]


def find_misunderstandings(
    source: ReportInput, counts: Iterable[WaveCounts], rows: Sequence[GroupRow]
) -> tuple[Misunderstanding, ...]:
    """Return the most chosen wrong options of each visible group in its latest wave, the most common first.

    An item counts where at least 10 of the group answered it.
    """
    kinds = {wave.id: wave.kind for wave in source.waves}
    own = list(counts)
    found: list[Misunderstanding] = []
    for row in rows:
        if row.hidden is None and row.headline.latest is not None:
            is_before = row.headline.latest is row.headline.before
            kind = WaveKind.BASELINE if is_before else WaveKind.FOLLOW_UP
            found += _of_group(source, [one for one in own if kinds[one.wave_id] == kind], row.group)
    return tuple(found)


def _of_group(source: ReportInput, counts: Sequence[WaveCounts], group: str) -> list[Misunderstanding]:
    campaigns = {wave.id: wave.campaign_id for wave in source.waves}
    counted: dict[frozenset[Plan], tuple[Counter[str], Counter[tuple[str, int]]]] = {}
    found: list[Misunderstanding] = []
    for item, plans in _items(source.plans):
        if plans not in counted:
            counted[plans] = _count([one for one in counts if (campaigns[one.wave_id], one.audience) in plans], group)
        people, chosen = counted[plans]
        answered = _answered(item, people, chosen)
        if answered >= MINIMUM_DETAIL:
            is_coming = any(audience in source.asked_again for _campaign, audience in plans)
            found += _most_chosen(item, chosen, group, answered, is_coming=is_coming)
    return sorted(found, key=lambda one: (-one.share, one.item_id))[:PER_GROUP]


def _items(plans: Iterable[AudiencePlan]) -> Iterator[tuple[AskedItem, frozenset[Plan]]]:
    """Yield each item of an audience once, with the plans that ask it: campaigns may share a questionnaire."""
    found: dict[tuple[str, str], tuple[AskedItem, set[Plan]]] = {}
    for plan in plans:
        for item in plan.items:
            found.setdefault((plan.audience, item.id), (item, set()))[1].add((plan.campaign_id, plan.audience))
    for item, asking in found.values():
        yield item, frozenset(asking)


def _most_chosen(
    item: AskedItem, chosen: Counter[tuple[str, int]], group: str, answered: int, *, is_coming: bool
) -> Iterator[Misunderstanding]:
    """Yield the wrong option of an item that most chose, if enough did."""
    number, option = max(((chosen[item.id, option.code], option) for option in item.wrong), key=lambda one: one[0])
    if number >= FEWEST and Fraction(number, answered) >= COMMON:
        yield Misunderstanding(
            group=group,
            item_id=item.id,
            topic=item.topic,
            stem=item.stem,
            option=option.text,
            chosen=number,
            answered=answered,
            asked_again=is_coming,
        )


def _count(counts: Iterable[WaveCounts], group: str) -> tuple[Counter[str], Counter[tuple[str, int]]]:
    """Return how many of the group had each form, and chose each option of an item."""
    people: Counter[str] = Counter()
    chosen: Counter[tuple[str, int]] = Counter()
    for one in counts:
        members = members_of(one)
        for pattern in one.patterns:
            if members.get(pattern.group_id) == group:
                people[pattern.form] += pattern.number
        for option in one.options:
            if members.get(option.group_id) == group:
                chosen[option.item_id, option.option] += option.number
    return people, chosen


def _answered(item: AskedItem, people: Counter[str], chosen: Counter[tuple[str, int]]) -> int:
    asked = people.total() if item.form is None else people[item.form]
    return asked - chosen[item.id, BLANK]
