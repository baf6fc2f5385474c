"""``manage.py load_demo``: fill an empty site with the demonstration's content, once."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app.demo.load import load_demo, save_accounts


class Command(BaseCommand):
    help = "Fill an empty embedded site with invented people, authorities and letters; does nothing the second time."

    def handle(self, **options) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demonstration's content is for embedded mode only: run `make demo`.")
        accounts = load_demo()
        if accounts is None:
            self.stdout.write("The demonstration's content is here already; nothing was changed.")
            return
        settings.HOME.mkdir(parents=True, exist_ok=True)
        path = save_accounts(accounts, settings.HOME)
        self.stdout.write(f"The demonstration is ready; its sign-ins are in {path}.")
