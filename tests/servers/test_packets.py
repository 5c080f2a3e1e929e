"""What passes a proxy is told apart as MQTT 5.0 has it."""

from __future__ import annotations

from tests.servers.packets import Kind, packets

PINGREQ = bytes.fromhex("c0 00")
PUBACK = bytes.fromhex("40 02 0102")
PUBLISH = bytes.fromhex("32 0b 0003") + b"a/b" + bytes.fromhex("000a 00") + b"hey"


def test_packets_come_apart() -> None:
    found = packets(PINGREQ + PUBLISH + PUBACK)
    assert [packet.kind for packet in found] == [Kind.PINGREQ, Kind.PUBLISH, Kind.PUBACK]
    assert [packet.whole for packet in found] == [PINGREQ, PUBLISH, PUBACK]
    assert [packet.topic for packet in found] == ["", "a/b", ""]
    assert [packet.packet_id for packet in found[1:]] == [10, 0x0102]


def test_a_long_packet_is_measured() -> None:
    body = PUBLISH[2:] + bytes(321 - len(PUBLISH[2:]))  # 321 = 65 + 2 x 128 (section 1.5.5)
    [packet] = packets(bytes.fromhex("32 c1 02") + body)
    assert packet.body == body


def test_half_a_packet_is_none_yet() -> None:
    for end in range(len(PUBLISH)):
        assert packets(PUBACK + PUBLISH[:end]) == packets(PUBACK)
