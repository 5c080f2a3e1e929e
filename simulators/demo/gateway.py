"""The demo's gateway: the same commands and settings as anywhere else."""

from __future__ import annotations

import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import httpx

from simulators.demo.folder import Folder
from simulators.demo.ports import LOOPBACK
from simulators.demo.processes import Program

ORGANISATION = "Hearthbeat demo"
CONNECT_WITHIN_S = 10


def command(name: str) -> str:
    """The path of one of our commands, from the environment that the demo runs in."""
    return str(Path(sysconfig.get_path("scripts")) / name)


@dataclass(frozen=True)
class Gateway:
    """All roles in one process."""

    folder: Folder
    database_url: str = field(repr=False)
    broker_port: int
    web_port: int
    environment: Mapping[str, str] = field(repr=False)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.web_port}"

    def migrate(self) -> Program:
        return self._program("gateway-migrate", "migrate")

    def initialise(self) -> Program:
        """Makes organisation, administrator and passwords where they are missing."""
        return self._program(
            "gateway-init",
            "init",
            "--organisation",
            ORGANISATION,
            "--sign-in-file",
            str(self.folder.sign_in),
        )

    def server(self) -> Program:
        return self._program("gateway", "run")

    def _program(self, name: str, *arguments: str) -> Program:
        own = {
            "PGCONNECT_TIMEOUT": str(CONNECT_WITHIN_S),
            "HEARTHBEAT_HOME": str(self.folder.home),
            "HEARTHBEAT_DATABASE_URL": self.database_url,
            "HEARTHBEAT_BROKER_HOST": LOOPBACK,
            "HEARTHBEAT_BROKER_PORT": str(self.broker_port),
            "HEARTHBEAT_BROKER_USERNAME": "gateway",
            "HEARTHBEAT_BROKER_PASSWORD_FILE": str(self.folder.secrets / "gateway-broker-password"),
            "HEARTHBEAT_BROKER_PASSWORDS_FILE": str(self.folder.broker_passwords),
            "HEARTHBEAT_BROKER_GATEWAY_PASSWORDS_FILE": str(self.folder.gateway_passwords),
            "HEARTHBEAT_WEB_HOST": LOOPBACK,
            "HEARTHBEAT_WEB_PORT": str(self.web_port),
        }
        return Program(
            name=name,
            argv=(command("hearthbeat"), *arguments),
            environment={**self.environment, **own},
            ready=self._is_ready,
        )

    async def _is_ready(self) -> bool:
        async with httpx.AsyncClient(base_url=self.address, trust_env=False) as client:
            try:
                answer = await client.get("/readyz")
            except httpx.TransportError:
                return False
        return answer.status_code == HTTPStatus.OK
