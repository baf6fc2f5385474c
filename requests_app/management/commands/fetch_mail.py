"""``manage.py fetch_mail``: bring in what lies in a mailbox elsewhere, once; beat does the same every minute."""

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError

from requests_app.actions import fetching
from requests_app.actions.housekeeping import one_at_a_time
from requests_app.mail.imap import MailboxAway


class Command(BaseCommand):
    help = (
        "Store the letters in the mailbox that IMAP_HOST, IMAP_USER and IMAP_PASSWORD name, and take each away "
        "there once it is committed."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--most", type=int, default=fetching.MOST, help="letters of one run")

    def handle(self, *args, most: int, **options) -> None:
        where = fetching.account()
        if where is None:
            raise CommandError("IMAP_HOST is not set: give it the host name of the mailbox's server.")
        try:
            with one_at_a_time("fetch_mail") as first:
                if not first:
                    raise CommandError("Another run is fetching mail now. Wait until it has ended.")
                done = fetching.fetch_mail(where, most=most)
        except MailboxAway as error:
            raise CommandError(f"The mailbox cannot be read ({error}). What is in it stays there.") from None
        except (OperationalError, InterfaceError) as error:
            raise CommandError(
                f"The database is away ({type(error).__name__}). The mailbox keeps its letters."
            ) from None
        self.stdout.write(f"{done.stored} stored, {done.left} left in the mailbox")
