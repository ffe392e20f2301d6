"""Everything the command says about a table: results, changes and items, in one record."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import dataclass

from analysis.command.cells import sorted_waves
from analysis.command.counts import read_counts
from analysis.command.faults import Fault, Faults
from analysis.command.item_figures import ItemFigures, item_figures
from analysis.command.keys import read_key
from analysis.command.lines import build_lines, link_persons
from analysis.command.populations import Populations, read_populations
from analysis.command.responses import read_responses
from analysis.mastery import MasteryRule
from analysis.records import Design, MatchedCounts, Sampling
from analysis.results import Link, Results, all_results


@dataclass(frozen=True, slots=True)
class Figures:
    """What the command found; `design` is that of the audiences for which nothing else was said."""

    results: Results
    items: ItemFigures
    waves: tuple[str, ...]
    design: Design
    designs: Mapping[str, Design]
    unused: tuple[str, ...]

    def design_of(self, audience: str) -> Design:
        """Return the design of an audience."""
        return self.designs.get(audience, self.design)


def figures(asked: Namespace) -> Figures:
    """Read the tables that the command line names and compute everything. Raises `Faults` for what cannot be used."""
    samplings: dict[str, Sampling] = dict(asked.design)

    def sampling_of(audience: str) -> Sampling:
        return samplings.get(audience, Sampling.CENSUS)

    items, pairs, topics = ItemFigures((), (), ()), dict[Link, MatchedCounts](), None
    unused: tuple[str, ...] = ()
    if asked.counts:
        lines = read_counts(asked.responses, sampling_of)
        waves = _waves(asked, {line.wave for line in lines})
    else:
        key = read_key(asked.key) if asked.key else None
        populations = read_populations(asked.population) if asked.population else Populations()
        responses = read_responses(asked.responses, key, keep_answers=key is not None)
        lines = build_lines(responses, populations, sampling_of, asked.responses.name)
        waves = _waves(asked, {line.wave for line in lines})
        pairs, topics = link_persons(responses, waves), responses.topics
        items, unused = item_figures(responses, waves), responses.unused
    unknown = sorted(set(samplings) - {line.audience for line in lines})
    if unknown:
        raise Faults([Fault(asked.responses.name, None, None, "audience_unknown", {"value": name}) for name in unknown])
    version = asked.plan_version or _plan_version(asked)
    design = Design(target=asked.target, plan_version=version)
    designs = {
        name: Design(sampling=kind, target=asked.target, plan_version=version) for name, kind in samplings.items()
    }
    try:
        results = all_results(lines, waves, lambda name: designs.get(name, design), topics=topics, pairs=pairs)
    except ValueError as error:
        parts = {"value": asked.responses.name, "detail": str(error)}
        raise Faults([Fault(asked.responses.name, None, None, "inconsistent", parts)]) from error
    return Figures(results, items, waves, design, designs, unused)


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
