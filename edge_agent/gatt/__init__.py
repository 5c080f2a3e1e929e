"""Devices' bytes to numbers: pure, without Bluetooth and without a clock."""
