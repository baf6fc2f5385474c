"""``manage.py recompute_clocks``: count requests anew with the list of bank holidays as it stands."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from requests_app.actions import recounting
from requests_app.actions.housekeeping import one_at_a_time
from requests_app.models import HolidayVersion


class Command(BaseCommand):
    help = (
        "Go on with a count that a change of the bank holidays began; with --all, begin a new one. The dates of "
        "closed requests never change. It can be stopped at any time and goes on where it was."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--all",
            action="store_true",
            help="count every request, though the list has not changed, and fill in what old ones lack",
        )

    def handle(self, **options) -> None:
        with one_at_a_time("recount_open") as first:
            if not first:
                raise CommandError("A worker is counting at this moment. Wait, or look at /moderation/bank-holidays/.")
            if options["all"] and recounting.unfinished() is None:
                recounting.start_again(now=timezone.now())
            tally = recounting.recount_open(say=self._show_progress)
        self.stdout.write(f"{tally.checked} requests looked at, {tally.moved} changed.")

    def _show_progress(self, version: HolidayVersion) -> None:
        if not sys.stderr.isatty():
            return
        done, of = min(version.checked, version.to_check), version.to_check or 1
        filled = 40 * done // of
        self.stderr.write(
            f"\r[{'#' * filled}{'.' * (40 - filled)}] {version.checked} of {version.to_check}",
            ending="\n" if version.finished_at else "",
        )
        self.stderr.flush()
