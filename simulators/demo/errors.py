"""What ends the demo early. The text is for the person at the terminal."""


class DemoError(Exception):
    """The demo cannot run as asked: the text says why, and what to change."""
