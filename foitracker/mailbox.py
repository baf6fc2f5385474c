"""Mail caught by the demo's own mail server, kept as files: ``<number>.eml`` and ``<number>.json``.

Numbers count up from 1 and are never used twice. One process stores; any number may read.
"""

import email.header
import email.parser
import email.policy
import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

HEADERS_SHOWN = 64 * 1024  # bytes read to find the subject
_NUMBER = re.compile(r"[0-9]{6,12}")


@dataclass(frozen=True)
class Caught:
    """One caught letter. ``mail_from`` and ``rcpt_to`` are the envelope's; ``at`` is ISO 8601 in UTC."""

    id: str
    at: str
    mail_from: str
    rcpt_to: list[str]
    sender: str
    to: str
    subject: str
    size: int


def folder(home: Path) -> Path:
    return Path(home) / "mail"


def store(home: Path, *, mail_from: str, rcpt_to: list[str], data: bytes, at: datetime | None = None) -> Caught:
    """Keep one letter as it came over the wire; it is listed only once both files are whole."""
    where = folder(home)
    where.mkdir(mode=0o700, exist_ok=True)
    number = max((int(name.stem) for name in where.glob("*.eml") if _NUMBER.fullmatch(name.stem)), default=0)
    while True:
        number += 1
        letter = where / f"{number:06d}.eml"
        try:
            with open(letter, "xb") as file:
                file.write(data)
            break
        except FileExistsError:
            continue
    headers = email.parser.BytesHeaderParser(policy=email.policy.compat32).parsebytes(data[:HEADERS_SHOWN])
    caught = Caught(
        id=letter.stem,
        at=(at or datetime.now(UTC)).isoformat(timespec="seconds"),
        mail_from=mail_from,
        rcpt_to=list(rcpt_to),
        sender=_readable(headers.get("From")),
        to=_readable(headers.get("To")),
        subject=_readable(headers.get("Subject")),
        size=len(data),
    )
    fresh = where / f"{letter.stem}.new"
    fresh.write_text(json.dumps(asdict(caught)))
    fresh.replace(letter.with_suffix(".json"))
    return caught


def messages(home: Path, *, limit: int = 200) -> list[Caught]:
    """The newest ``limit`` letters, newest first."""
    names = sorted((path.stem for path in folder(home).glob("*.json")), key=int, reverse=True)
    return [Caught(**json.loads((folder(home) / f"{name}.json").read_text())) for name in names[:limit]]


def read(home: Path, id: str) -> bytes:
    """The letter's bytes. Raises FileNotFoundError for anything that is not a number of a letter."""
    if not _NUMBER.fullmatch(id):
        raise FileNotFoundError(id)
    return (folder(home) / f"{id}.eml").read_bytes()


def _readable(value: object) -> str:
    """A header with its encoded words decoded, on one line; never raises on a broken one."""
    if value is None:
        return ""
    try:
        text = str(email.header.make_header(email.header.decode_header(str(value))))
    except (LookupError, ValueError, UnicodeError):
        text = str(value)
    return " ".join(text.split())
