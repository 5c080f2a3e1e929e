"""A simulated `org.bluez` on a private bus: the radio, for the hub's own unmodified Bluetooth code.

`bus` starts the private dbus-daemon, `daemon` is bluetoothd, `peripheral` what a device has to be to be
found, connected, paired and subscribed to. It behaves as BlueZ (5.55 and later) does towards its clients,
including what is unpleasant: advertisements are seen only while somebody discovers, a device that nobody has
bonded with is forgotten, and an indication is confirmed to the device whether or not any client listens.
"""
