"""AgentManager1: who answers the questions of pairing (BlueZ doc/agent-api)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from dbus_fast import Message, MessageType

from simulators.bluez.tree import BlueZError, Call, Interface, Reply

_CAN_ENTER_A_PASSKEY = ("KeyboardOnly", "KeyboardDisplay")
_CAPABILITIES = ("DisplayOnly", "DisplayYesNo", "NoInputNoOutput", *_CAN_ENTER_A_PASSKEY)


@dataclass(frozen=True)
class Agent:
    """A client that offered to answer, at `path` on its own connection."""

    owner: str
    path: str
    capability: str


class AgentManager:
    """The registered agents. A client's own agent is asked first, then the latest default."""

    PATH = "/org/bluez"

    def __init__(self, ask: Callable[[Message], Awaitable[Message | None]]) -> None:
        self._ask = ask
        self._agents: dict[str, Agent] = {}
        self._defaults: list[str] = []
        self.interface = Interface(
            "org.bluez.AgentManager1",
            {},
            {
                "RegisterAgent": self._register,
                "UnregisterAgent": self._unregister,
                "RequestDefaultAgent": self._request_default,
            },
        )

    def agent_for(self, client: str) -> Agent:
        """Raises BlueZError if nobody can be asked: then not even Just Works succeeds."""
        owner = client if client in self._agents else next(reversed(self._defaults), None)
        if owner is None:
            raise BlueZError("AuthenticationFailed", "Authentication Failed")
        return self._agents[owner]

    async def request_passkey(self, agent: Agent, device: str) -> int:
        """What the person at the agent enters. Raises BlueZError."""
        if agent.capability not in _CAN_ENTER_A_PASSKEY:
            raise BlueZError("AuthenticationFailed", "Authentication Failed")
        question = Message(
            destination=agent.owner,
            path=agent.path,
            interface="org.bluez.Agent1",
            member="RequestPasskey",
            signature="o",
            body=[device],
        )
        answer = await self._ask(question)
        if answer is None or answer.message_type is MessageType.ERROR:
            raise BlueZError("AuthenticationCanceled", "Authentication Canceled")
        return int(answer.body[0])

    def forget(self, client: str) -> None:
        """A client has left the bus."""
        self._agents.pop(client, None)
        if client in self._defaults:
            self._defaults.remove(client)

    async def _register(self, call: Call) -> Reply:
        path, capability = call.arguments
        if call.sender in self._agents:
            raise BlueZError("AlreadyExists", "Already Exists")
        if capability and capability not in _CAPABILITIES:
            raise BlueZError("InvalidArguments", "Invalid arguments in method call")
        self._agents[call.sender] = Agent(call.sender, path, capability or "KeyboardDisplay")
        return Reply()

    async def _unregister(self, call: Call) -> Reply:
        self._check_owner(call)
        self.forget(call.sender)
        return Reply()

    async def _request_default(self, call: Call) -> Reply:
        self._check_owner(call)
        if call.sender in self._defaults:
            self._defaults.remove(call.sender)
        self._defaults.append(call.sender)
        return Reply()

    def _check_owner(self, call: Call) -> None:
        agent = self._agents.get(call.sender)
        if agent is None or agent.path != call.arguments[0]:
            raise BlueZError("DoesNotExist", "Does Not Exist")
