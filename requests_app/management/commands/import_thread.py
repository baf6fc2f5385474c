"""``manage.py import_thread FILE.json``: bring one thread from elsewhere, all or nothing."""

import hashlib
import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from requests_app.actions.importing import import_thread
from requests_app.actions.thread_file import ImportRefused, read_thread
from requests_app.models import NotAllowed


class Command(BaseCommand):
    help = "Import one thread of correspondence with its dates. The last line printed is its path."

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path, help="the JSON file; e-mails that it names lie beside it")

    def handle(self, *, file: Path, **options) -> None:
        try:
            content = file.read_bytes()
            data = json.loads(content)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except ValueError as error:
            raise CommandError(f"{file} is not JSON: {error}.") from error
        try:
            thread = read_thread(data, file.resolve().parent)
            source_id = thread.source_id or "file:" + _digest(content, thread)
            foi_request, made = import_thread(thread, source_id=source_id)
        except (ImportRefused, NotAllowed) as error:
            raise CommandError(f"Nothing was imported.\n{error}") from error
        if not made:
            self.stdout.write("This thread is here already; nothing was changed.")
        self.stdout.write(f"/request/{foi_request.slug}")


def _digest(content: bytes, thread) -> str:
    digest = hashlib.sha256(content)
    for entry in thread.entries:
        digest.update(entry.raw or b"")
    return digest.hexdigest()
