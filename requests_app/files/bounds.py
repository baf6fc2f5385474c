"""How much of a file is looked into, and the refusal to go further."""

import io
import zipfile
from typing import IO

# Characters of one file that are kept to be read; search takes the first 200,000.
MOST_CHARACTERS = 1_000_000
MOST_PARTS = 2_000
# A zip, and the office files that are zips inside.
MOST_MEMBERS = 2_000
MOST_UNPACKED = 400 * 1024 * 1024
# Bytes that one packed byte may become, asked of members over a megabyte: text of one letter reaches about 1,000.
HIGHEST_RATIO = 200
RATIO_FROM = 1024 * 1024
DEEPEST = 3


class TooMuch(Exception):
    """The file is larger, deeper or more packed than is looked into."""


class Locked(Exception):
    """The file opens with a password only."""


def open_zip(content: bytes) -> zipfile.ZipFile:
    """The archive, once its directory keeps within the bounds. Raises TooMuch, Locked, BadZipFile.

    Sizes are those that the directory states; `zipfile` reads no more than these of a member, so that one which
    lies about its size is cut off and fails.
    """
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise TooMuch(f"{len(members)} members")
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise TooMuch("too large when unpacked")
    for member in members:
        if member.file_size > RATIO_FROM and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
            raise TooMuch("packed too tightly")
    if any(member.flag_bits & 1 for member in members):
        raise Locked
    return archive


def member(archive: zipfile.ZipFile, name: str) -> IO[bytes] | None:
    """A member to read from; None where there is none."""
    try:
        return archive.open(name)
    except KeyError:
        return None
