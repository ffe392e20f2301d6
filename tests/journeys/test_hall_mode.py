"""A hall without internet: the laptop says its own address, phones come in by it, and the answers are backed up."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, Request

from bench.burst.hall import PROJECT, Hall, make_hall
from survey.collection.hall_texts import hall_lines
from survey.web.addresses import ALONE, is_port_free, local_addresses
from tests.journeys.conftest import PageMaker
from tests.serving.machines import free_port


def said(addresses: list[str], chosen: str, system: str = "linux") -> str:
    """Return what hall mode prints."""
    return "\n".join(hall_lines(addresses, 8071, chosen=chosen, system=system))


@pytest.mark.parametrize(
    ("system", "words"),
    [
        ("win32", "netsh advfirewall firewall add rule"),
        ("darwin", "Tường lửa"),
        ("linux", "sudo ufw allow 8071/tcp"),
        ("freebsd", "8071/tcp"),
    ],
)
def test_each_system_gets_its_own_words_about_the_firewall(system: str, words: str) -> None:
    assert words in said(["192.168.1.5"], "http://192.168.1.5:8071", system)


@pytest.mark.parametrize(
    ("addresses", "chosen", "others"),
    [
        (["192.168.1.5"], "http://192.168.1.5:8071", []),
        (["192.168.1.5", "10.42.0.1"], "http://192.168.1.5:8071", ["10.42.0.1"]),
        (["192.168.1.5", "10.42.0.1"], "http://10.42.0.1:8071", ["192.168.1.5"]),
        # Port 80 is left out of the address.
        (["192.168.1.5", "192.168.1.50"], "http://192.168.1.5", ["192.168.1.50"]),
    ],
)
def test_the_other_addresses_are_offered_with_the_command(addresses: list[str], chosen: str, others: list[str]) -> None:
    assert re.findall(r"\./run hall (\S+)", said(addresses, chosen)) == others


def test_a_machine_in_no_network_says_what_to_do_instead_of_a_code_that_leads_nowhere() -> None:
    words = said([ALONE], f"http://{ALONE}:8071")
    assert "CHƯA VÀO MẠNG NÀO" in words
    assert "█" not in words


def wait_for(hall: Hall) -> None:
    """Wait until the server answers."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{hall.port}/health", timeout=5):
            return
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="module")
def hall_mode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hall, str]]:
    """A laptop in hall mode with an open wave, and the address it has printed for phones; afterwards it is stopped."""
    folder = tmp_path_factory.mktemp("hall")
    with make_hall(folder, None, 30) as hall:
        settings = hall.environment() | {"SURVEY_HOST": "0.0.0.0", "SURVEY_PUBLIC_URL": "", "SURVEY_WORKERS": "1"}
        process = subprocess.Popen(
            [sys.executable, "wsgi.py", "--hall"],
            cwd=PROJECT,
            env=settings | {"PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        assert process.stdout is not None
        printed = ""
        for line in process.stdout:
            printed += line
            if "Ctrl+C" in line and "Dừng" in line:
                break
        found = re.search(r"(http://\S+)/S$", printed, re.MULTILINE)
        assert found is not None, printed
        # The addresses are printed before the first web process is ready.
        wait_for(hall)
        yield hall, found.group(1)
        os.kill(process.pid, signal.SIGINT)
        with closing(process.stdout):
            rest = process.stdout.read()
        process.wait(30)
        assert "Đã sao lưu vào" in rest
        assert len(list((folder / "backups").glob("*.gz"))) == 1


def test_a_second_server_on_a_port_that_is_taken_ends_with_a_sentence(hall_mode: tuple[Hall, str]) -> None:
    hall, _address = hall_mode
    assert is_port_free("0.0.0.0", free_port())
    assert not is_port_free("0.0.0.0", hall.port)
    second = subprocess.run(
        [sys.executable, "wsgi.py"],
        cwd=PROJECT,
        env=hall.environment() | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert second.returncode != 0
    assert f"SURVEY_PORT={hall.port + 1}" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.fixture
def phone(new_page: PageMaker) -> Page:
    """A phone without scripts."""
    return new_page(scripts=False)


@pytest.mark.browser
@pytest.mark.skipif(local_addresses() == (ALONE,), reason="this machine is in no network")
def test_a_parent_types_the_address_and_the_code_and_nothing_leaves_the_hall(
    hall_mode: tuple[Hall, str], phone: Page
) -> None:
    hall, address = hall_mode
    assert urlsplit(address).hostname in local_addresses()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    phone.on("request", note)
    phone.goto(f"{address}/S")
    phone.locator("input[name=code]").fill(hall.code.lower())
    phone.locator("button, input[type=submit]").first.click()
    names = phone.eval_on_selector_all("input[type=radio]", "found => [...new Set(found.map(one => one.name))]")
    for name in names:
        phone.locator(f"input[name={name}]").first.check(force=True)
    phone.locator("form#form button[type=submit], form#form button:not([type])").last.click()
    phone.wait_for_url("**/R/*")
    assert "/R/" in phone.url
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
