"""The MQTT topics of version 1, and the user properties that every batch carries."""

from __future__ import annotations

import re
from enum import StrEnum

ROOT = "hearthbeat/1"
HUB_PATTERN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
"""A hub's name: it is its broker user, its client id and a level of its topics, so it holds no wildcard."""

EPOCH_PROPERTY = "epoch"
FIRST_POSITION_PROPERTY = "first-position"
COUNT_PROPERTY = "count"


class Channel(StrEnum):
    """The last level of a hub's topics."""

    READINGS = "readings"  # hub to gateway: what was measured just now
    BACKLOG = "backlog"  # hub to gateway: what waited; apart, so that today never waits behind last week
    STATUS = "status"  # hub to gateway, retained; the will says offline
    RECEIPTS = "receipts"  # gateway to hub
    COMMANDS = "commands"  # gateway to hub


def topic(hub: str, channel: Channel) -> str:
    """The topic of `hub`. Raises ValueError if that is no name for a hub."""
    if not HUB_PATTERN.fullmatch(hub):
        raise ValueError(f"{hub!r} is no name for a hub: 1 to 63 of a-z, 0-9 and '-', not starting with '-'")
    return f"{ROOT}/{hub}/{channel}"


def every_hub(channel: Channel) -> str:
    """The subscription to one channel of all hubs."""
    return f"{ROOT}/+/{channel}"


def shared(group: str, channel: Channel) -> str:
    """The shared subscription (MQTT 5, section 4.8.2) to one channel of all hubs."""
    return f"$share/{group}/{every_hub(channel)}"


def parse(name: str) -> tuple[str, Channel]:
    """The hub and channel that a topic names. Raises ValueError on a topic that is not ours."""
    *root, hub, channel = name.split("/")
    if "/".join(root) != ROOT or not HUB_PATTERN.fullmatch(hub):
        raise ValueError(f"topic is not {ROOT}/HUB/CHANNEL")
    return hub, Channel(channel)
