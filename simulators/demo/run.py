"""The demo from start to stop: everything in order, and everything stopped in the opposite order."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import httpx

from simulators.demo.broker import open_broker
from simulators.demo.errors import DemoError
from simulators.demo.folder import Folder
from simulators.demo.gateway import Gateway
from simulators.demo.homes import Home, open_homes
from simulators.demo.ports import Port, check_free
from simulators.demo.postgres import open_postgres
from simulators.demo.process_records import ProcessRecords
from simulators.demo.supervisor import Supervisor
from simulators.demo.terminal import Terminal
from simulators.provisioning import Administrator, ApiError, SignIn, administrator

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY_S = 2.0
LIMITS = (
    "Not an emergency service; not continuously monitored; not a cleared medical device. "
    "Everybody here is invented."
)


@dataclass(frozen=True)
class Settings:
    """What the person asked for. `database_url` None: the embedded server."""

    home: Path
    web: Port
    broker: Port
    gateway: Port  # the gateway's own listener at the broker
    database: Port
    database_url: str | None = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)

    def ports(self) -> tuple[Port, ...]:
        ours = (self.web, self.broker, self.gateway)
        return ours if self.database_url else (*ours, self.database)

    def for_children(self) -> Mapping[str, str]:
        """The environment without what would set a child up otherwise than the demo does."""
        ours = ("HEARTHBEAT_", "DBUS_") if self.database_url else ("HEARTHBEAT_", "DBUS_", "PG")
        inherited = {name: value for name, value in self.environment.items() if not name.startswith(ours)}
        return {**inherited, "PYTHONUNBUFFERED": "1"}


async def run(settings: Settings, terminal: Terminal) -> None:
    """Run the demo until a signal asks it to stop. Raises DemoError if it cannot start."""
    await _until_asked_to_stop(_run_in_folder(settings, terminal), terminal)
    terminal.say(f"Stopped. The data stays in {settings.home}")


async def _run_in_folder(settings: Settings, terminal: Terminal) -> None:
    folder = Folder(settings.home)
    terminal.say(f"Data folder: {folder.home}")
    folder.make()
    with folder.lock():
        records = ProcessRecords(folder.children)
        if left := await asyncio.to_thread(records.clear):
            terminal.say(f"Stopped what an earlier run had left: {', '.join(left)}")
        check_free(settings.ports())
        async with Supervisor(folder.logs, records, terminal) as supervisor:
            await _run_all(settings, folder, supervisor, terminal)


async def _run_all(settings: Settings, folder: Folder, supervisor: Supervisor, terminal: Terminal) -> None:
    environment = settings.for_children()
    broker = open_broker(folder, settings.broker.number, settings.gateway.number, environment)
    homes = open_homes(folder, settings.broker.number, environment)
    for home in homes:
        home.set_up()
    database_url = settings.database_url or await _start_postgres(settings, folder, supervisor, terminal)
    gateway = Gateway(folder, database_url, settings.gateway.number, settings.web.number, environment)
    with terminal.step("Tables and first sign-in"):
        try:
            await supervisor.run(gateway.migrate())
        except DemoError as error:
            if settings.database_url:
                raise DemoError(f"HEARTHBEAT_DATABASE_URL cannot be used. {error}") from error
            raise
        await supervisor.run(gateway.initialise())
    with terminal.step("Broker"):
        broker.set_up()
        (mosquitto,) = await supervisor.start(broker.server())
        supervisor.attend(broker.follow_passwords(lambda: mosquitto.signal(signal.SIGHUP)))
    with terminal.step("Gateway"):
        await supervisor.start(gateway.server())
    async with _signed_in(gateway, folder) as admin:
        with terminal.step("Three homes with a cuff, a scale and a glucometer each"):
            await _open_homes(homes, supervisor, admin)
        terminal.say(f"\nConsole: {gateway.address}\nSign-in: {folder.sign_in}\n{LIMITS}\nCtrl-C stops.\n")
        supervisor.attend(_say_first_task(admin, terminal))
        await supervisor.keep()


async def _start_postgres(
    settings: Settings, folder: Folder, supervisor: Supervisor, terminal: Terminal
) -> str:
    with terminal.step("Database"):
        postgres = await asyncio.to_thread(
            open_postgres, folder, settings.database.number, settings.for_children()
        )
        await postgres.set_up(supervisor)
        await supervisor.start(postgres.server())
    return postgres.url


@asynccontextmanager
async def _signed_in(gateway: Gateway, folder: Folder) -> AsyncIterator[Administrator]:
    async with AsyncExitStack() as stack:
        try:
            signing_in = administrator(gateway.address, SignIn.read(folder.sign_in))
            admin = await stack.enter_async_context(signing_in)
        except (OSError, ApiError) as error:
            if isinstance(error, ApiError) and error.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise DemoError(f"{error}: somebody mistyped the password; start again then") from error
            raise DemoError(
                f"cannot sign in with {folder.sign_in}: {error}. It is for this folder's own database; "
                "for another database set HEARTHBEAT_HOME to another folder"
            ) from error
        yield admin


async def _open_homes(homes: Sequence[Home], supervisor: Supervisor, admin: Administrator) -> None:
    try:
        for home in homes:
            await home.provision(admin, datetime.now(UTC))
    except ApiError as error:
        raise DemoError(f"the homes cannot be made known to the gateway: {error}") from error
    await supervisor.start(*(home.devices() for home in homes))
    await supervisor.start(*(home.hub() for home in homes))


async def _say_first_task(admin: Administrator, terminal: Terminal) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        with suppress(ApiError, httpx.TransportError):  # the gateway may be on its way up again
            if await admin.has_tasks():
                terminal.say("There is work in the task list")
                return


async def _until_asked_to_stop(work: Coroutine[None, None, None], terminal: Terminal) -> None:
    task = asyncio.create_task(work)
    asked = asyncio.Event()

    def stop() -> None:
        if not asked.is_set():
            asked.set()
            terminal.say("Stopping")
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
