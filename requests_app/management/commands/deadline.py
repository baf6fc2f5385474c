"""Count a deadline on the command line: for people, or line by line as JSON. Needs no database."""

import json
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from requests_app.law.citations import citation
from requests_app.law.clock import (
    EVENT_KINDS,
    RECEIVED,
    Event,
    Standing,
    fold,
    refuse_day_set_before_receipt,
    regime_named,
)
from requests_app.law.days import ClockRefused, day_in_words, london_day
from requests_app.law.explain import explain, sentence, step_sentence, steps
from requests_app.law.holidays import HolidayTable, shipped_table
from requests_app.law.regimes import FOIA, REGIMES, Regime
from requests_app.law.wire import answer_line

EXAMPLES = """examples:
  manage.py deadline 2011-06-16
  manage.py deadline 2025-03-03 --regime eir --event extension_claimed=2025-03-28..2025-04-24 --today 2025-04-10
  manage.py deadline 2025-07-16 --regime foia-school --event school_closed=2025-07-23..2025-09-02
  manage.py deadline --jsonl < requests.jsonl

exit code: 1 where nothing can be told of the day that was given, or the arguments contradict each other. With --jsonl
it is 0 once all lines were read, though every one was refused: each answer says by itself whether it is an error."""

# The dates of a standing that people are told, in the order of a request's life.
TOLD = (
    ("due", gettext_lazy("By law a response is normally due promptly and by")),
    ("due_latest", gettext_lazy("At the latest, whatever the school's holidays")),
    ("extension_due", gettext_lazy("With the extension an answer is expected by")),
    ("fee_by", gettext_lazy("Last day to pay the fee")),
    ("very_overdue", gettext_lazy("Every normal time has run out after")),
    ("review_request_by", gettext_lazy("Last day to ask for a review")),
    ("review_due", gettext_lazy("The review is due by")),
    ("review_max", gettext_lazy("The review is due at the latest by")),
    ("regulator_from", gettext_lazy("A complaint to the regulator makes sense from")),
    ("regulator_by", gettext_lazy("Last day to complain to the regulator")),
)
# The ordinary last day, where it is not the law's, or not a firm one.
HOPED_FOR = gettext_lazy("No law sets a time; one may hope for an answer by")
IN_TERM_TIME = gettext_lazy("In term time a response is normally due promptly and by")


class Command(BaseCommand):
    """``deadline 2011-06-16`` explains one date; ``deadline --jsonl`` answers each line of standard input."""

    help = "Says when an answer is due under the freedom-of-information laws of the United Kingdom, and why."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("received", nargs="?", help="day of receipt, such as 2011-06-16")
        parser.add_argument("--regime", help=f"the law: {', '.join(REGIMES)} (foia)")
        parser.add_argument(
            "--event",
            action="append",
            default=[],
            metavar="KIND=DAY[..DAY]",
            help=f"something that happened; kinds: {', '.join(kind for kind in EVENT_KINDS if kind != RECEIVED)}",
        )
        parser.add_argument("--today", help="also say where the request stands on this day")
        parser.add_argument("--jsonl", action="store_true", help="read JSON objects from standard input")

    def handle(self, *, received: str | None, jsonl: bool, **options: object) -> None:
        holidays = shipped_table()
        if jsonl and (received or any(options[name] for name in ("regime", "event", "today"))):
            raise CommandError(
                "With --jsonl each line says its own law, events and day. Leave out the day and the other options, or "
                "leave out --jsonl."
            )
        if jsonl:
            self._answer_lines(holidays)
        elif received:
            self._tell(received, holidays, **options)
        else:
            raise CommandError("Give the day of receipt, such as 2011-06-16, or --jsonl.")

    def _answer_lines(self, holidays: HolidayTable) -> None:
        """One line out for each line in that is not blank, at once, so that a pipe can be spoken to."""
        for line in getattr(sys.stdin, "buffer", sys.stdin):
            if line.strip():
                self.stdout.write(json.dumps(answer_line(line, holidays=holidays)))
                self.stdout.flush()

    def _tell(
        self,
        received: str,
        holidays: HolidayTable,
        *,
        regime: str | None,
        event: list[str],
        today: str | None,
        **_rest: object,
    ) -> None:
        regime = regime or FOIA.code
        try:
            rules = regime_named(regime)
            events = [Event(RECEIVED, london_day(received)), *map(_event, event)]
            refuse_day_set_before_receipt(events)
            today_on = london_day(today) if today else None
            standing = fold(rules, events, holidays=holidays, today=today_on)
            days = self._days(standing, regime, holidays)
            happened = steps(rules, events, holidays=holidays)
        except ClockRefused as refused:
            raise CommandError(str(refused)) from refused
        self._dates(rules, standing, today_on)
        if len(happened) > 1:
            self.stdout.write("")
            for step in happened:
                place = citation(regime, step.topic)
                law = f" {place.words}." if place else ""
                self.stdout.write(f"{day_in_words(step.on)}: {step_sentence(step)}{law}")
        self.stdout.write("")
        for day in days:
            self.stdout.write(sentence(day))

    def _dates(self, rules: Regime, standing: Standing, today_on: date | None) -> None:
        if standing.received_on:
            self.stdout.write(_("Received: %(received)s") % {"received": day_in_words(standing.received_on)})
        for name, words in TOLD:
            if name == "due" and not rules.by_law:
                words = HOPED_FOR
            elif name == "due" and rules.school and not standing.terms_known:
                words = IN_TERM_TIME
            on = getattr(standing, name)
            if name == "extension_due" and on and standing.due and on < standing.due:
                continue  # more time that ends within the time limit adds none; it is told of among what happened
            if on:
                self.stdout.write(f"{words}: {day_in_words(on)}")
        if standing.state and today_on:
            self.stdout.write(_("On %(today)s: %(state)s") % {"today": day_in_words(today_on), "state": standing.state})

    @staticmethod
    def _days(standing: Standing, regime: str, holidays: HolidayTable) -> tuple:
        if standing.counts_from is None or standing.due is None:
            return ()
        return explain(
            standing.counts_from,
            standing.due,
            holidays=holidays,
            regime=regime,
            skips=standing.skips,
            closures=standing.closures,
        )


def _event(said: str) -> Event:
    """``fees_notice=2025-03-10``, or with a last day ``school_closed=2025-07-23..2025-09-02``."""
    kind, equals, days = said.partition("=")
    if not equals:
        raise ClockRefused(f"“{said}” is not an event. Write it like fees_notice=2025-03-10.")
    first, _dots, last = days.partition("..")
    return Event(kind, london_day(first), london_day(last) if last else None)
