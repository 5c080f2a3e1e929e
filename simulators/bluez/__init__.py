"""A simulated `org.bluez` on a private bus: the radio, for the hub's own unmodified Bluetooth code.

`bus` starts the private dbus-daemon, `daemon` is bluetoothd, `peripheral` what a device has to be to be
found, connected, paired and subscribed to, and `kernel` what outlives bluetoothd. It behaves as BlueZ does
towards its clients, including what is unpleasant: docs/bluez.md says what was seen of which version.
"""
