"""A port in use is named with what it is for and what chooses another."""

from __future__ import annotations

import re
import socket
from dataclasses import replace

import pytest

from simulators.demo.errors import DemoError
from simulators.demo.ports import LOOPBACK, Port, check_free
from tests.servers.ports import free_port


def console(number: int) -> Port:
    return Port("console", number, "--web-port", "HEARTHBEAT_WEB_PORT")


def test_free_ports_are_fine() -> None:
    check_free([console(free_port())])


def test_a_port_in_use_is_named() -> None:
    with socket.create_server((LOOPBACK, 0)) as other:
        number = other.getsockname()[1]
        with pytest.raises(DemoError) as refusal:
            check_free([console(number)])
    assert str(refusal.value) == (
        f"port {number} for the console is in use: choose another with --web-port or HEARTHBEAT_WEB_PORT"
    )


def test_every_port_in_use_is_named_at_once() -> None:
    with socket.create_server((LOOPBACK, 0)) as one, socket.create_server((LOOPBACK, 0)) as two:
        ports = [console(one.getsockname()[1]), replace(console(two.getsockname()[1]), use="broker")]
        with pytest.raises(DemoError) as refusal:
            check_free(ports)
    assert re.findall(r"for the (\w+) is in use", str(refusal.value)) == ["console", "broker"]


def test_the_same_port_twice_is_refused() -> None:
    first = console(free_port())
    with pytest.raises(DemoError, match="for the broker is asked for by the console too"):
        check_free([first, replace(first, use="broker")])


def test_a_port_that_is_left_in_time_wait_is_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        number = server.getsockname()[1]
        with socket.create_connection((LOOPBACK, number)):
            accepted, _ = server.accept()
            accepted.close()  # who closes first keeps the port in TIME_WAIT
    check_free([console(number)])
