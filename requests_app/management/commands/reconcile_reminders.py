"""manage.py reconcile_reminders --day D: prove that the reminders of a day add up."""

import json
from dataclasses import asdict
from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from requests_app.actions.reconciling import account


class Command(BaseCommand):
    help = "Print as JSON what became of the reminders of one day (yesterday); exit 1 where they do not add up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", help="the London day, as 2026-11-24; without it yesterday")

    def handle(self, *, day: str | None, **options: object) -> None:
        now = timezone.now()
        today = timezone.localdate(now)
        try:
            wanted = date.fromisoformat(day) if day else today - timedelta(days=1)
        except ValueError:
            raise CommandError(f"“{day}” is not a day. Write it like 2026-11-24.") from None
        if wanted > today:
            raise CommandError("That day has not come yet.")
        found = account(wanted, now=now)
        said = {**asdict(found), "day": wanted.isoformat(), "adds_up": found.adds_up}
        self.stdout.write(json.dumps(said, indent=2))
        if not found.adds_up:
            raise SystemExit(1)
