"""Virtual devices of the standard GATT profiles: a blood pressure cuff, a scale, a glucometer.

They know nothing of the hub: each has a clock, which may be wrong, a memory, sleeps, and hands over what it
stored when it is woken, found, connected and subscribed to. `encoders` writes their bytes, from the
specifications alone: it shares nothing with the hub's decoders.
"""
