"""The contract as JSON Schema (2020-12), for hubs in other languages."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from edge_agent.wire import topics
from edge_agent.wire.codes import Flag
from edge_agent.wire.messages import (
    Batch,
    BatchHeader,
    CareCommand,
    HubStatus,
    NewEpochCommand,
    Receipt,
    ReplayCommand,
)


def json_schema() -> dict[str, Any]:
    """All messages in one document, on which topic each travels, and what each flag of a reading does."""
    models = (Batch, BatchHeader, Receipt, HubStatus, ReplayCommand, NewEpochCommand, CareCommand)
    _, schema = models_json_schema([(model, "validation") for model in models])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Hearthbeat wire contract, version 1",
        "topics": {
            f"{topics.ROOT}/{{hub}}/{topics.Channel.READINGS}": "Batch",
            f"{topics.ROOT}/{{hub}}/{topics.Channel.BACKLOG}": "Batch",
            f"{topics.ROOT}/{{hub}}/{topics.Channel.STATUS}": "HubStatus",
            f"{topics.ROOT}/{{hub}}/{topics.Channel.RECEIPTS}": "Receipt",
            f"{topics.ROOT}/{{hub}}/{topics.Channel.COMMANDS}": "one of those with `command`",
        },
        "batch_properties": {
            "correlation data": "batch_id, the 16 bytes of the UUID",
            "user properties": {
                topics.EPOCH_PROPERTY: "BatchHeader.epoch, decimal",
                topics.FIRST_POSITION_PROPERTY: "BatchHeader.first_position, decimal",
                topics.COUNT_PROPERTY: "BatchHeader.count, decimal",
            },
        },
        "flags": {flag.code: {"bearing": flag.bearing, "meaning": flag.bearing.meaning} for flag in Flag},
        **schema,
    }
