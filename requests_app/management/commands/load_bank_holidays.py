"""``manage.py load_bank_holidays FILE|URL``: compare the government's list with ours, dry run first."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.actions import holiday_loading
from requests_app.actions.holiday_file import ListRefused, fetch_or_read, read_list
from requests_app.models import NotAllowed, User

PARTS = {"england_wales": "England and Wales", "scotland": "Scotland", "northern_ireland": "Northern Ireland"}


class Command(BaseCommand):
    help = (
        "Read the government's JSON list of bank holidays and say how it differs from ours; with --commit, take in "
        "what is new. Old years are never deleted. Exit 1, and nothing changed, where it contradicts ours."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("list", metavar="FILE|URL", help="a file, or an https address")
        parser.add_argument("--commit", action="store_true", help="write; without it nothing is changed")
        parser.add_argument(
            "--accept",
            metavar="EMAIL",
            help="follow the list where it contradicts ours; the member of staff who answers for that",
        )

    def handle(self, **options) -> None:
        now = timezone.now()
        accepted_by = self._staff(options["accept"]) if options["accept"] else None
        try:
            listed = read_list(fetch_or_read(options["list"]), today=timezone.localdate(now))
            compared = holiday_loading.load(
                listed, source=options["list"], now=now, commit=options["commit"], accepted_by=accepted_by
            )
        except (ListRefused, NotAllowed) as error:
            raise CommandError(f"Nothing was changed. {error}") from error
        self._print_table(compared.differences)
        if compared.contradictions and not accepted_by:
            raise CommandError(
                f"Nothing was changed: the list contradicts ours on {len(compared.contradictions)} day(s). Look at "
                "each; to follow the list all the same, name who answers for it with --accept EMAIL."
            )
        changed = len(compared.changes) + (len(compared.contradictions) if accepted_by else 0)
        if not changed:
            self.stdout.write("Nothing to take in.")
        elif options["commit"]:
            self.stdout.write(f"{changed} day(s) written. Open requests are being counted anew by the worker.")
        else:
            self.stdout.write(f"{changed} day(s) would be written. This was a dry run: add --commit to write.")
        self._say_end(compared.table.ends_on, now, commit=options["commit"])

    def _staff(self, email: str) -> User:
        user = User.objects.filter(email__iexact=email, is_staff=True, is_active=True).first()
        if user is None:
            raise CommandError(f"Nothing was changed. {email} is not a member of staff here.")
        return user

    def _print_table(self, differences) -> None:
        rows = [
            (one.on.isoformat(), f"{one.on:%a}", one.words, ", ".join(PARTS[part] for part in one.parts), one.name)
            for one in differences
        ]
        if not rows:
            self.stdout.write("The list and ours are the same, as far as it goes.")
            return
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())

    def _say_end(self, ends_on, now, *, commit: bool) -> None:
        if commit:
            holiday_loading.note_end(now=now)
        if holiday_loading.ends_soon(ends_on, today=timezone.localdate(now)):
            self.stderr.write(
                f"Warning: our list is complete only to {ends_on.isoformat()}, less than thirteen months from now. "
                "No date beyond it can be counted."
            )
