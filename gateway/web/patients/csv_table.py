"""Answers as tables for analysts: CSV that a spreadsheet cannot be made to run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Header, Query, Request
from starlette.responses import Response

CSV_TYPE = "text/csv"
CSV_ANSWER: dict[int | str, dict[str, Any]] = {200: {"content": {CSV_TYPE: {"schema": {"type": "string"}}}}}
"""For the description of an endpoint that also answers so."""

Cell: TypeAlias = str | float | None
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection")."""


class Format(StrEnum):
    """How an answer is written."""

    JSON = "json"
    CSV = "csv"


async def _format(
    accept: Annotated[str, Header(include_in_schema=False)] = "",
    wanted: Annotated[Format | None, Query(alias="format", description="else by the header Accept")] = None,
) -> Format:
    return wanted or (Format.CSV if accept.strip().lower().startswith(CSV_TYPE) else Format.JSON)


AnswerFormat = Annotated[Format, Depends(_format)]


def table(
    request: Request, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, cursor: str | None
) -> Response:
    """A CSV file (RFC 4180); the page that follows `cursor` is named in the header Link (RFC 8288)."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Vary": "Accept"}
    if cursor is not None:
        headers["Link"] = f'<{request.url.include_query_params(cursor=cursor)}>; rel="next"'
    return Response(text.getvalue(), media_type=CSV_TYPE, headers=headers)


def _harmless(cell: Cell) -> Cell:
    """The cell, or as text what a spreadsheet would calculate. A number of ours stays one."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULAS) else cell
