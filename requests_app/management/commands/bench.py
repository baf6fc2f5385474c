"""``manage.py bench pages``, ``bench clock`` and ``bench mail``: how fast they are, as lines of JSON."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...benchmarks import clock, mail, pages


class Command(BaseCommand):
    help = "Measure request pages (needs wrk: apt-get install wrk), the clock's sweeps or mail, on a scratch database."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["pages", "clock", "mail"])
        parser.add_argument("--requests", type=int, default=1000, help="pages: how many request pages (1000)")
        parser.add_argument(
            "--seconds", type=int, default=4, help="pages, mail: seconds of load in each part of a round (4)"
        )
        parser.add_argument(
            "--rounds", type=int, default=5, help="pages, mail: interleaved rounds; the median counts (5)"
        )
        parser.add_argument("--only-storing", action="store_true", help="mail: how fast letters are stored, no more")
        parser.add_argument(
            "--sizes",
            type=int,
            nargs="+",
            default=[100_000, 1_000_000],
            help="clock: how many requests, one line each (100000 1000000)",
        )

    def handle(self, *args, **options) -> None:
        try:
            for line in self._lines(options):
                self.stdout.write(line)
        except pages.BenchFailed as failed:
            raise CommandError(str(failed)) from None

    def _lines(self, options: dict):
        def say(words: str) -> None:
            self.stderr.write(words)

        if options["what"] == "clock":
            for count in options["sizes"]:
                yield json.dumps(clock.run(count=count, say=say))
            return
        if options["what"] == "mail":
            named = {name: options[name] for name in ("seconds", "rounds", "only_storing")}
            yield json.dumps(mail.run(say=say, **named))
            return
        measured = {name: options[name] for name in ("seconds", "rounds")}
        yield pages.as_line(pages.run(count=options["requests"], say=say, **measured))
