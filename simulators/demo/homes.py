"""The three homes: an invented patient, a cuff, a scale, a glucometer, and the hub that reads them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from simulators.demo.errors import DemoError
from simulators.demo.folder import LONGEST_SOCKET_PATH, Folder, write_private
from simulators.demo.gateway import command
from simulators.demo.ports import LOOPBACK
from simulators.demo.processes import Program
from simulators.home.addresses import addresses
from simulators.patients.stories import Story
from simulators.provisioning import Administrator, NewPatient, Profile

ASSIGNED_BEFORE = timedelta(days=90)
"""How long before the first start the devices are their patient's: longer than what their memories hold."""


@dataclass(frozen=True)
class Household:
    """A home's name, which is also its hub's, its story, and who lives there."""

    name: str
    story: Story
    seed: int
    patient: NewPatient
    profile: Profile


HOUSEHOLDS = (
    Household(
        "home-1",
        Story.HYPERTENSIVE_CRISIS,
        1,
        NewPatient("DEMO-1", "Lindqvist", "Asta", date(1951, 3, 9), "Europe/Stockholm", ("hypertension",)),
        Profile(
            second_identifier="19510309-0000",
            phone="+46 8 0000 0101",
            language="Swedish, English",
            emergency_contact="Nils Lindqvist (son)",
            emergency_phone="+46 8 0000 0102",
            address="Rosengatan 12, 3rd floor, 113 59 Stockholm",
            risk_medications=("anticoagulant", "beta-blocker"),
        ),
    ),
    Household(
        "home-2",
        Story.HYPOGLYCAEMIA,
        2,
        NewPatient("DEMO-2", "Okafor", "Daniel", date(1968, 11, 2), "Europe/London", ("diabetes",)),
        Profile(
            second_identifier="000 000 0002",
            phone="+44 20 0000 0201",
            language="English",
            emergency_contact="Ruth Okafor (wife)",
            emergency_phone="+44 20 0000 0202",
            address="48 Elm Court, London E8 0XX (key code with the concierge)",
            risk_medications=("insulin",),
        ),
    ),
    Household(
        "home-3",
        Story.WEIGHT_GAIN,
        3,
        NewPatient("DEMO-3", "Moreau", "Solange", date(1944, 7, 21), "Europe/Paris", ("heart-failure",)),
        Profile(
            second_identifier="2 44 07 00 000 003",
            phone="+33 1 00 00 03 01",
            language="French; her daughter translates",
            emergency_contact="Claire Moreau (daughter)",
            emergency_phone="+33 1 00 00 03 02",
            address="7 rue des Lilas, 2e étage, 75019 Paris",
            risk_medications=("beta-blocker",),
        ),
    ),
)


@dataclass(frozen=True)
class Home:
    """One household with its folder: the virtual devices and the hub are a process each."""

    household: Household
    folder: Path
    broker_port: int
    environment: Mapping[str, str] = field(repr=False)

    @property
    def bus(self) -> Path:
        return self.folder / "bus"

    @property
    def hub_folder(self) -> Path:
        return self.folder / "hub"

    @property
    def password(self) -> Path:
        return self.hub_folder / "broker-password"

    def set_up(self) -> None:
        """Make the folders and the hub's settings. Raises DemoError if the bus would have too long a path."""
        if len(bytes(self.bus)) > LONGEST_SOCKET_PATH:
            raise DemoError(
                f"the path {self.bus} is too long for a socket ({LONGEST_SOCKET_PATH} bytes): "
                "set HEARTHBEAT_HOME to a shorter one"
            )
        for folder in (self.folder, self.folder / "devices", self.hub_folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        self.bus.unlink(missing_ok=True)  # a killed run's
        write_private(
            self.hub_folder / "hub.toml",
            f'hub = "{self.household.name}"\nclock = "trusted"\n\n'
            f'[broker]\nhost = "{LOOPBACK}"\nport = {self.broker_port}\n\n[page]\nport = 0\n',
        )

    async def provision(self, administrator: Administrator, now: datetime) -> None:
        """Make hub, patient and assignments where they are missing. Raises ApiError."""
        name = self.household.name
        password = await administrator.enrol_hub(name)
        if password is None and not self.password.exists():  # an earlier start ended before it was written
            password = await administrator.renew_hub_password(name)
        if password is not None:
            write_private(self.password, password)
        patient_id = await administrator.ensure_patient(self.household.patient)
        await administrator.ensure_profile(patient_id, self.household.profile)
        for device in addresses(name):
            await administrator.assign(
                hub=name, device=device, user=None, patient_id=patient_id, since=now - ASSIGNED_BEFORE
            )

    def devices(self) -> Program:
        return Program(
            name=self.household.name,
            argv=(
                command("hearthbeat-sim"),
                "home",
                f"--name={self.household.name}",
                f"--story={self.household.story}",
                f"--seed={self.household.seed}",
                f"--state={self.folder / 'devices'}",
                f"--bus-socket={self.bus}",
            ),
            environment=self.environment,
            ready=self._has_bus,
        )

    def hub(self) -> Program:
        own = {
            "HEARTHBEAT_HUB_HOME": str(self.hub_folder),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.bus}",
        }
        return Program(
            name=f"{self.household.name}-hub",
            argv=(command("hearthbeat-hub"), "run"),
            environment={**self.environment, **own},
        )

    async def _has_bus(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(self.bus)
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True


def open_homes(folder: Folder, broker_port: int, environment: Mapping[str, str]) -> tuple[Home, ...]:
    return tuple(
        Home(household, folder.homes / household.name, broker_port, environment) for household in HOUSEHOLDS
    )
