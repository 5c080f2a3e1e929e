"""`python -m tests.radio`: the hub against Debian's own kernel and bluetoothd, in an emulated machine."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import click

from tests.radio.machine import boot
from tests.radio.report import SceneResult, Verdict, Versions, event_in
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
    """Play scenes with the real bluetoothd, and say of each how it ended. About ten minutes.

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
    with boot(root, names) as console:
        passed = [result for result in _told(console) if result.verdict is Verdict.PASS]
    click.echo(f"{len(passed)} of {len(names)} passed. All that was said: {LOG}")
    sys.exit(0 if len(passed) == len(names) else 1)  # one that the guest did not come to has not passed


def _told(console: Iterator[str]) -> Iterator[SceneResult]:
    with LOG.open("w") as log:
        for line in console:
            log.write(f"{line}\n")
            log.flush()
            event = event_in(line)
            if isinstance(event, Versions):
                click.echo(f"Linux {event.kernel}, bluetoothd {event.bluetoothd}, {len(event.scenes)} scenes")
            elif event is not None:
                click.echo(f"{event.verdict:5} {event.scene:40} {event.seconds:6.1f} s")
                for seen in event.seen:
                    click.echo(f"      {seen}")
                yield event


if __name__ == "__main__":
    main()
