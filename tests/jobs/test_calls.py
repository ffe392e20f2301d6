"""The child process: results come back, are remembered, errors come through, and a dead child is replaced."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from survey.jobs.calls import NICENESS, Child, ChildTimeout

HEAVY = ("scipy", "numpy", "matplotlib", "typst", "openpyxl", "docx")


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    one = Child(cached=4)
    yield one
    one.stop()


def test_a_call_runs_in_another_process_and_returns_its_result(child: Child) -> None:
    assert child.run("tests.jobs.errands:add", 2, 3) == 5
    assert child.run("tests.jobs.errands:process_id", "who") != os.getpid()


def test_the_child_stays_for_the_next_call(child: Child) -> None:
    first = child.run("tests.jobs.errands:process_id", "first")
    assert child.run("tests.jobs.errands:process_id", "second") == first
    assert child.process_ids() == (first,)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="Windows has no niceness")
def test_the_child_runs_at_low_priority(child: Child) -> None:
    assert child.run("tests.jobs.errands:niceness") >= min(os.nice(0) + NICENESS, 19)


def test_errors_of_the_function_come_through_and_are_not_remembered(child: Child) -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="sai rồi"):
            child.run("tests.jobs.errands:fail", "sai rồi")
    assert child.run("tests.jobs.errands:add", 1, 1) == 2


def test_equal_calls_are_answered_from_memory(child: Child, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    assert child.run("tests.jobs.errands:die_once", str(mark)) == "alive"
    mark.unlink()
    # A second run would end the process and leave the mark again.
    assert child.run("tests.jobs.errands:die_once", str(mark)) == "alive"
    assert not mark.exists()


def test_memory_is_small_and_forgets_the_oldest(child: Child) -> None:
    before = child.run("tests.jobs.errands:process_id", "kept for a while")
    for number in range(4):
        child.run("tests.jobs.errands:add", number, 0)
    os.kill(before, 9)
    # Had it been remembered, the dead child's id would come back.
    assert child.run("tests.jobs.errands:process_id", "kept for a while") != before


def test_a_result_is_a_copy_that_nobody_else_sees_changed(child: Child) -> None:
    first = child.run("builtins:list", (1, 2))
    first.append(3)
    assert child.run("builtins:list", (1, 2)) == [1, 2]


def test_a_dead_child_is_replaced_within_the_call(child: Child, tmp_path: Path) -> None:
    old = child.run("tests.jobs.errands:process_id", "old")
    assert child.run("tests.jobs.errands:die_once", str(tmp_path / "once")) == "alive"
    assert child.run("tests.jobs.errands:process_id", "new") != old


def test_work_that_always_kills_its_child_is_given_up_after_one_more_try(child: Child) -> None:
    with pytest.raises(BrokenProcessPool):
        child.run("tests.jobs.errands:die", "always")
    assert child.run("tests.jobs.errands:add", 20, 1) == 21


def test_work_that_takes_too_long_is_ended_and_the_next_call_works(child: Child) -> None:
    child.run("tests.jobs.errands:add", 0, 0)
    with pytest.raises(ChildTimeout) as caught:
        child.run("tests.jobs.errands:sleep", 30.0, timeout=0.3)
    assert caught.value.status == 503
    assert child.run("tests.jobs.errands:add", 40, 2) == 42


def test_a_child_can_be_prepared_without_waiting() -> None:
    one = Child()
    one.prepare("tests.jobs.errands")
    one.prepare("tests.jobs.errands")
    one.prepare("no.such.module")
    assert one.run("tests.jobs.errands:modules", "tests.jobs.errands", timeout=60) is True
    assert one.run("tests.jobs.errands:modules", "no.such.module") is False
    one.stop()


def test_many_threads_share_one_child(child: Child) -> None:
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda n: child.run("tests.jobs.errands:process_id", f"t{n % 3}"), range(24)))
    assert len(ids) == 1


def test_the_application_loads_nothing_heavy(project: Path) -> None:
    code = f"import sys, survey.app; print([name for name in {HEAVY!r} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.skipif(sys.platform != "linux", reason="looks at /proc")
def test_the_child_leaves_when_its_worker_is_killed(project: Path) -> None:
    code = (
        "import os, sys; from survey.jobs.calls import Child; child = Child();"
        "print(child.run('tests.jobs.errands:process_id', 'x'), flush=True); os.kill(os.getpid(), 9)"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    assert _ends(int(found.stdout))


def _ends(process_id: int, tries: int = 50) -> bool:
    for _ in range(tries):
        if not _is_running(process_id):
            return True
        subprocess.run(["sleep", "0.1"], check=True)
    return False


def _is_running(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
