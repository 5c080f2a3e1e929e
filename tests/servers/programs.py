"""Programs of the operating system that the tests cannot do without."""

from __future__ import annotations

import os
import shutil

SYSTEM_FOLDERS = "/usr/local/sbin:/usr/sbin:/sbin"
"""Where distributions put servers; an ordinary user's PATH leaves these out."""


def program(name: str, package: str) -> str:
    """Where the program is. Raises RuntimeError naming its Debian package: a test never skips."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}")
    if found is None:
        raise RuntimeError(f"the tests need {name}: apt-get install {package}, or run `make test`")
    return found
