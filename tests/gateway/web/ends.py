"""What is sent to find where things end: bounds, what lies just beyond them, and what breaks things."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any, NamedTuple, TypeAlias

Schemas: TypeAlias = Mapping[str, Mapping[str, Any]]
CENTURY = datetime.now(UTC).replace(microsecond=0) + timedelta(days=36_525)
INSTANTS: Sequence[object] = (
    "0001-01-01T00:00:00+14:00",
    "1979-12-31T23:59:59Z",
    "1980-01-01T00:00:00Z",
    "2024-02-29T12:00:00Z",
    "2026-03-01T12:00:00",
    (CENTURY - timedelta(hours=1)).isoformat(),
    (CENTURY + timedelta(hours=1)).isoformat(),
    "9999-12-31T23:59:59-14:00",
    "10000-01-01T00:00:00Z",
    1e300,
    -1,
)
DATES: Sequence[object] = (
    "0001-01-01",
    "1879-12-31",
    "1880-01-01",
    "1980-01-01",
    "1980-01-02",
    "2024-02-29",
    "2025-02-29",
    (CENTURY - timedelta(days=3)).date().isoformat(),
    (CENTURY + timedelta(days=3)).date().isoformat(),
    "9999-12-31",
    1e300,
)
NUMBERS: Sequence[object] = (
    *(0, 2**53, 2**63, 10**400, True),
    *(1e308, -1e308, 5e-324, 1e-10, -0.0, float("nan")),
)
TEXTS: Sequence[str] = (
    *("", " ", "\0", "\ud800", "\u202eevil", "👩‍👩‍👧‍👧" * 50),
    *("a,b@evil.example", "a:b;@x", "a@x\r\nBcc: b@x"),
)
LONGEST = 5000
MOST = 1000
"""Items of an array for which no bound is declared."""


class Operation(NamedTuple):
    """One of the description: where, how, and the schemas of what it takes."""

    method: str
    path: str
    in_path: Schemas
    query: Schemas
    body: Schemas | None
    answers: Collection[str]

    def request(self, schemas: Schemas, known: Mapping[str, Any], end: End | None = None) -> Request:
        """A plain request, or one with a field at an end."""
        in_path = {name: known.get(name, "1") for name in self.in_path}
        query = {name: valid(each, schemas, name, known) for name, each in self.query.items()}
        body = {name: valid(each, schemas, name, known) for name, each in (self.body or {}).items()}
        if end is not None:
            {"path": in_path, "query": query, "body": body}[end.where][end.field] = end.value
        query = {name: value for name, value in query.items() if value is not None}
        return Request(self.method, self.path, in_path, query, None if self.body is None else body)

    def ends(self, schemas: Schemas, known: Mapping[str, Any]) -> Iterator[End]:
        """All fields, each at all of its ends."""
        for where, fields in (("path", self.in_path), ("query", self.query), ("body", self.body or {})):
            for field, schema in fields.items():
                found = ends(schema, schemas, known.get(field))
                if where != "body" and schema.get("type") == "integer":
                    found = bounds(schema)  # numbers of rows and sizes of pages are of one type everywhere
                for value in found:
                    if where == "body" or (isinstance(value, (str, int, float)) and value != ""):
                        yield End(where, field, value)


class Request(NamedTuple):
    """What is sent."""

    method: str
    path: str
    in_path: Mapping[str, object]
    query: Mapping[str, object]
    body: Mapping[str, object] | None


class End(NamedTuple):
    """A field at an end."""

    where: str
    field: str
    value: object

    def __str__(self) -> str:
        return f"{self.field}={self.value!r}"[:60]


def operations(described: Mapping[str, Any]) -> Iterator[Operation]:
    """Those of a description."""
    schemas = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            given = operation.get("parameters", ())
            in_path, query = (
                {each["name"]: each["schema"] for each in given if each["in"] == where}
                for where in ("path", "query")
            )
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            body = _resolved(content["schema"], schemas)["properties"] if content else None
            yield Operation(method, path, in_path, query, body, set(operation["responses"]))


def valid(schema: Mapping[str, Any], schemas: Schemas, name: str, known: Mapping[str, Any]) -> object:
    """Something that the field takes."""
    schema = _resolved(schema, schemas)
    if name in known or "default" in schema:
        return known.get(name, schema.get("default"))
    if "anyOf" in schema:
        return valid(schema["anyOf"][0], schemas, name, known)
    if "enum" in schema:
        return schema["enum"][0]
    plain = {"array": [], "boolean": False, "object": {}, "string": "something"}
    return plain.get(schema["type"], max(1, int(schema.get("minimum", 1))))


def ends(schema: Mapping[str, Any], schemas: Schemas, plain: object) -> Iterator[object]:
    """The ends of one field, and None."""
    schema = _resolved(schema, schemas)
    for option in schema.get("anyOf", (schema,)):
        yield from _of_type(_resolved(option, schemas), plain)
    yield None


def bounds(schema: Mapping[str, Any]) -> Iterator[object]:
    """Those of a number, and what lies beside them."""
    names = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
    for bound in (int(schema[each]) for each in names if each in schema):
        yield from (bound - 1, bound, bound + 1)


def _of_type(schema: Mapping[str, Any], plain: object) -> Iterator[object]:
    match schema.get("type"):
        case "integer" | "number":
            yield from (*bounds(schema), *NUMBERS)
        case "string" if schema.get("format") == "date-time":
            yield from INSTANTS
        case "string" if schema.get("format") == "date":
            yield from DATES
        case "string":
            longest = schema.get("maxLength", LONGEST)
            yield from (*TEXTS, "x" * longest, "x" * (longest + 1))
            yield from schema.get("enum", ())
        case "array":
            items = plain if isinstance(plain, list) and plain else ["something"]
            most = min(schema.get("maxItems", MOST), MOST)
            yield from ([], items * most, items * (most + 1), "x")
        case "boolean":
            yield from (True, False, 2, "x")


def _resolved(schema: Mapping[str, Any], schemas: Schemas) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = schemas[schema["$ref"].rpartition("/")[2]]
    return found


class Form(NamedTuple):
    """A form of a page: where it is sent, its fields with what they hold, and how each is entered."""

    action: str
    fields: Mapping[str, str]
    kinds: Mapping[str, str]

    def ends(self) -> Iterator[tuple[str, str]]:
        """Field and end, as they are typed."""
        for name, kind in self.kinds.items():
            for end in _TYPED.get(kind, (*TEXTS, *_NUMBERS_TYPED, "x" * 251, "x" * LONGEST)):
                yield name, str(end).encode(errors="replace").decode()


_NUMBERS_TYPED = ("-1", str(2**63), "1e308", "1e-300", "nan")
_TYPED: Mapping[str, Sequence[object]] = {
    "date": DATES,
    "datetime-local": (
        *("0001-01-01T00:00", "1979-12-31T23:59", "1980-01-01T00:00", "1980-01-02T00:00", "2024-02-29T12:00"),
        *(f"{CENTURY + timedelta(days=days):%Y-%m-%dT%H:%M}" for days in (-2, 2)),
        *("9999-12-31T23:59", "2026-03-01T12:00Z", "x"),
    ),
    "hidden": ("", "x", "-1", str(2**63), "9" * 5000),
    "select": ("", "x", "-1", str(2**63)),
    "checkbox": ("", "x", str(2**63)),
    "radio": ("", "x"),
}


class FormReader(HTMLParser):
    """Reads the forms that are posted from a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._fields: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._fields, self._kinds = {}, {}
                if has.get("method") == "post":
                    self.forms.append(Form(has.get("action", ""), self._fields, self._kinds))
            case "select":
                self._select = has.get("name", "")
                self._keep(self._select, "select", "")
            case "option" if self._select and not self._fields[self._select]:
                self._fields[self._select] = has.get("value", "")
            case "input" | "textarea" | "button" if has.get("name"):
                self._keep(has["name"], has.get("type", "text"), has.get("value", ""))

    def _keep(self, name: str, kind: str, value: str) -> None:
        self._kinds.setdefault(name, kind)
        if not self._fields.get(name):
            self._fields[name] = value
