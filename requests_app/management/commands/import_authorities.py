"""``manage.py import_authorities FILE.csv``: take in the public list of all authorities, dry run first."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.actions.authorities import ListRefused, Tally, read_list, take_in


class Command(BaseCommand):
    help = (
        "Read the all-authorities CSV (with a column “Request email” added) and say what would change; "
        "with --commit, do it. Running it again changes nothing."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--commit", action="store_true", help="write; without it nothing is changed")

    def handle(self, *, file: Path, commit: bool, **options) -> None:
        try:
            text = file.read_text("utf-8-sig")
            rows = list(read_list(text.splitlines(keepends=True)))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8 text: save it as CSV UTF-8 and try again.") from error
        except ListRefused as error:
            raise CommandError(str(error)) from error
        tally, now = Tally(), timezone.now()
        for done, row in enumerate(rows, 1):
            take_in(row, tally, now=now, dry_run=not commit)
            self._show_progress(done, len(rows))
        for line in [*tally.errors, *tally.closed]:
            self.stdout.write(line)
        self.stdout.write(
            f"{tally.made} new, {tally.changed} changed, {tally.same} unchanged, {len(tally.errors)} with errors, "
            f"{len(tally.closed)} closed because their standing is not clear."
        )
        if not commit:
            self.stdout.write("This was a dry run; nothing was written. Add --commit to write.")

    def _show_progress(self, done: int, of: int) -> None:
        if not sys.stderr.isatty() or (done % 50 and done != of):
            return
        filled = 40 * done // of
        self.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done} of {of}", ending="\n" if done == of else "")
        self.stderr.flush()
