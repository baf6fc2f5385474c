"""``manage.py bench pages``: how fast request pages are, as one line of JSON."""

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...benchmarks import pages


class Command(BaseCommand):
    help = "Measure request pages on a scratch database and a server of its own. Needs wrk (apt-get install wrk)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["pages"])
        parser.add_argument("--requests", type=int, default=1000, help="how many request pages (1000)")
        parser.add_argument("--seconds", type=int, default=4, help="seconds of load in each part of a round (4)")
        parser.add_argument("--rounds", type=int, default=5, help="interleaved rounds; the median counts (5)")

    def handle(self, *args, **options) -> None:
        try:
            result = pages.run(
                count=options["requests"],
                seconds=options["seconds"],
                rounds=options["rounds"],
                say=lambda words: self.stderr.write(words),
            )
        except pages.BenchFailed as failed:
            raise CommandError(str(failed)) from None
        self.stdout.write(pages.as_line(result))
