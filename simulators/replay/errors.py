"""What ends a replay early. The text is for the person at the terminal."""


class ReplayError(Exception):
    """What was asked for cannot be read, or names the same patient twice."""


class NotReached(ReplayError):
    """The gateway or the broker did not answer, or refused."""
