"""A bare socket to the LMTP door, for what a library would not say."""

import socket


class Wire:
    """A bare socket to the door, past its greeting."""

    def __init__(self, port: int, greeting: int = 220) -> None:
        self.wire = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._lines = self.wire.makefile("rb")
        assert self.reply() == greeting

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *problem: object) -> None:
        self.wire.close()

    def reply(self) -> int | None:
        """The next reply's code, whatever its number of lines; None at the end."""
        while (line := self._lines.readline()) and line[3:4] == b"-":
            pass
        return int(line[:3]) if line else None

    def say(self, line: bytes, *, until_closed: bool = False) -> list[int]:
        """Send it and give back the code of the reply; of all that come, ``until_closed``."""
        self.wire.sendall(line + b"\r\n")
        codes = [self.reply()]
        while until_closed and codes[-1] is not None:
            codes.append(self.reply())
        return [code for code in codes if code is not None]
