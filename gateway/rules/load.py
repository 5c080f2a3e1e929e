"""One rule file to a frozen RuleSet. Every complaint names the file, the key and what is allowed."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from alerting.kinds.gain import Gain
from alerting.kinds.threshold import Comparison, Limit, Threshold
from alerting.rules import Priority, Rule, RuleKind, RuleSet
from edge_agent.wire.vitals import Vital


class RuleFileError(Exception):
    """A rule file cannot be used. Says where and what is allowed."""


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Words = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class _Measured(_Table):
    vital: str
    unit: str

    @model_validator(mode="after")
    def _known(self) -> Self:
        unit = Vital.from_code(self.vital).unit
        if self.unit != unit:
            raise ValueError(f"unknown unit {self.unit!r} for {self.vital}; allowed is {unit!r}")
        return self

    @property
    def display(self) -> str:
        return Vital.from_code(self.vital).display


class _Limit(_Measured):
    above: float | None = None
    at_least: float | None = None
    below: float | None = None
    at_most: float | None = None
    clear: float
    clear_source: Words

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        given = [name for name in Comparison if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(Comparison)}; found {len(given)}")
        value = getattr(self, given[0])
        if (self.clear > value) if given[0].is_upper else (self.clear < value):
            raise ValueError(f"clear = {self.clear:g} lies beyond the limit {value:g}: nothing would clear")
        return self

    def freeze(self) -> Limit:
        comparison = next(name for name in Comparison if getattr(self, name) is not None)
        value: float = getattr(self, comparison)
        return Limit(self.vital, self.display, self.unit, comparison, value, self.clear)


class _Rule(_Table):
    id: Name
    condition: Name
    title: Words
    priority: Priority
    source: Words
    steps: Annotated[tuple[Words, ...], Field(min_length=1)]


class _ThresholdRule(_Rule):
    kind: Literal["threshold"]
    limits: Annotated[tuple[_Limit, ...], Field(min_length=1)]

    def freeze_kind(self) -> RuleKind:
        return Threshold(limits=tuple(limit.freeze() for limit in self.limits))


class _GainRule(_Rule, _Measured):
    kind: Literal["gain"]
    days: Annotated[float, Field(gt=0)]
    gain: Annotated[float, Field(gt=0)]
    clear: float
    clear_source: Words

    @model_validator(mode="after")
    def _clears(self) -> Self:
        if self.clear > self.gain:
            raise ValueError(
                f"clear = {self.clear:g} lies beyond the gain {self.gain:g}: nothing would clear"
            )
        return self

    def freeze_kind(self) -> RuleKind:
        return Gain(self.vital, self.display, self.unit, self.days, self.gain, self.clear)


class _File(_Table):
    version: Words
    title: Words
    rules: Annotated[
        tuple[Annotated[_ThresholdRule | _GainRule, Field(discriminator="kind")], ...], Field(min_length=1)
    ]

    @model_validator(mode="after")
    def _ids_once(self) -> Self:
        for rule_id, count in Counter(rule.id for rule in self.rules).items():
            if count > 1:
                raise ValueError(f"rule id {rule_id!r} stands {count} times; expected once")
        return self


def load_rule_set(path: Path) -> RuleSet:
    """Read and check one file; its name is the set's name. Raises RuleFileError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        file = _File.model_validate(table)
    except OSError as error:
        raise RuleFileError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RuleFileError(f"{path}: not a TOML file: {error}") from error
    except ValidationError as error:
        raise RuleFileError("\n".join(f"{path}: {line}" for line in _complaints(error))) from error
    return RuleSet(
        name=path.stem,
        version=file.version,
        title=file.title,
        rules=tuple(_freeze(rule, file.version) for rule in file.rules),
    )


def _freeze(rule: _ThresholdRule | _GainRule, version: str) -> Rule:
    return Rule(
        rule_id=rule.id,
        version=version,
        condition=rule.condition,
        title=rule.title,
        priority=rule.priority,
        kind=rule.freeze_kind(),
        source=rule.source,
        steps=rule.steps,
    )


def _complaints(error: ValidationError) -> list[str]:
    lines = []
    errors = error.errors(include_url=False)
    for each in errors:
        depth = len(each["loc"])
        if any(len(other["loc"]) > depth and other["loc"][:depth] == each["loc"] for other in errors):
            continue  # a list whose one entry is refused is called too short as well
        # The discriminator of a union stands in the location, but not in the file.
        where = [step for step in each["loc"] if step not in _KINDS]
        key = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in where).lstrip(".")
        text = each["msg"].removeprefix("Value error, ")
        if each["type"] == "extra_forbidden":
            text = f"unknown parameter; allowed are {', '.join(_allowed(each['loc']))}"
        lines.append(f"{key}: {text}" if key else text)
    return lines


_KINDS: dict[str, type[_Table]] = {"threshold": _ThresholdRule, "gain": _GainRule}


def _allowed(location: tuple[int | str, ...]) -> list[str]:
    """The keys of the table in which an unknown one stands."""
    if "limits" in location:
        table: type[_Table] = _Limit
    else:
        table = next((_KINDS[str(step)] for step in location if step in _KINDS), _File)
    return list(table.model_fields)
