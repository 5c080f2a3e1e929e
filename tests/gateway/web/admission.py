"""A patient with all that a page shows: profile, device and readings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from edge_agent.wire.codes import Meal
from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.patients import profiles
from gateway.patients.profiles import Profile, RiskMedication
from tests.gateway.ward import METER, glucose, message
from tests.gateway.web.clinic import HUB, Clinic

PROFILE = Profile(
    second_identifier="S-77",
    phone="+49 (30) 00-11",
    language="Turkish",
    emergency_contact="Mo <b>son</b>",
    emergency_phone="+49 30 22",
    address="Rosenweg 2, Berlin",
    risk_medications=frozenset({RiskMedication.INSULIN}),
)


async def admit(clinic: Clinic, pool: Pool, *values: float) -> int:
    """A patient with a profile and a meter, whose glucose was measured before meals, the last an hour ago."""
    now = datetime.now(UTC)
    await clinic.add_hub()
    patient_id = await clinic.add_patient()
    await profiles.enter(clinic.conn, clinic.staff["ann"], patient_id, PROFILE, now)
    await clinic.carry_device(patient_id, now - timedelta(days=1), METER.identifier)
    ago = range(len(values), 0, -1)
    readings = [glucose(each, now - timedelta(hours=n)) for each, n in zip(values, ago, strict=True)]
    before_meals = [each.model_copy(update={"meal": Meal.PREPRANDIAL}) for each in readings]
    await store_batch(pool, Registry(), [message(*before_meals, hub=HUB)], now)
    return patient_id
