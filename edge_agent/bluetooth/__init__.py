"""Reading devices over Bluetooth LE. The only package that imports bleak."""

from edge_agent.bluetooth.collector import Collector

__all__ = ["Collector"]
