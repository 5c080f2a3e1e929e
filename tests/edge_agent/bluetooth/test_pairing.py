"""A device is paired by who follows the prompts alone, and is then read without anybody's help."""

from __future__ import annotations

import pytest

from simulators.bluez.daemon import bluetooth_daemon
from simulators.devices import values
from simulators.devices.cuff import Cuff
from simulators.devices.device import Identity, Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.memory import Outgoing, Records
from tests.edge_agent.bluetooth.conftest import Home
from tests.edge_agent.bluetooth.person import person_at
from tests.edge_agent.bluetooth.test_reading_devices import this_minute
from tests.edge_agent.bluetooth.things import pressed_until_paired

PASSKEY = 42137
QUICK = Timing(advertises=60.0, waits=10.0, lingers=0.3)
METER = Identity("C0:26:DF:00:00:03", "Glucose Mentor", "Acme", "GM-3", "0003")
CUFF = Identity("C0:26:DF:00:00:01", "Arm Cuff", "Acme", "AC-1", "0001")
OTHER = Identity("C0:26:DF:00:00:02", "Other Cuff", "Acme", "AC-2", "0002")


def a_meter() -> Glucometer:
    return Glucometer(METER, Records(), remembered=lambda: None, timing=QUICK, passkey=PASSKEY)


def a_cuff(identity: Identity = CUFF) -> Cuff:
    return Cuff(identity, Outgoing(), remembered=lambda: None, timing=QUICK)


async def test_a_meter_is_paired_by_its_prompts_and_read_while_the_hub_runs(home: Home) -> None:
    meter, bonds = a_meter(), set[str]()
    meter.measure(values.Glucose(104), this_minute())
    async with bluetooth_daemon(home.bus_address, [meter], bonds), home.hub():
        async with person_at(home.environment, "pair") as person, pressed_until_paired(meter, bonds):
            await person.sees("Blood glucose meter:")
            await person.sees("Looking for it")
            await person.sees("Found Glucose Mentor, a blood glucose meter. Is this the one? [Y/n]")
            person.types("")
            await person.sees("shows a number with six digits")
            await person.sees("press Enter:")
            person.types("42137")
            await person.sees("zeros in front included")
            await person.sees("press Enter:")
            person.types("042 137")
            await person.sees("Done: Glucose Mentor now belongs to this hub.")
            assert await person.ended() == 0
        assert bonds == {METER.address}
        assert max(map(len, person.transcript.splitlines())) <= 80
        (reading,) = await home.kept(1)
        assert reading.device.model == "GM-3"


async def test_a_mistyped_number_may_be_typed_again(home: Home) -> None:
    home.settle()
    meter = a_meter()
    async with bluetooth_daemon(home.bus_address, [meter], set()):
        meter.wake()
        async with person_at(home.environment, "pair") as person:
            await person.sees("[Y/n]")
            person.types("y")
            await person.sees("press Enter:")
            person.types("111111")
            await person.sees("the number was not the one that it shows")
            meter.wake()
            await person.sees("press Enter:")
            person.types("042137")
            await person.sees("Done")
            assert await person.ended() == 0


async def test_of_several_devices_one_is_chosen(home: Home) -> None:
    home.settle()
    cuff, meter, bonds = a_cuff(), a_meter(), set[str]()
    async with bluetooth_daemon(home.bus_address, [cuff, meter], bonds):
        cuff.wake()
        meter.wake()
        async with person_at(home.environment, "pair") as person:
            for _ in range(2):
                await person.sees("Is this the one? [Y/n]")
                person.types("y" if "Arm Cuff" in person.transcript.splitlines()[-1] else "n")
                if "Arm Cuff" in person.transcript.splitlines()[-1]:
                    break
            await person.sees("Done: Arm Cuff")
    assert bonds == {CUFF.address}


async def test_a_script_pairs_without_being_asked(home: Home) -> None:
    home.settle()
    meter, bonds = a_meter(), set[str]()
    async with bluetooth_daemon(home.bus_address, [meter], bonds):
        meter.wake()
        command = ("pair", "--address", METER.address.lower(), "--passkey", str(PASSKEY))
        async with person_at(home.environment, *command) as person:
            await person.sees("Done")
            assert await person.ended() == 0
    assert bonds == {METER.address}


async def test_a_wrong_number_of_a_script_changes_nothing(home: Home) -> None:
    home.settle()
    meter, bonds = a_meter(), set[str]()
    async with bluetooth_daemon(home.bus_address, [meter], bonds):
        meter.wake()
        async with person_at(
            home.environment, "pair", "--address", METER.address, "--passkey", "1"
        ) as person:
            await person.sees("Error: Glucose Mentor was not connected")
            assert await person.ended() == 1
    assert bonds == set()


async def test_it_says_when_there_is_no_bluetooth(home: Home) -> None:
    home.settle()
    async with person_at(home.environment, "pair") as person:
        await person.sees("Bluetooth does not work on this hub")
        assert await person.ended() == 1


async def test_it_says_that_it_looks_once_the_radio_does(home: Home) -> None:
    home.settle()
    async with bluetooth_daemon(home.bus_address, [], set()) as adapter:
        adapter.stick()
        async with person_at(home.environment, "pair") as person:
            await person.sees("Bluetooth does not work on this hub")
            assert await person.ended() == 1
            assert "Looking for it" not in person.transcript


async def test_devices_says_what_is_paired_and_forget_ends_it(home: Home) -> None:
    cuff, other, bonds = a_cuff(), a_cuff(OTHER), set[str]()
    async with bluetooth_daemon(home.bus_address, [cuff, other], bonds), home.hub():
        async with person_at(home.environment, "devices") as person:
            await person.sees("No device so far.")
        async with (
            person_at(home.environment, "pair", "--address", CUFF.address) as person,
            pressed_until_paired(cuff, bonds),
        ):
            await person.sees("Done")
        async with person_at(home.environment, "devices") as person:
            await person.sees("Arm Cuff, blood pressure monitor")
            await person.sees("paired")
            await person.sees("last there just now")
            await person.sees("battery 87 %")
        async with person_at(home.environment, "forget", "arm cuff") as person:
            await person.sees("Forget Arm Cuff (C0:26:DF:00:00:01)? [y/N]:")
            person.types("y")
            await person.sees("Arm Cuff is forgotten.")
            assert await person.ended() == 0
        assert bonds == set()
        cuff.measure(values.BloodPressure(138, 86, 71), this_minute())
        cuff.wake()
        other.measure(values.BloodPressure(120, 80, 60), this_minute())
        other.wake()
        await home.kept(1)
        assert cuff.memory.waiting != [], home.log  # nobody has asked for it, who was there first
        async with person_at(home.environment, "devices") as person:
            await person.sees("Other Cuff")
            assert "Arm Cuff" not in person.transcript


@pytest.mark.parametrize("name", ["nothing", "C0:26:DF:00:00:99"])
async def test_only_a_known_device_is_forgotten(home: Home, name: str) -> None:
    home.settle()
    async with person_at(home.environment, "forget", name) as person:
        await person.sees(f"There is no device {name} here. There is: none.")
        assert await person.ended() == 1
