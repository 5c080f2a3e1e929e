"""MQTT 5 as it passes a proxy: enough of it to say what is being held (MQTT 5.0, section 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    """Of a packet: the upper half of its first byte (section 2.1.2)."""

    CONNECT = 1
    CONNACK = 2
    PUBLISH = 3
    PUBACK = 4
    SUBSCRIBE = 8
    SUBACK = 9
    PINGREQ = 12
    PINGRESP = 13
    DISCONNECT = 14


@dataclass(frozen=True)
class Packet:
    """One packet, and its bytes from the first one on."""

    kind: Kind
    whole: bytes
    body: bytes

    @property
    def topic(self) -> str:
        """Of a PUBLISH (section 3.3.2.1); of anything else the empty string."""
        return self.body[2 : self._topic_end].decode() if self.kind is Kind.PUBLISH else ""

    @property
    def packet_id(self) -> int:
        """Of a PUBLISH with QoS 1 or of its PUBACK (sections 3.3.2.2 and 3.4.2)."""
        start = self._topic_end if self.kind is Kind.PUBLISH else 0
        return int.from_bytes(self.body[start : start + 2])

    @property
    def _topic_end(self) -> int:
        return 2 + int.from_bytes(self.body[:2])


def packets(data: bytes) -> list[Packet]:
    """The whole packets that `data` begins with."""
    return list(_packets(data))


def _packets(data: bytes) -> Iterator[Packet]:
    start = 0
    while (measured := _measure(data, start)) is not None:
        body, end = measured
        if end > len(data):
            return
        yield Packet(Kind(data[start] >> 4), data[start:end], data[body:end])
        start = end


def _measure(data: bytes, start: int) -> tuple[int, int] | None:
    """Where the body of the packet at `start` begins and ends (section 1.5.5); None if `data` ends before."""
    length = 0
    for index, byte in enumerate(data[start + 1 : start + 5]):
        length |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            body = start + 2 + index
            return body, body + length
    return None
