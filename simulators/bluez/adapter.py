"""Adapter1: discovery and the devices known (BlueZ doc/adapter-api)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from dbus_fast import Variant

from simulators.bluez.agents import AgentManager
from simulators.bluez.device import Device
from simulators.bluez.host import Bonds, Host
from simulators.bluez.kernel import Kernel
from simulators.bluez.peripheral import Peripheral
from simulators.bluez.tree import BlueZError, Call, Interface, ObjectTree, Reply

ADAPTER = "org.bluez.Adapter1"
ADVERTISING_INTERVAL_S = 0.1  # Core 5.4, Vol 6, Part B, 4.4.2.2 allows 20 ms to 10.24 s
RSSI_DBM = -58


class Adapter:
    """The one adapter, hci0, and the devices in its radio range."""

    PATH = "/org/bluez/hci0"

    def __init__(
        self,
        tree: ObjectTree,
        agents: AgentManager,
        bonds: Bonds,
        in_range: Sequence[Peripheral],
        kernel: Kernel,
    ) -> None:
        self._tree = tree
        self._kernel = kernel
        self._host = Host(tree, agents, bonds, self.PATH, kernel, lambda: self._powered)
        self._in_range = in_range
        self._filters: dict[str, frozenset[str]] = {}  # by client: the services it wants to see, none for all
        self._discovering: set[str] = set()
        self._powered = True
        self._stuck = False
        self._devices: dict[str, Device] = {}  # by path
        tree.add(self.PATH, self._interface())
        for peripheral in in_range:
            if peripheral.address in bonds:
                self._know(peripheral)

    async def listen(self) -> None:
        """Hear the advertisements of what is in range, for ever."""
        while True:
            for peripheral in self._in_range:
                if peripheral.advertising and self._powered:
                    self._hear(peripheral)
            await asyncio.sleep(ADVERTISING_INTERVAL_S)

    def forget_client(self, client: str) -> None:
        """A client has left the bus: its discovery and its subscriptions end with it."""
        self._filters.pop(client, None)
        self._end_discovery(client)
        for device in self._devices.values():
            device.forget_client(client)

    def stick(self) -> None:
        """Answer every discovery with InProgress, as adapters do, until it is switched off and on."""
        self._discovering.clear()
        self._stuck = True
        self._show(Discovering=Variant("b", False))

    def hang(self) -> None:
        """Answer no call any more, and keep the name: a bluetoothd that is stuck in the kernel."""
        self._tree.hang()

    @property
    def connects(self) -> int:
        """How many wait for a device."""
        return sum(device.is_awaited for device in self._devices.values())

    @property
    def is_discovering(self) -> bool:
        """Whether anybody looks for devices."""
        return bool(self._discovering)

    def knows(self, address: str) -> bool:
        """Whether the device is shown, found or bonded with."""
        return any(each.peripheral.address == address for each in self._devices.values())

    def waits_for(self, address: str) -> bool:
        """Whether somebody connects to the device, which sleeps."""
        return any(each.is_awaited for each in self._devices.values() if each.peripheral.address == address)

    def killed(self) -> None:
        """There is no bluetoothd any more: its links end, but the kernel goes on with its scan."""
        if self._discovering:
            self._kernel.scan_on()
        for device in self._devices.values():
            device.disconnect()

    def _hear(self, peripheral: Peripheral) -> None:
        seen = any(self._wants(client, peripheral) for client in self._discovering)
        if seen and self._known(peripheral) is None:
            self._know(peripheral)
        device = self._known(peripheral)
        if device is not None:
            device.heard(rssi=RSSI_DBM if seen else None, connectable=not self._discovering)

    def _wants(self, client: str, peripheral: Peripheral) -> bool:
        services = self._filters.get(client, frozenset())
        return not services or not services.isdisjoint(peripheral.advertised)

    def _known(self, peripheral: Peripheral) -> Device | None:
        """The device that advertises so: without a bond nobody knows who is behind a private address."""
        return next((each for each in self._devices.values() if each.is_heard_from(peripheral)), None)

    def _know(self, peripheral: Peripheral) -> None:
        device = Device(self._host, peripheral, self._remove)
        self._devices[device.path] = device

    def _remove(self, device: Device) -> None:
        del self._devices[device.path]
        device.remove()

    async def _set_discovery_filter(self, call: Call) -> Reply:
        wanted: Variant | None = call.arguments[0].get("UUIDs")
        self._filters[call.sender] = frozenset(wanted.value if wanted else ())
        return Reply()

    async def _start_discovery(self, call: Call) -> Reply:
        if not self._powered:
            raise BlueZError("NotReady", "Resource Not Ready")
        if self._stuck or self._kernel.scans or call.sender in self._discovering:
            raise BlueZError("InProgress", "Operation already in progress")
        self._discovering.add(call.sender)
        self._show(Discovering=Variant("b", True))
        return Reply()

    async def _stop_discovery(self, call: Call) -> Reply:
        if call.sender not in self._discovering:
            raise BlueZError("Failed", "No discovery started")
        self._end_discovery(call.sender)
        return Reply()

    def _end_discovery(self, client: str) -> None:
        if client in self._discovering:
            self._discovering.remove(client)
            self._show(Discovering=Variant("b", bool(self._discovering)))

    async def _remove_device(self, call: Call) -> Reply:
        device = self._devices.get(call.arguments[0])
        if device is None:
            raise BlueZError("DoesNotExist", "Does Not Exist")
        self._remove(device)
        return Reply()

    def power(self, *, on: bool) -> None:
        self._powered = on
        if not on:
            self._kernel.power_cut(connects=self.connects > 0)
            for device in self._devices.values():
                device.disconnect(self._kernel.behaviour.power_off_answer)
            self._discovering.clear()
            self._stuck = False
        self._show(Powered=Variant("b", on), Discovering=Variant("b", bool(self._discovering)))

    def _show(self, **properties: Variant) -> None:
        self._tree.change(self.PATH, ADAPTER, **properties)

    def _interface(self) -> Interface:
        properties = {
            "Address": Variant("s", "00:1A:7D:DA:71:13"),
            "AddressType": Variant("s", "public"),
            "Name": Variant("s", "hub"),
            "Alias": Variant("s", "hub"),
            "Powered": Variant("b", True),
            "Discovering": Variant("b", False),
            "Pairable": Variant("b", True),
            "UUIDs": Variant("as", []),
            "Roles": Variant("as", ["central"]),
        }
        methods = {
            "SetDiscoveryFilter": self._set_discovery_filter,
            "StartDiscovery": self._start_discovery,
            "StopDiscovery": self._stop_discovery,
            "RemoveDevice": self._remove_device,
        }
        return Interface(ADAPTER, properties, methods, {"Powered": lambda on: self.power(on=on)})
