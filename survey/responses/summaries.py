"""Frozen counts, read and rebuilt once a process: the summary of a closed wave never changes.

A ward with 20 schools and 600 classes has some 130,000 counts in two waves; to rebuild them from JSON for each look at
a page took longer than everything else together.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.responses.counts import WaveCounts
from survey.responses.models import WaveSummary

# Counts that are remembered in all: some 25 MB, and nothing before somebody opens a report.
MOST_COUNTS = 200_000

# By content hash, not by id: tables can be emptied and ids given out again.
_known: OrderedDict[str, WaveCounts] = OrderedDict()
_lock = threading.Lock()


def frozen_counts(session: Session, wave_id: int, organisations: Collection[int]) -> list[WaveCounts]:
    """Return what was frozen of a closed wave in these organisations, by organisation; options as reports take them."""
    query = (
        select(WaveSummary.id, WaveSummary.content_hash)
        .where(WaveSummary.wave_id == wave_id, WaveSummary.organisation_id.in_(organisations))
        .order_by(WaveSummary.organisation_id)
    )
    summaries = session.execute(query).all()
    with _lock:
        found = {key: _known[key] for _id, key in summaries if key in _known}
    missing = [summary_id for summary_id, key in summaries if key not in found]
    for key, counts in session.execute(
        select(WaveSummary.content_hash, WaveSummary.counts).where(WaveSummary.id.in_(missing))
    ):
        found[key] = WaveCounts.for_reports(counts).packed()
    _remember(found.items())
    return [found[key] for _id, key in summaries]


def _remember(found: Iterable[tuple[str, WaveCounts]]) -> None:
    with _lock:
        for key, counts in found:
            _known[key] = counts
            _known.move_to_end(key)
        total = sum(_size(counts) for counts in _known.values())
        while total > MOST_COUNTS:
            _key, counts = _known.popitem(last=False)
            total -= _size(counts)


def _size(counts: WaveCounts) -> int:
    return len(counts.patterns) + len(counts.options)
