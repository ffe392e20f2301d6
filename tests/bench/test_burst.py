"""The burst benchmark runs whole: real server, real database, kill -9 in the middle, and a proof that can fail."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.burst.__main__ import main
from bench.burst.hall import make_hall
from bench.burst.proof import prove


def test_a_hundred_parents_are_stored_exactly_once_though_the_server_is_killed(tmp_path: Path) -> None:
    figures, picture = tmp_path / "burst.json", tmp_path / "burst.svg"
    # In a thread of its own: a test that drove a browser before may have left an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(main, ["--quick", "--kill", "--json", str(figures), "--picture", str(picture)]).result()
    result = json.loads(figures.read_text(encoding="utf-8"))
    # Not `passed`: how long requests take says something of the machine that runs the tests.
    assert result["proof"]["holds"]
    assert result["errors"] == {}
    assert result["acknowledged"] == result["stored"] == 100
    assert result["habits"]["lost_reply"] > 0
    assert result["habits"]["double_tap"] > 0
    assert "<svg" in picture.read_text(encoding="utf-8")


def test_a_receipt_without_an_answer_breaks_the_proof(tmp_path: Path) -> None:
    with make_hall(tmp_path, None, 10) as hall:
        assert prove(hall, {}).holds
        found = prove(hall, {"0123456789AB": {"q1": "1"}})
    assert (found.holds, found.acknowledged, found.stored, found.lost) == (False, 1, 0, 1)
