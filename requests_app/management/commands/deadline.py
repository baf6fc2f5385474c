"""Count a deadline on the command line: for people, or line by line as JSON. Needs no database."""

import json
import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from requests_app.law.clock import ClockRefused, Event, day_in_words, explain, fold, london_day, sentence
from requests_app.law.holidays import HolidayTable, shipped_table
from requests_app.law.wire import answer_line


class Command(BaseCommand):
    """``deadline 2011-06-16`` explains one date; ``deadline --jsonl`` answers each line of standard input."""

    help = "Says when a request under the Freedom of Information Act 2000 is due, and why."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("received", nargs="?", help="day of receipt, such as 2011-06-16")
        parser.add_argument("--today", help="also say where the request stands on this day")
        parser.add_argument("--jsonl", action="store_true", help="read JSON objects from standard input")

    def handle(self, *, received: str | None, today: str | None, jsonl: bool, **options: object) -> None:
        holidays = shipped_table()
        if jsonl:
            self._answer_lines(holidays)
        elif received:
            self._explain(received, today, holidays)
        else:
            raise CommandError("Give the day of receipt, such as 2011-06-16, or --jsonl.")

    def _answer_lines(self, holidays: HolidayTable) -> None:
        """One line out for each line in that is not blank, at once, so that a pipe can be spoken to."""
        for line in getattr(sys.stdin, "buffer", sys.stdin):
            if line.strip():
                self.stdout.write(json.dumps(answer_line(line, holidays=holidays)))
                self.stdout.flush()

    def _explain(self, received: str, today: str | None, holidays: HolidayTable) -> None:
        try:
            received_on = london_day(received)
            today_on = london_day(today) if today else None
            standing = fold("foia", [Event("received", received_on)], holidays=holidays, today=today_on)
            days = explain(received_on, standing.due, holidays=holidays)
        except ClockRefused as refused:
            raise CommandError(str(refused)) from refused
        said = {"received": day_in_words(received_on), "due": day_in_words(standing.due)}
        self.stdout.write(_("Received: %(received)s") % said)
        self.stdout.write(_("By law a response is normally due promptly and by: %(due)s") % said)
        if standing.state:
            self.stdout.write(_("On %(today)s: %(state)s") % {"today": day_in_words(today_on), "state": standing.state})
        self.stdout.write("")
        for day in days:
            self.stdout.write(sentence(day))
