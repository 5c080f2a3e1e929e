"""A device that is forgotten or removed beside a hub that waits for it, and one that is paired anew."""

from __future__ import annotations

from dbus_fast.aio import MessageBus

from simulators.bluez.daemon import bluetooth_daemon
from simulators.bluez.kernel import Behaviour, Kernel
from simulators.devices.device import Identity, Timing
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.person import person_at
from tests.edge_agent.bluetooth.things import METER, PASSKEY, a_cuff, a_meter, measure, pressed_until_paired
from tests.servers.patience import eventually
from tests.simulators.radio import call

OTHER = Identity("C0:26:DF:00:00:02", "Other Cuff", "Acme", "AC-2", "0002")
PATIENT = Timing(advertises=60.0, waits=60.0, lingers=2.0)


async def remove_device(bus_address: str, path: str) -> None:
    """As `bluetoothctl remove`, and as bluetoothd does with a stranger that was not heard for 30 s."""
    bus = await MessageBus(bus_address=bus_address).connect()
    try:
        await call(bus, "/org/bluez/hci0", "org.bluez.Adapter1.RemoveDevice", "o", [path])
    finally:
        bus.disconnect()


async def test_a_device_that_is_forgotten_beside_the_hub_and_paired_anew_is_read_at_once(home: Home) -> None:
    cuff = a_cuff(bonded=True, timing=PATIENT)
    bonds = {cuff.address}
    async with bluetooth_daemon(home.bus_address, [cuff], bonds) as adapter, home.hub():
        measure(cuff, [120])
        await home.logged("waits_for")
        cuff.wake()
        await home.logged("device_read")
        await home.logged("waits_for", times=2)
        await eventually(lambda: adapter.connects == 1)
        async with person_at(home.environment, "forget", cuff.address, "--yes") as person:
            assert await person.ended() == 0
        await home.logged("visit_ended")
        assert adapter.connects == 0
        async with (
            person_at(home.environment, "pair", "--address", cuff.address) as person,
            pressed_until_paired(cuff, bonds),
        ):
            await person.sees("Done")
        await home.logged("waits_for", times=3)
        measure(cuff)
        cuff.wake()
        await home.kept(6)
    assert "device_failed" not in home.log


async def test_a_device_that_another_program_removes_is_waited_for_no_more_and_found_again(
    home: Home,
) -> None:
    cuff, bonds = a_cuff(bonded=True, timing=PATIENT), set[str]()
    bonds.add(cuff.address)
    async with bluetooth_daemon(home.bus_address, [cuff], bonds) as adapter, home.hub():
        await eventually(lambda: adapter.connects == 1)
        await remove_device(home.bus_address, "/org/bluez/hci0/dev_C0_26_DF_00_00_01")
        await home.logged("visit_ended")
        assert bonds == set()
        measure(cuff)
        cuff.wake()
        await home.kept(5)


async def test_a_lost_bond_leaves_no_rest_behind_once_the_device_is_paired_anew(home: Home) -> None:
    cuff = a_cuff(bonded=False)  # it was reset
    bonds = {cuff.address}
    async with bluetooth_daemon(home.bus_address, [cuff], bonds), home.hub():
        measure(cuff)
        cuff.wake()
        await home.logged("trouble=bond-lost")
        async with person_at(home.environment, "forget", cuff.address, "--yes") as person:
            assert await person.ended() == 0
        async with (
            person_at(home.environment, "pair", "--address", cuff.address) as person,
            pressed_until_paired(cuff, bonds),
        ):
            await person.sees("Done")
        await home.kept(5)  # it has more to tell, and so wakes again by itself


async def test_a_meter_that_wants_to_be_paired_is_left_to_that_also_when_bluez_has_forgotten_it(
    home: Home,
) -> None:
    meter, other = a_meter(PASSKEY), a_cuff(OTHER)
    kernel = Kernel(Behaviour(pairing_s=0.2))
    async with bluetooth_daemon(home.bus_address, [meter, other], set(), kernel) as adapter, home.hub():
        meter.wake()
        await home.logged("device_failed")
        meter.wake()
        await home.logged("trouble=not-paired")
        meter.advertising = False
        await remove_device(home.bus_address, "/org/bluez/hci0/dev_C0_26_DF_00_00_03")
        meter.wake()
        await eventually(lambda: adapter.knows(METER.address))
        measure(other)
        other.wake()
        await home.kept(5)
    assert meter.pairings == 2
