"""The one table of outcomes: how a task can end."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class OutcomeRow(NamedTuple):
    """A row of the table. `completes_pressing`: whether it can end a task above routine."""

    code: str
    label: str
    completes_pressing: bool


class Outcome(Enum):
    """How a task ended. "Not reached" tells nobody anything, so it never ends a pressing task."""

    ADVICE_GIVEN = OutcomeRow("advice-given", "Patient reached, advice given", completes_pressing=True)
    TREATMENT_CHANGED = OutcomeRow("treatment-changed", "Treatment changed", completes_pressing=True)
    VISIT_ARRANGED = OutcomeRow("visit-arranged", "Visit arranged", completes_pressing=True)
    CLINICIAN_INFORMED = OutcomeRow("clinician-informed", "Clinician informed", completes_pressing=True)
    EMERGENCY_CALLED = OutcomeRow("emergency-called", "Emergency services called", completes_pressing=True)
    MEASUREMENT_ERROR = OutcomeRow(
        "measurement-error", "Wrong measurement, confirmed with the patient", completes_pressing=True
    )
    NO_ACTION_NEEDED = OutcomeRow("no-action-needed", "Reviewed, no action needed", completes_pressing=True)
    NOT_REACHED = OutcomeRow("not-reached", "Patient not reached", completes_pressing=False)

    @property
    def code(self) -> str:
        """The name in the database and in the API."""
        return self.value.code

    @property
    def label(self) -> str:
        """The name for people."""
        return self.value.label

    @property
    def completes_pressing(self) -> bool:
        return self.value.completes_pressing

    @classmethod
    def from_code(cls, code: str) -> Outcome:
        """The outcome named `code`. Raises ValueError, naming the outcomes there are."""
        for outcome in cls:
            if outcome.code == code:
                return outcome
        known = ", ".join(outcome.code for outcome in cls)
        raise ValueError(f"unknown outcome; known are {known}")
