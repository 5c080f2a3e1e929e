"""How many examples a property is tried on: the same few in `make test`, many new ones in `make chaos`.

HEARTHBEAT_EXAMPLES says how many times as many; pytest's `--hypothesis-seed` says which. What fails there is
pinned with `@example`. Nothing is remembered between runs, and no time that an example takes fails a test.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_TIMES = os.environ.get("HEARTHBEAT_EXAMPLES")
_TRIED = settings(
    derandomize=_TIMES is None,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)


def examples(count: int = 100) -> settings:
    """That many, or so many times as many."""
    return settings(_TRIED, max_examples=count * int(_TIMES or 1))


def use_everywhere() -> None:
    """For properties that say nothing else."""
    settings.register_profile("hearthbeat", examples())
    settings.load_profile("hearthbeat")
