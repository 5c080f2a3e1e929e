"""What the care team has to know when it calls a patient, by the API."""

from __future__ import annotations

from datetime import datetime

from tests.gateway.web.clinic import NOW, Clinic
from tests.gateway.web.conftest import SignIn

ENTRY = {
    "second_identifier": "S-77",
    "phone": "+49 30 0000",
    "language": "عربي <b>",
    "emergency_contact": 'Mo "the son"',
    "emergency_phone": "",
    "address": "Rosenweg 2",
    "risk_medications": ["insulin"],
}


async def test_what_is_entered_last_holds_and_says_who_entered_it(sign_in: SignIn, clinic: Clinic) -> None:
    path = f"/api/patients/{await clinic.add_patient()}/profile"
    ann, ben = await sign_in("ann"), await sign_in("ben")
    assert (await ann.get(path)).json() is None
    for client, entry in ((ann, ENTRY), (ben, {**ENTRY, "risk_medications": []})):
        assert (await client.put(path, json=entry)).status_code == 204
    found = (await ann.get(path)).json()
    assert found["profile"] == {**ENTRY, "risk_medications": []}
    assert (found["entered_by"], datetime.fromisoformat(found["entered_at"])) == ("Ben Lee", NOW)
    [(rows,)] = await (await clinic.conn.execute("SELECT count(*) FROM patient_profile")).fetchall()
    assert rows == 2


async def test_a_profile_is_for_the_patients_team_and_is_checked(sign_in: SignIn, clinic: Clinic) -> None:
    path = f"/api/patients/{await clinic.add_patient()}/profile"
    ann, cleo = await sign_in("ann"), await sign_in("cleo")
    assert (await cleo.get(path)).status_code == 404
    assert (await cleo.put(path, json=ENTRY)).status_code == 404
    for wrong in ({"risk_medications": ["aspirin"]}, {"phone": "x" * 251}, {"address": "a\x00"}):
        assert (await ann.put(path, json=wrong)).status_code == 422
    assert (await ann.get(path)).json() is None
