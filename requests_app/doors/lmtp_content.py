"""The content of one letter as it comes over the wire, without its transparency dots and in bounded memory."""

import tempfile
from collections.abc import Iterator
from typing import IO

# Up to this size in memory; what is longer waits in a temporary file.
IN_MEMORY = 256 * 1024
_CHUNK = 256 * 1024
_END = b"\r\n.\r\n"


class Content:
    """feed() the bytes that follow DATA until it gives back what came after the end of the letter.

    Only CR LF . CR LF ends it (RFC 5321 4.1.1.4), so that nothing can be smuggled behind a bare line end.
    Lines may be of any length. ``size`` counts every byte, kept or not: what goes over ``most`` is not kept.
    """

    def __init__(self, *, most: int) -> None:
        self.size = 0
        self._most = most
        # DATA's own line end is the one before a letter that is only a dot.
        self._held = b"\r\n"
        self._skip = 2
        self._kept = bytearray()
        self._file: IO[bytes] | None = None

    @property
    def is_too_big(self) -> bool:
        return self.size > self._most

    def feed(self, data: bytes) -> bytes | None:
        """None while the letter goes on; at its end, the bytes behind it."""
        data = self._held + data
        end = data.find(_END)
        if end >= 0:
            self._take(data[: end + 2])
            return data[end + 5 :]
        # What may be the beginning of the end waits for the next piece; a dot is then never parted from its line.
        held = next((n for n in (4, 3, 2, 1) if data.endswith(_END[:n])), 0)
        self._take(data[: len(data) - held])
        self._held = data[len(data) - held :]
        return None

    def _take(self, data: bytes) -> None:
        data = data.replace(b"\r\n.", b"\r\n")
        if self._skip:
            skipped = min(self._skip, len(data))
            self._skip -= skipped
            data = data[skipped:]
        self.size += len(data)
        if self.is_too_big:
            self.close()
        elif self._file is not None:
            self._file.write(data)
        else:
            self._kept += data
            if len(self._kept) > IN_MEMORY:
                self._file = tempfile.TemporaryFile()
                self._file.write(self._kept)
                self._kept = bytearray()

    def raw(self) -> bytes | Iterator[bytes]:
        """The letter: whole where it is small, else in pieces."""
        return bytes(self._kept) if self._file is None else self._pieces(self._file)

    def close(self) -> None:
        """Forget what was kept."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._kept = bytearray()

    @staticmethod
    def _pieces(file: IO[bytes]) -> Iterator[bytes]:
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk
