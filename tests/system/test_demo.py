"""The demo as a person runs it: start, look, Ctrl-C, start again; and start again after kill -9."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from simulators.demo.gateway import command
from simulators.demo.homes import HOUSEHOLDS
from tests.servers.patience import PATIENCE_S, until
from tests.servers.ports import free_port


def runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Running:
    """One run of `hearthbeat-sim demo`."""

    def __init__(self, environment: Mapping[str, str], output: Path) -> None:
        self._output = output
        with output.open("wb") as file:
            self._process = subprocess.Popen(
                [command("hearthbeat-sim"), "demo"], env=environment, stdout=file, stderr=file
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def until_it_says(self, words: str) -> None:
        def has_said() -> bool:
            assert self._process.poll() is None, self.output
            return words in self.output

        until(has_said, otherwise=lambda: f"{words!r} is not in\n{self.output}")

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        return self._process.wait(PATIENCE_S)


@dataclass(frozen=True)
class Demo:
    """A data folder, with ports of its own."""

    home: Path
    web_port: int
    environment: Mapping[str, str]
    runs: list[Running] = field(default_factory=list)

    def begin(self) -> Running:
        self.runs.append(Running(self.environment, self.home.with_name("output")))
        return self.runs[-1]

    def start(self) -> Running:
        running = self.begin()
        running.until_it_says("Console: ")
        return running

    def console(self) -> str:
        """The page as the person who signs in reads it."""
        sign_in = tomllib.loads((self.home / "sign-in.toml").read_text())
        address = f"http://127.0.0.1:{self.web_port}"
        with httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE_S) as client:
            credentials = {"username": sign_in["user"], "password": sign_in["password"]}
            client.post("/api/session", json=credentials).raise_for_status()
            return client.get("/").raise_for_status().text

    def shows_a_task(self) -> bool:
        """Whether one of one of the three patients is on the page."""
        page = self.console()
        return any(household.patient.family_name in page for household in HOUSEHOLDS)


@pytest.fixture
def demo() -> Iterator[Demo]:
    above = Path(tempfile.mkdtemp(prefix="hearthbeat-"))
    above.chmod(0o711)  # the database and the broker run as users of their own
    home, web_port = above / "home", free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HEARTHBEAT_")}
    environment = {
        **kept,
        "HEARTHBEAT_HOME": str(home),
        "HEARTHBEAT_WEB_PORT": str(web_port),
        "HEARTHBEAT_BROKER_PORT": str(free_port()),
        "HEARTHBEAT_GATEWAY_PORT": str(free_port()),
        "HEARTHBEAT_DATABASE_PORT": str(free_port()),
    }
    demo = Demo(home, web_port, environment)
    yield demo
    for each in demo.runs:
        each.kill()
    stop_everything_of(home)
    shutil.rmtree(above)


def everything_of(home: Path) -> list[psutil.Process]:
    """Every process that names the folder in its command line or its settings."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), *process.environ().values()]
        except psutil.Error:  # it has ended, or is somebody else's
            continue
        if any(str(home) in word for word in words) and process.pid != os.getpid():
            found.append(process)
    return found


def stop_everything_of(home: Path) -> None:
    for process in everything_of(home):
        process.kill()
        process.wait(PATIENCE_S)


@pytest.mark.timeout(1800)  # it starts and stops eleven processes, again and again
def test_it_is_started_read_interrupted_and_started_again(demo: Demo) -> None:
    first = demo.start()
    sign_in = demo.home / "sign-in.toml"
    assert f"Console: http://127.0.0.1:{demo.web_port}\nSign-in: {sign_in}\n" in first.output
    assert f"Data folder: {demo.home}\n" in first.output
    assert "Not an emergency service" in first.output
    assert sign_in.stat().st_mode & 0o777 == 0o600
    until(demo.shows_a_task)
    children = first.children()
    assert len(children) >= 9  # database, broker, gateway; three homes, three hubs
    assert os.getsid(0) not in {os.getsid(child.pid) for child in children}  # Ctrl-C reaches the demo alone
    assert first.stop(signal.SIGINT) == 0, first.output
    assert [child for child in children if runs(child)] == []
    assert everything_of(demo.home) == []

    word = sign_in.read_text()
    again = demo.start()
    assert f"Sign-in: {sign_in}\n" in again.output
    assert sign_in.read_text() == word
    assert demo.shows_a_task(), "the task of the first run is there at once"
    assert again.stop(signal.SIGTERM) == 0, again.output
    assert everything_of(demo.home) == []


@pytest.mark.timeout(1800)  # it starts and stops eleven processes, again and again
def test_after_kill_9_the_next_start_clears_what_was_left(demo: Demo) -> None:
    killed = demo.start()
    left = killed.children()
    killed.kill()
    assert [child for child in left if runs(child)] != []
    again = demo.start()
    assert "Stopped what an earlier run had left: " in again.output
    assert [child for child in left if runs(child)] == []
    until(demo.shows_a_task)
    assert again.stop(signal.SIGINT) == 0, again.output
    assert everything_of(demo.home) == []


@pytest.mark.parametrize("words", ["Data folder: ", "Database: ready", "Broker: ready"])
def test_an_interrupted_start_leaves_nothing(demo: Demo, words: str) -> None:
    starting = demo.begin()
    starting.until_it_says(words)
    assert starting.stop(signal.SIGINT) == 0, starting.output
    assert everything_of(demo.home) == []


@pytest.mark.timeout(1800)  # it starts and stops eleven processes, again and again
def test_kills_at_every_step_of_the_first_start_are_made_good(demo: Demo) -> None:
    for words in ("Data folder: ", "Database: ready", "Tables and first sign-in: ready", "Gateway: ready"):
        starting = demo.begin()
        starting.until_it_says(words)
        starting.kill()
    again = demo.start()
    assert "<h1>Sign in</h1>" not in demo.console()
    assert again.stop(signal.SIGINT) == 0, again.output
    assert everything_of(demo.home) == []
