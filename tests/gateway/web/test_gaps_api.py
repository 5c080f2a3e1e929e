"""The positions of a hub that are missing, through the API."""

from __future__ import annotations

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from tests.gateway.ward import EPOCH, glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn


async def test_positions_that_are_missing(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    await clinic.add_hub()
    await store_batch(pool, Registry(), [message(glucose(100.0, NOW), first=4, hub=HUB)], NOW)
    [found] = (await (await sign_in("ann")).get(f"/api/hubs/{HUB}/gaps")).json()
    assert (found["epoch"], found["held"], found["missing"]) == (EPOCH, [[4, 4]], [[1, 3]])


async def test_a_hub_of_others_is_unknown(sign_in: SignIn, clinic: Clinic) -> None:
    other = await Clinic.open_other(clinic.conn)
    await other.add_hub("elsewhere")
    answer = await (await sign_in("adam")).get("/api/hubs/elsewhere/gaps")
    assert (answer.status_code, answer.json()["error"]) == (404, "unknown-hub")
