"""Reading devices over Bluetooth LE. The only package that imports bleak and dbus-fast."""

from edge_agent.bluetooth.collector import Collector
from edge_agent.bluetooth.radio_lock import RadioLock
from edge_agent.bluetooth.session import Hub

__all__ = ["Collector", "Hub", "RadioLock"]
