"""The API's description as docs/openapi.json keeps it; `python -m tests.gateway.web.openapi` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

from gateway.web.app import create_app

KEPT = Path(__file__).parents[3] / "docs/openapi.json"


def described() -> str:
    """As the application of this version describes itself; it needs nothing that runs for that."""
    app = create_app(cast(Any, None), cast(Any, None))
    return json.dumps(app.openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    KEPT.write_text(described(), encoding="utf-8")
