"""What people write in one line: any script, and nothing that turns it round or that nobody sees."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from gateway.web.parts.fields import Line, Text
from tests.gateway.web.clinic import Clinic
from tests.gateway.web.conftest import SignIn
from tests.gateway.web.forms import faults, rows, send
from tests.gateway.web.programs import post

TEXT, LINE = TypeAdapter[str](Text), TypeAdapter[str](Line)
ZWNJ, ZWJ = "\u200c", "\u200d"


@pytest.mark.parametrize(
    "name",
    [
        "O'Brien-Nuñez",
        "مريم الهاشمي",
        "שרה כהן",
        f"مهشید نیک{ZWNJ}نام",  # Persian: without the joiner it is misspelt
        f"ශ්{ZWJ}රී ලතා",  # Sinhala: without the joiner another letter
        "王小明",
    ],
)
def test_names_of_any_script_stay_as_they_are(name: str) -> None:
    assert TEXT.validate_python(name) == LINE.validate_python(f" {name}\n") == name


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Grace \u202erelliM\u202c", "Grace relliM"),  # shown as "Grace Miller"
        ("\u2067مريم\u2069", "مريم"),
        ("\u202a+49 30 1234\u202c", "+49 30 1234"),  # as address books copy a number
        ("P\u200b-\u00ad7\ufeff\u200e", "P-7"),  # looks like another patient's number
    ],
)
def test_what_nobody_sees_is_left_out(typed: str, kept: str) -> None:
    assert TEXT.validate_python(typed) == LINE.validate_python(typed) == kept


@pytest.mark.parametrize("typed", ["", " ", "\u202e", f" {ZWNJ} {ZWJ}\u200b"])
def test_nothing_to_see_is_nothing(typed: str) -> None:
    assert LINE.validate_python(typed) == ""
    with pytest.raises(ValidationError, match="at least 1 character"):
        TEXT.validate_python(typed)


@pytest.mark.parametrize("control", ["\t", "\n", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"])
def test_control_characters_are_refused_in_plain_words(control: str) -> None:
    for line in (TEXT, LINE):
        with pytest.raises(ValidationError, match="one line, please, without tabs"):
            line.validate_python(f"Grace{control}Miller")


def test_what_is_no_text_stays_a_fault() -> None:
    with pytest.raises(ValidationError, match="valid string"):
        TEXT.validate_python(7)


async def test_names_are_read_alike_by_forms_and_programs(sign_in: SignIn, clinic: Clinic) -> None:
    adam = await sign_in("adam")
    await send(adam, "/setup/staff/teams", 303, name="West\u202e")
    taken = await post(adam, "/api/care-teams", {"name": "W\u2066est"}, 409)
    assert taken["error"] == "care-team-exists"
    tabbed = await send(adam, "/setup/staff/teams", 422, name="Ea\tst")
    assert faults(tabbed) == ["One line, please, without tabs or other control characters."]
    patient = {
        "identifier": "P-\u200b7",
        "family_name": "\u202erelliM",
        "given_name": f"نیک{ZWNJ}نام",
        "birth_date": "1951-05-04",
        "time_zone": "Europe/Berlin",
        "programmes": "diabetes",
        "phone": "\u202a+49 30 1234\u202c",
    }
    await send(adam, "/setup/patients/new", 303, **patient)
    assert await rows(
        clinic,
        "SELECT identifier, family_name, given_name, phone"
        " FROM patient JOIN patient_profile USING (patient_id)",
    ) == [("P-7", "relliM", f"نیک{ZWNJ}نام", "+49 30 1234")]
