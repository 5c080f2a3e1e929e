"""The devices of a home, ready to be used by the person who lives there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from simulators.bluez.peripheral import Peripheral
from simulators.devices.cuff import Cuff
from simulators.devices.device import Timing
from simulators.devices.glucometer import Glucometer
from simulators.devices.scale import Scale
from simulators.devices.values import BloodPressure, DeviceKind, Glucose, Values, Weight
from simulators.home.addresses import identity
from simulators.home.state import HomeState


class HomeDevices:
    """A cuff, a scale and a glucometer, with the memories that `state` holds.

    `remembered` is called after every change of a memory. With a passkey, the glucometer asks for it.
    """

    def __init__(
        self, state: HomeState, timing: Timing, remembered: Callable[[], None], passkey: int | None = None
    ) -> None:
        self._cuff = Cuff(
            identity(state.name, DeviceKind.CUFF), state.cuff, remembered=remembered, timing=timing
        )
        self._scale = Scale(
            identity(state.name, DeviceKind.SCALE), state.scale, remembered=remembered, timing=timing
        )
        self._glucometer = Glucometer(
            identity(state.name, DeviceKind.GLUCOMETER),
            state.glucometer,
            remembered=remembered,
            timing=timing,
            passkey=passkey,
        )

    @property
    def peripherals(self) -> Sequence[Peripheral]:
        return self._cuff, self._scale, self._glucometer

    def measure(self, values: Values, at: datetime) -> None:
        """Take a measurement with the device it needs; it is kept there until a hub comes."""
        match values:
            case BloodPressure():
                self._cuff.measure(values, at)
            case Weight():
                self._scale.measure(values, at)
            case Glucose():
                self._glucometer.measure(values, at)

    def press(self, kind: DeviceKind) -> None:
        """Press the device's button: it wakes and can be found."""
        match kind:
            case DeviceKind.CUFF:
                self._cuff.wake()
            case DeviceKind.SCALE:
                self._scale.wake()
            case DeviceKind.GLUCOMETER:
                self._glucometer.wake()
