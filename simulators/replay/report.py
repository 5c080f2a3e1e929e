"""What a replay comes to: every line counted once, and every reading that was sent. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from edge_agent.wire.codes import ReadingKind
from simulators.replay.delivery import Outcome, ReadingReceipt
from simulators.replay.participants import Participant


@dataclass(frozen=True)
class SentCounts:
    """How many were sent, and what the receipts say of them."""

    sent: int
    stored: int
    stored_before: int
    refused: int


@dataclass(frozen=True)
class NamedLine:
    """A line of a file, and what is wrong with it."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class Report:
    """Lines read are headings, readings, events, repeats and unusable ones, each in one of these."""

    lines: int
    headings: int
    repeats: int
    unusable: tuple[NamedLine, ...]
    readings: SentCounts
    events: SentCounts
    refused: tuple[NamedLine, ...]
    tasks_by_rule: Mapping[str, int]

    def unusable_by_reason(self) -> list[tuple[str, int]]:
        return Counter(each.reason for each in self.unusable).most_common()


def make_report(
    participants: Sequence[Participant],
    receipts: Mapping[UUID, ReadingReceipt],
    tasks_by_rule: Mapping[str, int],
) -> Report:
    """The report on `participants`, given the fate of each reading that was sent, by its id."""
    logs = [participant.log for participant in participants]
    sent = {
        is_event: [
            receipts[reading.reading_id]
            for log in logs
            for reading in log.readings.values()
            if (reading.kind is ReadingKind.EVENT) is is_event
        ]
        for is_event in (False, True)
    }
    return Report(
        lines=sum(log.lines for log in logs),
        headings=sum(len(log.headings) for log in logs),
        repeats=sum(len(log.repeats) for log in logs),
        unusable=tuple(_unusable(participants)),
        readings=_count(sent[False]),
        events=_count(sent[True]),
        refused=tuple(_refused(participants, receipts)),
        tasks_by_rule=dict(sorted(tasks_by_rule.items())),
    )


def _count(receipts: Sequence[ReadingReceipt]) -> SentCounts:
    by = Counter(each.outcome for each in receipts)
    return SentCounts(len(receipts), by[Outcome.STORED], by[Outcome.BEFORE], by[Outcome.REFUSED])


def _unusable(participants: Sequence[Participant]) -> Iterator[NamedLine]:
    for participant in participants:
        for each in participant.log.unusable:
            yield NamedLine(str(participant.path), each.line, each.reason)


def _refused(
    participants: Sequence[Participant], receipts: Mapping[UUID, ReadingReceipt]
) -> Iterator[NamedLine]:
    for participant in participants:
        for line, reading in participant.log.readings.items():
            each = receipts[reading.reading_id]
            if each.outcome is Outcome.REFUSED:
                yield NamedLine(str(participant.path), line, each.reason)
