"""A disk that is too small, for tests of what a full one does."""

from __future__ import annotations

import os
from pathlib import Path

from tests.servers.processes import Process

IS_ROOT = os.geteuid() == 0
NAMESPACE = () if IS_ROOT else ("--user", "--map-root-user")
ENTER = () if IS_ROOT else ("--user", "--preserve-credentials")


class SmallDisk(Process):
    """A disk at `folder`, for those who are started `within` it; it outlives them."""

    def __init__(self, folder: Path, *, kib: int) -> None:
        folder.mkdir()
        self.folder = folder
        set_up = 'mount -t tmpfs -o "size=$2k,mode=700" hearthbeat "$1" && exec sleep infinity'
        super().__init__(
            *("unshare", *NAMESPACE, "--mount", "sh", "-c", set_up, "sh", str(folder), str(kib)),
            log=folder.with_suffix(".log"),
            environment={},
        )

    async def ready(self) -> None:
        mounts = Path(f"/proc/{self._running.pid}/mounts")
        await self.until(lambda: f" {self.folder} tmpfs " in mounts.read_text())

    @property
    def within(self) -> tuple[str, ...]:
        """In front of a command: who runs it has this disk."""
        return ("nsenter", f"--target={self._running.pid}", "--mount", "--root", "--wd", *ENTER)

    async def resize(self, *, kib: int) -> None:
        await self.run(*self.within, "mount", "-o", f"remount,size={kib}k", str(self.folder))
