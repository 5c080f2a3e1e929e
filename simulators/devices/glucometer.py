"""A glucometer: Glucose Service 0x1808 with record access, and Current Time Service 0x1805."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import Callable
from datetime import datetime

from simulators.bluez.peripheral import (
    AttError,
    AttStatus,
    Characteristic,
    LinkLost,
    Service,
    uuid16,
)
from simulators.devices import encoders, racp
from simulators.devices.device import Identity, Timing, VirtualDevice, true_time
from simulators.devices.memory import Record, Records
from simulators.devices.values import Glucose

CAPACITY = 500  # records; the oldest are overwritten, as meters do
FEATURES = struct.pack("<H", 0)  # 0x2A51: detects nothing beyond the glucose
HIGHEST_SEQUENCE = 0xFFFF


class Glucometer(VirtualDevice[Records]):
    """Numbers and keeps its records, and reports them when it is asked to."""

    def __init__(
        self,
        identity: Identity,
        memory: Records,
        *,
        remembered: Callable[[], None],
        timing: Timing,
        passkey: int | None = None,
    ) -> None:
        bonded_only = passkey is not None
        self._measurement = Characteristic(uuid16(0x2A18), ("notify",), protected=bonded_only)
        self._context = Characteristic(uuid16(0x2A34), ("notify",), protected=bonded_only)
        self._control_point = Characteristic(
            uuid16(0x2A52), ("write", "indicate"), write=self._requested, protected=bonded_only
        )
        feature = Characteristic(uuid16(0x2A51), ("read",), read=lambda: FEATURES)
        glucose = Service(uuid16(0x1808), [self._measurement, self._context, feature, self._control_point])
        time = Characteristic(
            uuid16(0x2A2B), ("read", "write"), self._read_clock, self._set_clock, protected=bonded_only
        )
        self._asked = asyncio.Event()
        self._procedure: asyncio.Task[None] | None = None
        self._reported = True
        super().__init__(
            identity,
            memory,
            glucose,
            Service(uuid16(0x1805), [time]),
            remembered=remembered,
            timing=timing,
            passkey=passkey,
        )

    def measure(self, values: Glucose, at: datetime) -> None:
        """Measure at the aware time `at`, and keep it under the next number."""
        sequence = self.memory.next_sequence
        record = Record(
            sequence=sequence,
            measurement=encoders.glucose(values, self.clock.at(at), sequence),
            context=None if values.meal is None else encoders.glucose_context(values.meal, sequence),
        )
        self.memory.records.append(record)
        del self.memory.records[:-CAPACITY]
        self.memory.next_sequence = sequence % HIGHEST_SEQUENCE + 1
        self._reported = False
        self._remembered()

    def has_more(self) -> bool:
        return not self._reported

    def unlinked(self) -> None:
        self._stop_procedure()
        self._asked.clear()
        super().unlinked()

    async def serve(self) -> None:
        async with asyncio.timeout(self._timing.waits):
            await self._asked.wait()
        await self.idle(self._timing.lingers)  # a procedure in progress counts as an access

    def _read_clock(self) -> bytes:
        return encoders.current_time(self.clock.at(true_time()))

    def _set_clock(self, payload: bytes) -> None:
        self.clock.set(payload, true_time())
        self._remembered()

    def _requested(self, request: bytes) -> None:
        """The control point was written. Raises AttError where the specification refuses the write itself."""
        if not {self._measurement, self._control_point} <= self.subscribed:
            raise AttError(AttStatus.CCCD_IMPROPERLY_CONFIGURED)
        abort = request[:1] == bytes([racp.OpCode.ABORT])
        if self._procedure is not None and not abort:
            raise AttError(AttStatus.PROCEDURE_IN_PROGRESS)
        self._stop_procedure()
        self._asked.set()
        self._procedure = asyncio.create_task(self._carry_out(request))

    async def _carry_out(self, request: bytes) -> None:
        with contextlib.suppress(LinkLost):
            await self.send(self._control_point, await self._answer(request))
        self._procedure = None

    async def _answer(self, request: bytes) -> bytes:
        """Do what was asked, and give the response that ends the procedure."""
        opcode = request[0] if request else 0
        try:
            match opcode:
                case racp.OpCode.REPORT:
                    return await self._report(request[1:])
                case racp.OpCode.COUNT:
                    return racp.count_response(len(racp.select(self.memory.records, request[1:])))
                case racp.OpCode.ABORT:
                    return racp.response(opcode, racp.ResponseCode.SUCCESS)
                case _:
                    return racp.response(opcode, racp.ResponseCode.OPCODE_NOT_SUPPORTED)
        except racp.Refused as refused:
            return racp.response(opcode, refused.code)

    async def _report(self, criterion: bytes) -> bytes:
        chosen = racp.select(self.memory.records, criterion)
        for record in chosen:
            await self.send(self._measurement, record.measurement)
            if record.context is not None and self._context in self.subscribed:
                await self.send(self._context, record.context)
        self._reported = True
        code = racp.ResponseCode.SUCCESS if chosen else racp.ResponseCode.NO_RECORDS
        return racp.response(racp.OpCode.REPORT, code)

    def _stop_procedure(self) -> None:
        if self._procedure is not None:
            self._procedure.cancel()
            self._procedure = None
