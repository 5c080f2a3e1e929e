"""A real gateway for tests: the command in a process of its own, with its settings in a folder."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

import httpx

from simulators.provisioning import SignIn
from tests.servers.broker import Broker
from tests.servers.patience import PATIENCE_S
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.processes import Process, command

HEARTHBEAT = command("hearthbeat")
ORGANISATION = "Test clinic"


class Gateway(Process):
    """`hearthbeat run`, of all roles or of those named.

    It writes the broker's password files; that the broker reads them is up to others. `port`: where it finds
    the broker, if it is not its own listener there.
    """

    def __init__(
        self, folder: Path, database_url: str, broker: Broker, *roles: str, port: int | None = None
    ) -> None:
        self.web_port = free_port()
        self.address = f"http://{LOOPBACK}:{self.web_port}"
        self._sign_in_file = folder / "sign-in.toml"
        self.folder = folder
        self._settings = {
            "HEARTHBEAT_DATABASE_URL": database_url,
            "HEARTHBEAT_BROKER_HOST": LOOPBACK,
            "HEARTHBEAT_BROKER_PORT": str(port or broker.gateway_port),
            "HEARTHBEAT_BROKER_PASSWORD_FILE": str(folder / "broker-password"),
            "HEARTHBEAT_BROKER_PASSWORDS_FILE": str(broker.passwords_file),
            "HEARTHBEAT_BROKER_GATEWAY_PASSWORDS_FILE": str(broker.gateway_passwords_file),
            "HEARTHBEAT_WEB_PORT": str(self.web_port),
            "HEARTHBEAT_CANARY_S": "0",
        }
        folder.mkdir(mode=0o700)
        super().__init__(*(HEARTHBEAT, "run", *roles), log=folder / "log", environment=self._settings)

    @property
    def sign_in(self) -> SignIn:
        """The administrator's, once the gateway is set up."""
        return SignIn.read(self._sign_in_file)

    def beside(self, role: str, number: int, **settings: str) -> Process:
        """One more process of this gateway, which plays one role; `settings`: what it has otherwise."""
        log = self.folder / f"log-{role}-{number}"
        return Process(*(HEARTHBEAT, "run", role), log=log, environment=self._settings | settings)

    async def set_up(self) -> None:
        """Migrate the database and make what a first start needs."""
        await self.run(HEARTHBEAT, "migrate")
        await self.run(
            *(HEARTHBEAT, "init", "--organisation", ORGANISATION, "--sign-in-file", str(self._sign_in_file))
        )

    async def ready(self) -> None:
        """Returns when it can work. Raises RuntimeError with its log if it ends before."""
        await self.until(self._is_ready)

    async def numbers(self) -> dict[str, float]:
        """What it tells Prometheus, by name (and labels)."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
            text = (await client.get(f"{self.address}/metrics")).text
        lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in lines}

    def _is_ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.address}/readyz", trust_env=False)
        except httpx.TransportError:
            return False
        return answer.status_code == HTTPStatus.OK
