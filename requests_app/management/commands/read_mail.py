"""``manage.py read_mail FILE…``: how letters would be read, one JSON line each. Needs no database."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from requests_app.law.cited import exemptions_cited
from requests_app.mail.classify import classify
from requests_app.mail.cues import addressed_to
from requests_app.mail.parse import parse
from requests_app.publishing import quoting


class Command(BaseCommand):
    help = "Print how each letter would be read: one line of JSON for each file. Changes nothing."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", help="a letter as received (.eml)")

    def handle(self, *args, files, **options):
        failed = False
        for name in files:
            try:
                reading = read(Path(name).read_bytes())
            except OSError as error:
                failed = True
                reading = {"file": name, "error": f"{error.strerror or error}: check the path and its permissions."}
            self.stdout.write(json.dumps(reading, ensure_ascii=False))
        if failed:
            sys.exit(1)


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
