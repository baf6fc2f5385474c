"""``manage.py receive_mail --to ADDRESS``: store one letter from standard input, for a mail server's pipe."""

import sys
from collections.abc import Iterator

from django.core.management.base import BaseCommand

from requests_app.actions.inbound import LetterTooBig, accepts, receive

# sysexits.h, as mail servers read them: no such user, too big, try again.
EX_NOUSER, EX_UNAVAILABLE, EX_TEMPFAIL = 67, 69, 75


class Command(BaseCommand):
    help = (
        "Store one letter read from standard input. Exits 0 once it is committed, 75 when it should be tried "
        "again, 67 for an address that is not ours, 69 for a letter that is too big."
    )

    def run_from_argv(self, argv: list[str]) -> None:
        """A mail server returns the letter to its sender for every status that it does not know: then rather 75."""
        try:
            super().run_from_argv(argv)
        except SystemExit as end:
            if end.code in (None, 0, EX_NOUSER, EX_UNAVAILABLE, EX_TEMPFAIL) or {"-h", "--help"} & set(argv):
                raise
            raise SystemExit(EX_TEMPFAIL) from None

    def add_arguments(self, parser) -> None:
        parser.add_argument("--to", required=True, action="append", help="recipient; may be given several times")
        parser.add_argument("--from", dest="sender", default="", help="the envelope's sender; <> for a bounce")

    def handle(self, *args, to: list[str], sender: str, **options) -> None:
        ours = [address for address in to if accepts(address)]
        if not ours:
            self._leave(EX_NOUSER, "None of these is an address of this site. Check MAIL_DOMAIN and --to.")
        try:
            receive(door="pipe", recipients=ours, envelope_from=sender, raw=_stdin())
        except LetterTooBig:
            self._leave(EX_UNAVAILABLE, "The letter is too big. Please send its files in several letters.")
        except Exception as error:
            # A mail server would send the letter back for any other status; better that it comes again.
            self._leave(EX_TEMPFAIL, f"The letter could not be stored ({type(error).__name__}); try again later.")

    def _leave(self, status: int, words: str) -> None:
        self.stderr.write(words)
        raise SystemExit(status)


def _stdin() -> Iterator[bytes]:
    while chunk := sys.stdin.buffer.read(256 * 1024):
        yield chunk
