"""The quarantine through the API: looked at, retried, discarded, by whom it concerns."""

from __future__ import annotations

from gateway.database.pool import Pool
from gateway.hubs.registry import Registry
from gateway.ingest.batch import store_batch
from gateway.ingest.message import read_message
from tests.gateway.ward import glucose, message
from tests.gateway.web.clinic import HUB, NOW, Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.programs import items, post
from tests.servers.patience import eventually


async def test_the_quarantine_keeps_the_bytes(sign_in: SignIn, clinic: Clinic) -> None:
    await clinic.add_hub()
    for number, payload in enumerate((b"{not json", b"\xff\xfe"), start=1):
        await clinic.conn.execute(
            "INSERT INTO quarantine (received_at, topic, reason, payload, first_position)"
            " VALUES (%s, %s, %s, %s, %s)",
            [NOW, f"hearthbeat/1/{HUB}/readings", "not JSON", payload, number],
        )
    await clinic.conn.commit()
    adam = await sign_in("adam")
    newest, oldest = await items(adam, "/api/quarantine", limit=1)
    assert (newest["reason"], newest["size"], oldest["first_position"]) == ("not JSON", 2, 1)
    as_text = (await adam.get(f"/api/quarantine/{oldest['quarantine_id']}")).json()
    assert (as_text["encoding"], as_text["payload"]) == ("text", "{not json")
    as_bytes = (await adam.get(f"/api/quarantine/{newest['quarantine_id']}")).json()
    assert (as_bytes["encoding"], as_bytes["payload"]) == ("base64", "//4=")


async def test_the_quarantine_is_worked(sign_in: SignIn, clinic: Clinic, pool: Pool) -> None:
    adam, ann = await sign_in("adam"), await sign_in("ann")
    stray = message(glucose(40.0, NOW), hub="newcomer")
    await store_batch(pool, Registry(), [stray], NOW)
    [lying] = await items(ann, "/api/quarantine")
    path = f"/api/quarantine/{lying['quarantine_id']}"
    assert (await adam.get(path)).status_code == 404  # nobody's yet
    await post(adam, "/api/hubs", {"name": "newcomer"}, 201)
    assert (await adam.get(path)).json()["message"] == lying
    for action, body in (("retry", {}), ("discard", {"reason": "why not"})):
        assert (await post(ann, f"{path}/{action}", body, 403))["error"] == "not-permitted"
    retried = await post(adam, f"{path}/retry", {}, 200)
    assert retried == {"state": "retried", "stored": 1, "before": 0, "refused": []}
    assert (await post(adam, f"{path}/retry", {}, 409))["error"] == "message-settled"
    [step] = (await adam.get(path)).json()["steps"]
    assert (step["staff_name"], step["outcome"]) == ("Adam Lee", "stored")
    assert await items(ann, "/api/quarantine") == []
    assert len(await items(ann, "/api/quarantine", state="retried")) == 1


async def test_what_is_discarded_has_a_reason_and_is_no_longer_counted(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    adam = await sign_in("adam")
    await clinic.add_hub()
    await store_batch(
        pool, Registry(), [read_message(f"hearthbeat/1/{HUB}/readings", b"?", None, {}, NOW)], NOW
    )
    assert "1 message could not be used" in (await adam.get("/attention")).text
    [lying] = await items(adam, "/api/quarantine")
    path = f"/api/quarantine/{lying['quarantine_id']}"
    assert (await post(adam, f"{path}/retry", {}, 409))["error"] == "no-header"
    assert (await adam.post(f"{path}/discard", json={"reason": " "})).status_code == 422
    assert (await adam.post(f"{path}/discard", json={"reason": "a broken test"})).status_code == 204
    assert (await post(adam, f"{path}/discard", {"reason": "again"}, 409))["error"] == "message-settled"

    async def is_quiet() -> bool:
        return "could not be used" not in (await adam.get("/attention")).text

    await eventually(is_quiet)  # it is remembered for a moment


async def test_the_quarantine_of_another_organisation_is_out_of_reach(
    sign_in: SignIn, clinic: Clinic, pool: Pool
) -> None:
    other = await Clinic.open_other(clinic.conn)
    await other.add_hub("elsewhere")
    stray = read_message("hearthbeat/1/elsewhere/readings", b"?", None, {}, NOW)
    await store_batch(pool, Registry(), [stray], NOW)
    adam = await sign_in("adam")
    assert await items(adam, "/api/quarantine") == []
    [[quarantine_id]] = await (await clinic.conn.execute("SELECT quarantine_id FROM quarantine")).fetchall()
    path = f"/api/quarantine/{quarantine_id}"
    assert (await adam.get(path)).status_code == 404
    assert (await post(adam, f"{path}/retry", {}, 404))["error"] == "unknown-message"
    assert (await post(adam, f"{path}/discard", {"reason": "not mine"}, 404))["error"] == "unknown-message"
    assert "could not be used" not in (await adam.get("/attention")).text
