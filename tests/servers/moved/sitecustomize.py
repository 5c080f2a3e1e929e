"""What Python runs first in processes on a moved clock.

libfaketime leaves monotonic clocks alone, and yet reckons anew until when `time.sleep` sleeps, which the
kernel then refuses. So they wait for what never happens instead.
"""

from __future__ import annotations

import threading
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    threading.Event().wait(float(seconds))


time.sleep = _sleep
