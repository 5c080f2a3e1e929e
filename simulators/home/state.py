"""What a home remembers between runs: how far its story is, what its devices hold, who is bonded."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from simulators.devices.memory import Outgoing, Records
from simulators.patients.stories import Story

STATE_FILE = "home.json"


class HomeError(RuntimeError):
    """A home cannot run, or cannot do what it was asked to. Says why and what to do."""


class HomeState(BaseModel):
    """One home. `place` is the number of the next live measurement."""

    model_config = ConfigDict(extra="forbid")

    name: str
    story: Story
    seed: int
    began: AwareDatetime
    place: int = 0
    bonds: set[str] = set()
    cuff: Outgoing = Outgoing()
    scale: Outgoing = Outgoing()
    glucometer: Records = Records()


class StateFile:
    """The state on disk, in the home's folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / STATE_FILE

    def load(self, name: str, story: Story, seed: int) -> HomeState | None:
        """The remembered state, None at a first start. Raises HomeError if it is another's, or unreadable."""
        try:
            state = HomeState.model_validate_json(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise HomeError(f"{self.path} cannot be read; move it away to begin anew ({error})") from error
        if (state.name, state.story, state.seed) != (name, story, seed):
            raise HomeError(
                f"{self.path} is of the home {state.name!r} with story {state.story} and seed {state.seed}: "
                "start it with these, or choose another folder"
            )
        return state

    def save(self, state: HomeState) -> None:
        """Replace the file as a whole: a kill leaves the old or the new one."""
        draft = self.path.with_suffix(".new")
        draft.write_text(state.model_dump_json(), encoding="utf-8")
        draft.replace(self.path)


@contextlib.contextmanager
def own_folder(folder: Path) -> Iterator[None]:
    """Make the folder and keep other homes out of it. Raises HomeError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / "lock").open("w", encoding="utf-8")
    except OSError as error:
        raise HomeError(f"the folder {folder} cannot be used: {error.strerror}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeError(f"another home is running in {folder}") from None
        yield
