"""``manage.py read_mail PATH…``: how letters would be read, one JSON line each. Needs no database."""

import json
import mmap
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from django.core.management.base import BaseCommand

from requests_app.law.cited import exemptions_cited
from requests_app.mail.classify import classify
from requests_app.mail.cues import addressed_to
from requests_app.mail.parse import parse
from requests_app.publishing import quoting

# Between the letters of a mailbox: a blank line, then "From someone day month …", then the next letter's header.
_SEPARATOR = re.compile(rb"(?:\A|\r?\n\r?\n)(?=From \S+[^\r\n]{0,200}\d\d:\d\d[^\r\n]{0,60}\r?\n>?[!-9;-~]{1,76}:)")
_OTHER_FILES = {".json", ".py", ".pyc", ".md", ".txt", ".log", ".html", ".csv", ".sqlite", ".db"}


class Command(BaseCommand):
    help = "Print how each letter would be read: one line of JSON for each letter. Changes nothing."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument(
            "files",
            nargs="+",
            metavar="PATH",
            help="a letter as received (.eml), a mailbox (mbox), a folder of them (also a maildir), or - for standard"
            " input",
        )

    def handle(self, *args, files, **options):
        if self.stdout._out is sys.stdout and hasattr(sys.stdout, "reconfigure"):
            sys.stdout.reconfigure(encoding="utf-8")  # whatever the terminal's language
        failed = False
        for name in files:
            for source in _sources(name):
                try:
                    readings = (_safely(raw, source) for raw in _letters(source))
                    for reading in readings:
                        failed = failed or "error" in reading
                        self.stdout.write(json.dumps(reading, ensure_ascii=False))
                except OSError as error:
                    failed = True
                    said = f"{error.strerror or error}: check the path and its permissions."
                    self.stdout.write(json.dumps({"file": source, "error": said}, ensure_ascii=False))
        if failed:
            sys.exit(1)


def _sources(name: str) -> Iterator[str]:
    """The files of a folder in order, without hidden ones and those that are surely no letters; else the name."""
    folder = Path(name)
    if name == "-" or not folder.is_dir():
        yield name
        return
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.suffix.lower() not in _OTHER_FILES:
            yield str(path)


def _letters(source: str) -> Iterator[bytes]:
    """The letters of a file: one, or those of a mailbox one after the other, which is not held in memory whole."""
    if source == "-":
        yield from _of_mailbox(sys.stdin.buffer.read())
        return
    with Path(source).open("rb") as file:
        if file.read(5) != b"From ":
            yield Path(source).read_bytes()
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mailbox:
            yield from _of_mailbox(mailbox)


def _of_mailbox(content: bytes | mmap.mmap) -> Iterator[bytes]:
    if content[:5] != b"From ":
        yield content[:]
        return
    starts = [match.end() for match in _SEPARATOR.finditer(content)] or [0]
    for start, end in zip(starts, [*starts[1:], len(content)], strict=True):
        # Lines of a letter that begin as a separator does were set off by the mailbox's writer.
        yield re.sub(rb"(?m)^>(?=>*From )", b"", content[start:end])


def _safely(raw: bytes, source: str) -> dict:
    """The reading, or an error in its place: one letter that cannot be read keeps no other from being read."""
    try:
        return read(raw)
    except Exception as error:
        return {"file": source, "error": f"This letter could not be read ({type(error).__name__}): please report it."}


def read(raw: bytes) -> dict:
    """The reading of one letter, ready for JSON.

    ``visible_text`` is the text without its quotations and ``quoted`` the quotations, both unmasked: this is
    how we read a letter, not what we publish of it. ``exemptions_cited`` are places such as "40(2)", of the letter's
    own words.
    """
    letter = parse(raw)
    kind = classify(letter)
    segments = quoting.split(letter.text, us=addressed_to(letter))
    visible_text = quoting.visible(segments)
    bounce = kind.bounce and {"permanent": kind.bounce.permanent, "recipients": list(kind.bounce.recipients)}
    return {
        "message_id": letter.message_id,
        "from_name": letter.from_name,
        "from_address": letter.from_address,
        "to": list(letter.to),
        "cc": list(letter.cc),
        "subject": letter.subject,
        "date": letter.date.isoformat() if letter.date else None,
        "text": letter.text,
        "visible_text": visible_text,
        "quoted": [s.text.strip("\n") for s in segments if s.quoted],
        "attachments": [{"name": a.name, "content_type": a.content_type, "size": a.size} for a in letter.attachments],
        "kind": str(kind.kind),
        "bounce": bounce,
        "authority_reference": kind.reference or None,
        "exemptions_cited": exemptions_cited(visible_text),
    }
