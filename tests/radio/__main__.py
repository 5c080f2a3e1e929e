"""`python -m tests.radio`: the hub against Debian's own kernel and bluetoothd, in an emulated machine."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import click

from tests.radio.machine import boot
from tests.radio.report import SceneResult, Verdict, Versions, event_in, kernel_fault_in
from tests.radio.system import KERNELS, PROJECT, SystemNotMade, ensure_system

LOG = PROJECT / ".cache/radio.log"
GUEST = Path(__file__).parent / "guest"


def scene_names() -> list[str]:
    """As they stand in the guest's scenes: what plays them cannot be imported on every machine."""
    text = "".join(file.read_text() for file in sorted(GUEST.glob("scenes_*.py")))
    return re.findall(r'^@scene\("(.+)"\)', text, re.MULTILINE)


@click.command()
@click.option(
    "--suite", type=click.Choice(list(KERNELS)), default="bookworm", show_default=True, envvar="RADIO_SUITE"
)
@click.option(
    "--kernel", envvar="RADIO_KERNEL", help="Another package of the suite's, such as linux-image-amd64."
)
@click.option("--scene", "chosen", multiple=True, type=click.Choice(scene_names()), help="Only these.")
@click.option("--order", type=int, envvar="RADIO_ORDER", help="Shuffle the scenes by this number.")
@click.option("--hours", type=click.FloatRange(min=0), envvar="RADIO_HOURS", help="A night so long instead.")
def main(
    suite: str, kernel: str | None, chosen: tuple[str, ...], order: int | None, hours: float | None
) -> None:
    """Play scenes with the real bluetoothd, and say of each how it ended. About 15 minutes.

    Needs root, to make the guest's system once.
    """
    names = list(chosen) or scene_names()
    if hours is not None:
        names = [f"night:{hours:g}:{order or 0}"]
    elif order is not None:
        names.sort(key=lambda name: sha256(f"{order} {name}".encode()).digest())
    try:
        root = ensure_system(suite, kernel or KERNELS[suite], click.echo)
    except SystemNotMade as failure:
        raise click.ClickException(str(failure)) from failure
    LOG.parent.mkdir(exist_ok=True)
    LOG.unlink(missing_ok=True)
    results = []
    for result in _play(root, names):
        results.append(result)
        click.echo(f"{result.verdict:5} {result.scene:40} {result.seconds:6.1f} s")
        for seen in result.seen:
            click.echo(f"      {seen}")
    passed = sum(result.verdict is Verdict.PASS for result in results)
    click.echo(f"{passed} of {len(names)} passed. All that was said: {LOG}")
    sys.exit(0 if passed == len(names) else 1)


def _play(root: Path, names: Sequence[str]) -> Iterator[SceneResult]:
    """Each scene as it ended. Where the guest dies or its kernel fails, a new guest plays the rest."""
    played = 0
    while played < len(names):
        with boot(root, names[played:]) as console:
            for result in _told(console, names[played:]):
                played += 1
                yield result


def _told(console: Iterator[str], names: Sequence[str]) -> Iterator[SceneResult]:
    """What one guest tells. The scene in which it ends has not passed."""
    left, begun = list(names), time.monotonic()
    with LOG.open("a") as log:
        for line in console:
            log.write(f"{line}\n")
            log.flush()
            event = event_in(line)
            if isinstance(event, Versions):
                click.echo(f"Linux {event.kernel}, bluetoothd {event.bluetoothd}, {len(event.scenes)} scenes")
            elif event is not None:
                left, begun = left[1:], time.monotonic()
                yield event
            elif left and (fault := kernel_fault_in(line)):
                yield SceneResult(left[0], Verdict.KERNEL, time.monotonic() - begun, (fault,))
                return
    if left:
        yield SceneResult(left[0], Verdict.FAIL, time.monotonic() - begun, ("expected: the guest goes on",))


if __name__ == "__main__":
    main()
