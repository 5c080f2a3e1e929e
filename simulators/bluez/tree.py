"""The tree of D-Bus objects that bluetoothd shows: by path, their interfaces, properties and methods."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dbus_fast import Message, Variant

OBJECT_MANAGER = "org.freedesktop.DBus.ObjectManager"
PROPERTIES = "org.freedesktop.DBus.Properties"


class BusError(Exception):
    """A method failed; `name` is the D-Bus error's full name."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = name


class BlueZError(BusError):
    """A method failed with `org.bluez.Error.<name>`."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"org.bluez.Error.{name}", text)


class Call(NamedTuple):
    """A method call: who calls (unique bus name) with which arguments."""

    sender: str
    arguments: Sequence[Any]


class Reply(NamedTuple):
    """What a method answers. `fds` are passed on and then closed."""

    signature: str = ""
    body: Sequence[Any] = ()
    fds: Sequence[int] = ()


Method = Callable[[Call], Awaitable[Reply]]
Setter = Callable[[Any], None]


@dataclass(frozen=True)
class Interface:
    """One interface of one object. A property can be set by clients only if `setters` has it."""

    name: str
    properties: dict[str, Variant]
    methods: Mapping[str, Method] = field(default_factory=dict)
    setters: Mapping[str, Setter] = field(default_factory=dict)


class ObjectTree:
    """The objects there are. Every change is announced by the signal that BlueZ sends for it."""

    def __init__(self, send: Callable[[Message], object]) -> None:
        self._send = send
        self._objects: dict[str, dict[str, Interface]] = {}
        self._answers = asyncio.Event()
        self._answers.set()

    def hang(self) -> None:
        """Answer nothing from now on."""
        self._answers.clear()

    def __contains__(self, path: object) -> bool:
        return path in self._objects

    def add(self, path: str, *interfaces: Interface) -> None:
        self._objects[path] = {interface.name: interface for interface in interfaces}
        shown = {interface.name: interface.properties for interface in interfaces}
        self._send(Message.new_signal("/", OBJECT_MANAGER, "InterfacesAdded", "oa{sa{sv}}", [path, shown]))

    def remove(self, path: str) -> None:
        """Remove the object and all below it, the lowest first."""
        below = [known for known in self._objects if known == path or known.startswith(f"{path}/")]
        for known in sorted(below, reverse=True):
            names = list(self._objects.pop(known))
            self._send(Message.new_signal("/", OBJECT_MANAGER, "InterfacesRemoved", "oas", [known, names]))

    def change(self, path: str, interface: str, **properties: Variant) -> None:
        """Set properties and tell the clients, also when a value is the same (a characteristic's may be)."""
        self._objects[path][interface].properties.update(properties)
        body = [interface, properties, []]
        self._send(Message.new_signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", body))

    async def answer(self, message: Message) -> Reply:
        """Carry out a method call. Raises BusError."""
        await self._answers.wait()
        if message.interface == OBJECT_MANAGER and message.path == "/":
            return Reply("a{oa{sa{sv}}}", [self._shown()])
        interfaces = self._objects.get(message.path or "")
        if interfaces is None:
            raise BusError("org.freedesktop.DBus.Error.UnknownObject", f"there is no object {message.path}")
        if message.interface == PROPERTIES:
            return self._properties(interfaces, str(message.member), message.body)
        interface = interfaces.get(message.interface or "")
        method = interface.methods.get(message.member or "") if interface else None
        if method is None:
            raise _unknown_method(message.member)
        return await method(Call(str(message.sender), message.body))

    def _shown(self) -> dict[str, dict[str, dict[str, Variant]]]:
        return {
            path: {name: interface.properties for name, interface in interfaces.items()}
            for path, interfaces in self._objects.items()
        }

    def _properties(self, interfaces: Mapping[str, Interface], member: str, body: Sequence[Any]) -> Reply:
        interface = interfaces.get(body[0])
        if interface is None:
            raise BusError("org.freedesktop.DBus.Error.UnknownInterface", f"there is no {body[0]} here")
        match member:
            case "GetAll":
                return Reply("a{sv}", [interface.properties])
            case "Get" if body[1] in interface.properties:
                return Reply("v", [interface.properties[body[1]]])
            case "Set" if body[1] in interface.setters:
                interface.setters[body[1]](body[2].value)
                return Reply()
            case "Set" if body[1] in interface.properties:
                raise BusError("org.freedesktop.DBus.Error.PropertyReadOnly", f"{body[1]} cannot be set")
            case "Get" | "Set":
                raise BusError("org.freedesktop.DBus.Error.UnknownProperty", f"there is no {body[1]} here")
            case _:
                raise _unknown_method(member)


def _unknown_method(member: str | None) -> BusError:
    return BusError("org.freedesktop.DBus.Error.UnknownMethod", f"there is no method {member} here")
