"""The faults that are quick enough for every run; `python -m bench.faults` causes the others too."""

from __future__ import annotations

from pathlib import Path

from bench.faults.crowd import Outcome
from bench.faults.migrations import cut_migration


def test_an_upgrade_that_is_killed_leaves_a_whole_database_and_a_backup_and_is_completed_later(tmp_path: Path) -> None:
    outcome = cut_migration(tmp_path / "cut", places=(9,))
    assert outcome.holds, outcome.checks


def test_a_fault_of_which_nothing_was_promised_or_one_promise_broken_does_not_hold() -> None:
    assert not Outcome("nothing looked at").holds
    assert not Outcome("one broken", {"kept": True, "broken": False}).holds
    assert Outcome("all kept", {"kept": True}).holds
