"""What the gateway has told of this home's care teams."""

from __future__ import annotations

import sqlite3

from pydantic import ValidationError

from edge_agent.outbox.database import STATEMENTS, transaction
from edge_agent.wire.messages import CareCommand


class StoredCareHours:
    """The last word on it. A change is on disk when the call returns."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def store(self, care: CareCommand) -> None:
        """It replaces what was told before. Raises OutboxFull."""
        with transaction(self._database):
            self._database.execute(STATEMENTS["store_care"], {"content": care.model_dump_json()})

    def load(self) -> CareCommand | None:
        """None: nothing was told, or this program cannot read it any more. Then it will be told again."""
        row = self._database.execute(STATEMENTS["care"]).fetchone()
        try:
            return None if row is None else CareCommand.model_validate_json(row[0])
        except ValidationError:
            return None
