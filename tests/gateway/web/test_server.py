"""Answers leave at once: nothing holds their parts back, and no thread makes what waits for nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from inspect import getattr_static, isasyncgenfunction, iscoroutinefunction

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts

from gateway.web.server import listen


def calls(of: Dependant) -> Iterator[object]:
    """What a route calls, and all that it depends on."""
    yield of.call
    for each in of.dependencies:
        yield from calls(each)


def waits(call: object) -> bool:
    return any(
        iscoroutinefunction(each) or isasyncgenfunction(each)
        for each in (call, getattr_static(call, "__call__", None))
    )


def test_what_follows_the_headers_does_not_wait_for_an_acknowledgement() -> None:
    with (
        listen("HEARTHBEAT_WEB_PORT", "127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_no_page_asks_for_a_thread(app: FastAPI) -> None:
    found = [each.original_route for each in iter_route_contexts(app.routes)]
    routes = [each for each in found if isinstance(each, APIRoute)]
    assert routes
    assert {each for route in routes for each in calls(route.dependant) if not waits(each)} == set()
