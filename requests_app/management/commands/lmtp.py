"""``manage.py lmtp``: listen for mail from the site's mail server."""

import asyncio

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from requests_app.doors.lmtp import serve


class Command(BaseCommand):
    help = "Listen for mail over LMTP. Says 250 only once a letter is stored."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--host", default=settings.LMTP_HOST, help="address to listen on (LMTP_HOST)")
        parser.add_argument("--port", type=int, default=settings.LMTP_PORT, help="port to listen on (LMTP_PORT)")
        parser.add_argument("--reuse-port", action="store_true", help="let several processes share the port")

    def handle(self, *args, host: str, port: int, reuse_port: bool, **options) -> None:
        try:
            asyncio.run(serve(host, port, reuse_port=reuse_port))
        except OSError as error:
            raise CommandError(
                f"Cannot listen on {host} port {port}: {error.strerror}. Is something else running there? "
                "Choose another port with LMTP_PORT."
            ) from error
