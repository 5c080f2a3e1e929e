"""Making a participant known to the gateway, and keeping what the hub signs in with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from edge_agent.publisher import Broker
from simulators.demo.folder import write_private
from simulators.provisioning import Administrator, Profile
from simulators.replay.errors import NotReached
from simulators.replay.participants import Participant

ASSIGNED_SINCE = datetime(1980, 1, 1, tzinfo=UTC)
"""Before any line that the gateway takes."""
PROFILE = Profile(risk_medications=("insulin",))
"""All of them inject it, as their logs say; of the rest nothing is known."""


@dataclass(frozen=True)
class GatewayAccess:
    """Where the gateway and its broker are, and who signs in."""

    console: str  # http://HOST:PORT
    broker_host: str
    broker_port: int
    sign_in: Path

    def password_file(self, hub: str) -> Path:
        """Where a hub's password is kept: with the sign-in, since both are of one gateway."""
        return self.sign_in.parent / "replay" / hub


@dataclass(frozen=True)
class Enrolled:
    """A participant as the gateway knows them: the hub's way to the broker, and the patient's id."""

    participant: Participant
    broker: Broker
    patient_id: int


async def enrol(admin: Administrator, participant: Participant, access: GatewayAccess) -> Enrolled:
    """Make hub, patient and assignment where they are missing. Raises ApiError and NotReached."""
    hub = participant.hub
    password = await _password(admin, hub, access.password_file(hub))
    patient_id = await admin.ensure_patient(participant.patient)
    await admin.ensure_profile(patient_id, PROFILE)
    await admin.assign(
        hub=hub,
        device=participant.meter.identifier,
        user=None,
        patient_id=patient_id,
        since=ASSIGNED_SINCE,
    )
    return Enrolled(participant, Broker(access.broker_host, access.broker_port, password), patient_id)


async def _password(admin: Administrator, hub: str, file: Path) -> str:
    """The password of a new hub, or the one that is kept of a known hub.

    Not a new one at each replay: mosquitto 2.0.11 corrupts its list of sessions, and may crash, when it reads
    a changed password of a hub that is away.
    """
    if new := await admin.enrol_hub(hub):
        _store_password(new, file)
        return new
    if known := _read_password(file):
        return known
    renewed = await admin.renew_hub_password(hub)
    _store_password(renewed, file)
    return renewed


def _read_password(file: Path) -> str | None:
    return file.read_text() if file.exists() else None


def _store_password(password: str, file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(file, password)
    except OSError as error:
        raise NotReached(f"{file}, for a hub's password, cannot be written: {error.strerror}") from error
