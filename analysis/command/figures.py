"""Everything the command says about a table: results, changes and items, in one record."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from analysis.command.cells import sorted_waves
from analysis.command.common_scores import common_scores
from analysis.command.counts import read_counts
from analysis.command.faults import Fault, Faults
from analysis.command.item_figures import ItemFigures, item_figures
from analysis.command.keys import read_key
from analysis.command.lines import build_lines, link_persons
from analysis.command.populations import Populations, read_populations
from analysis.command.responses import read_responses
from analysis.common_items import CommonScores
from analysis.mastery import MasteryRule
from analysis.records import ClusterCounts, Design, MatchedCounts, Sampling
from analysis.results import Link, Result, Results, all_results


@dataclass(frozen=True, slots=True)
class Figures:
    """What the command found; `design` is that of the audiences for which nothing else was said.

    `without_blanks` are the headlines if blank items were dropped instead of scored wrong: sensitivity figures.
    """

    results: Results
    items: ItemFigures
    waves: tuple[str, ...]
    design: Design
    designs: Mapping[str, Design]
    unused: tuple[str, ...]
    without_blanks: tuple[Result, ...] = ()

    def design_of(self, audience: str) -> Design:
        """Return the design of an audience."""
        return self.designs.get(audience, self.design)


@dataclass(frozen=True, slots=True)
class _Material:
    """What the tables hold, ready for `all_results`; the later fields are empty for a table of counts."""

    lines: list[ClusterCounts]
    waves: tuple[str, ...]
    without_blanks: list[ClusterCounts] = field(default_factory=list)
    topics: tuple[str, ...] | None = None
    pairs: Mapping[Link, MatchedCounts] = field(default_factory=dict)
    scores: Mapping[Link, CommonScores] = field(default_factory=dict)
    items: ItemFigures = ItemFigures((), (), ())
    unused: tuple[str, ...] = ()


def figures(asked: Namespace) -> Figures:
    """Read the tables that the command line names and compute everything. Raises `Faults` for what cannot be used."""
    samplings: dict[str, Sampling] = dict(asked.design)

    def sampling_of(audience: str) -> Sampling:
        return samplings.get(audience, Sampling.CENSUS)

    found = _read(asked, sampling_of)
    unknown = sorted(set(samplings) - {line.audience for line in found.lines})
    if unknown:
        raise Faults([Fault(asked.responses.name, None, None, "audience_unknown", {"value": name}) for name in unknown])
    version = asked.plan_version or _plan_version(asked)
    design = Design(target=asked.target, plan_version=version)
    designs = {
        name: Design(sampling=kind, target=asked.target, plan_version=version) for name, kind in samplings.items()
    }

    def design_of(name: str) -> Design:
        return designs.get(name, design)

    try:
        results = all_results(
            found.lines, found.waves, design_of, topics=found.topics, pairs=found.pairs, scores=found.scores
        )
        without_blanks = all_results(found.without_blanks, found.waves, design_of).results
    except ValueError as error:
        parts = {"value": asked.responses.name, "detail": str(error)}
        raise Faults([Fault(asked.responses.name, None, None, "inconsistent", parts)]) from error
    return Figures(results, found.items, found.waves, design, designs, found.unused, without_blanks)


def _read(asked: Namespace, sampling_of: Callable[[str], Sampling]) -> _Material:
    if asked.counts:
        lines = read_counts(asked.responses, sampling_of)
        return _Material(lines, _waves(asked, {line.wave for line in lines}))
    key = read_key(asked.key) if asked.key else None
    populations = read_populations(asked.population) if asked.population else Populations()
    responses = read_responses(asked.responses, key, keep_answers=key is not None)
    lines = build_lines(responses, populations, sampling_of, asked.responses.name)
    waves = _waves(asked, {line.wave for line in lines})
    other = responses.without_blanks()
    return _Material(
        lines,
        waves,
        without_blanks=build_lines(other, populations, sampling_of, asked.responses.name) if other else [],
        topics=responses.topics,
        pairs=link_persons(responses, waves),
        scores=common_scores(responses, waves, sampling_of),
        items=item_figures(responses, waves),
        unused=responses.unused,
    )


def item_analysis(asked: Namespace) -> ItemFigures:
    """Read responses and key and analyse the items alone. Raises `Faults` for what cannot be used."""
    responses = read_responses(asked.responses, read_key(asked.key), keep_answers=True)
    return item_figures(responses, _waves(asked, {cell.wave for cell in responses.groups}))


def _waves(asked: Namespace, found: set[str]) -> tuple[str, ...]:
    """Return the waves in time, as asked or as their names say."""
    if not asked.waves:
        return sorted_waves(found)
    unknown = [name for name in asked.waves if name not in found]
    if unknown:
        raise Faults([Fault(asked.responses.name, None, None, "wave_unknown", {"value": name}) for name in unknown])
    return tuple(asked.waves)


def _plan_version(asked: Namespace) -> str:
    """Name the settings that decide every figure, so that results of different settings cannot be mixed up."""
    rule = MasteryRule()
    designs = ",".join(f"{name}={kind.value}" for name, kind in sorted(asked.design))
    settings = f"{asked.target}|{rule.cut}|{rule.topic_cut}|{designs}|{Design().confidence}"
    return f"command-{hashlib.sha256(settings.encode()).hexdigest()[:12]}"
