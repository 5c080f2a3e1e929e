"""The guest's servers, the hub's commands, and a gateway's end: begun once, used by every scene."""

from __future__ import annotations

import asyncio
import itertools
import pwd
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path

from bumble.hci import LeFeatureMask
from bumble.transport import open_transport

from edge_agent.wire.messages import Reading
from tests.edge_agent.bluetooth.person import Person, person_at
from tests.edge_agent.gateway_double import GatewayDouble
from tests.radio.guest.bus import Refused, SystemBus
from tests.radio.guest.controller import Air, HubController
from tests.radio.guest.devices import Indicator, Meter, a_cuff, a_scale
from tests.radio.guest.peripheral import Around
from tests.servers.broker import GATEWAY, Broker
from tests.servers.processes import Process

BLUETOOTHD = "/usr/libexec/bluetooth/bluetoothd"
HUB = "hub-1"
HOME = Path("/run/hub")
LOGS = Path("/run/logs")
USER = "hearthbeat-hub"
AS_USER = ("setpriv", "--reuid", USER, "--regid", USER, "--init-groups")
STEP_S = 0.05
ADAPTER_WITHIN_S = 40.0
BEGINS_WITHIN_S = 60.0


class Missed(Exception):
    """What a scene expected did not come. Says what."""


class World:
    """Everything that a scene needs."""

    def __init__(self, bus: SystemBus, around: Around, gateway: GatewayDouble, bluetoothd: Process) -> None:
        self.bus = bus
        self.around = around
        self.gateway = gateway
        self.bluetoothd = bluetoothd
        self.environment = {"HEARTHBEAT_HUB_HOME": str(HOME), "HOME": str(HOME), "TERM": "xterm"}
        command = (*AS_USER, "/usr/bin/hearthbeat-hub", "run")
        self.agent = Process(*command, log=LOGS / "hub", environment=self.environment)
        self._numbers = itertools.count(1)

    def address(self) -> str:
        """A random static one that no device had before."""
        return f"F3:00:00:00:00:{next(self._numbers):02X}"

    async def cuff(self, *, is_private: bool = False) -> Indicator:
        return await self._switched_on(a_cuff(self.around, self.address(), is_private=is_private))

    async def scale(self) -> Indicator:
        return await self._switched_on(a_scale(self.around, self.address()))

    async def meter(self) -> Meter:
        meter = Meter(self.around, "Meter", self.address())
        await meter.begin()
        return meter

    async def _switched_on(self, device: Indicator) -> Indicator:
        await device.begin()
        return device

    async def hub(self, *arguments: str) -> tuple[int, str]:
        """A command of the hub's to its end: its status and what it says."""
        process = await asyncio.create_subprocess_exec(
            *AS_USER,
            "/usr/bin/hearthbeat-hub",
            *arguments,
            env={**self.environment, "PYTHONPATH": "/opt/radio:/src", "PATH": "/usr/bin"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()

    @asynccontextmanager
    async def person(self, *command: str) -> AsyncIterator[Person]:
        environment = {**self.environment, "PYTHONPATH": "/opt/radio:/src", "PATH": "/usr/bin"}
        async with person_at(environment, *command, within=AS_USER) as person:
            yield person

    async def paired(self, device: Indicator | Meter) -> None:
        """Pair it as a technician does who knows its address; in a terminal, where that does not do."""
        await device.wake(is_ready_to_pair=True)
        if isinstance(device, Meter) or device.is_private:
            async with self.person("pair") as person:
                await person.sees("Is this the one?")
                person.types("yes")
                if isinstance(device, Meter):
                    await self.types_number(person, device)
                status, said = await person.ended(), person.transcript
        else:
            status, said = await self.hub("pair", "--address", device.address)
        await device.sleep()
        if status != 0:
            raise Missed(f"pairing ended with {status}: {said}")

    async def types_number(self, person: Person, meter: Meter, *, wrong_by: int = 0) -> None:
        """Answer `pair` with what the meter shows, or another number."""
        await person.sees("six digits")
        shown = await asyncio.wait_for(meter.passkey, 30)
        person.types(f"{(shown + wrong_by) % 10**6:06d}")

    @asynccontextmanager
    async def running_agent(self) -> AsyncIterator[Process]:
        """`hearthbeat-hub run` once it has begun, ended by SIGKILL at the latest when the scene ends."""
        with self.agent as agent:
            await self.until(lambda: " connected hub=" in agent.output, BEGINS_WITHIN_S, "the hub begins")
            yield agent

    def readings(self, address: str) -> list[Reading]:
        """What the gateway has of a device, in order of arrival, each position once."""
        by_position = {
            (delivery.header.epoch, position): reading
            for delivery in self.gateway.deliveries
            for position, reading in zip(delivery.positions, delivery.batch.readings, strict=True)
        }
        return [each for each in by_position.values() if each.device.identifier == address]

    async def arrived(self, address: str, count: int, within_s: float) -> list[Reading]:
        """The readings of a device once there are `count`. Raises Missed, also when there are more."""
        await self.until(
            lambda: len(self.readings(address)) >= count,
            within_s,
            lambda: f"{count} readings at the gateway, not {len(self.readings(address))}",
        )
        found = self.readings(address)
        if len(found) != count:
            raise Missed(f"{count} readings at the gateway, not {len(found)}")
        return found

    async def arrived_raw(self, address: str, values: Sequence[str], within_s: float) -> None:
        """Each of these bytes is at the gateway, once. Raises Missed."""

        def times() -> list[int]:
            raw = [reading.raw for reading in self.readings(address)]
            return [raw.count(value) for value in values]

        await self.until(lambda: all(times()), within_s, "what was handed over is at the gateway")
        if max(times(), default=1) > 1:
            raise Missed("nothing is at the gateway twice")

    async def until(
        self, condition: Callable[[], object], within_s: float, what: str | Callable[[], str]
    ) -> float:
        """Wait; how long it took. Raises Missed."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while not condition():
            if loop.time() > begun + within_s:
                raise Missed(f"within {within_s:g} s: {what if isinstance(what, str) else what()}")
            await asyncio.sleep(STEP_S)
        return loop.time() - begun

    async def until_adapter(self, *, on: bool = True) -> None:
        await self._until_it_is(self._adapter_is(on=on), f"the adapter is {'on' if on else 'off'}")

    async def switch_on(self) -> None:
        """As often as it takes."""

        async def is_on() -> bool:
            with suppress(Refused):
                await self.bus.power(on=True)
            return await self.bus.is_powered()

        await self._until_it_is(is_on, "the adapter can be switched on")

    def _adapter_is(self, *, on: bool) -> Callable[[], Awaitable[bool]]:
        async def is_so() -> bool:
            return await self.bus.is_powered() is on

        return is_so

    async def _until_it_is(self, condition: Callable[[], Awaitable[bool]], what: str) -> None:
        deadline = asyncio.get_running_loop().time() + ADAPTER_WITHIN_S
        while not await condition():
            if asyncio.get_running_loop().time() > deadline:
                raise Missed(f"within {ADAPTER_WITHIN_S:g} s: {what}")
            await asyncio.sleep(STEP_S)

    def troubles(self) -> list[str]:
        """What the hub has called in trouble since it was started last."""
        return [line for line in self.agent.output.splitlines() if "device_in_trouble" in line]


@asynccontextmanager
async def open_world() -> AsyncIterator[World]:
    """Start the guest's servers. The hub's controller is there once bluetoothd has taken it."""
    with ExitStack() as stack:
        broker = stack.enter_context(Broker(Path("/run/broker"), {GATEWAY: "gateway", HUB: "hub"}))
        _configure_hub(broker)
        gateway = stack.enter_context(GatewayDouble(broker.host, broker.gateway_port, GATEWAY, "gateway"))
        bluetoothd = Process(BLUETOOTHD, "-n", log=LOGS / "bluetoothd", environment={})
        stack.enter_context(bluetoothd)
        bus = await SystemBus.connect()
        air = Air()
        async with await open_transport("vhci") as vhci:
            hub = HubController(
                "hub",
                host_source=vhci.source,
                host_sink=vhci.sink,
                link=air,
                public_address="5C:F3:70:00:00:01",
            )
            hub.le_features &= ~(LeFeatureMask.LL_PRIVACY | LeFeatureMask.LE_EXTENDED_ADVERTISING)
            world = World(bus, Around(hub, air), gateway, bluetoothd)
            with suppress(Missed):
                await world.until_adapter()  # AutoEnable
            await world.switch_on()
            yield world


def prepare() -> None:
    """What is to be there before anything else: folders, the hub's account, the system bus."""
    LOGS.mkdir()
    Path("/run/dbus").mkdir()
    subprocess.run(["useradd", "--system", "--groups", "bluetooth", USER], check=True)
    subprocess.run(["dbus-uuidgen", "--ensure"], check=True)
    subprocess.run(["dbus-daemon", "--system", "--fork"], check=True)


def _configure_hub(broker: Broker) -> None:
    account = pwd.getpwnam(USER)
    HOME.mkdir(mode=0o700)
    settings = (
        f'hub = "{HUB}"\ntime_zone = "Europe/Vienna"\nclock = "trusted"\n[page]\nport = 0\n'
        f'[broker]\nhost = "{broker.host}"\nport = {broker.port}\n'
    )
    (HOME / "hub.toml").write_text(settings)
    (HOME / "broker-password").write_text("hub\n")
    (HOME / "broker-password").chmod(0o600)
    subprocess.run(["chown", "-R", f"{account.pw_uid}:{account.pw_gid}", HOME], check=True)
