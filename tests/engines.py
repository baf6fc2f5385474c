"""The test's own engines, for processes that the tests start; a broker and a mail server that really listen."""

import asyncio
import os
import shutil
import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, Envelope
from django.conf import settings
from django.db import connection

from foitracker import engines
from foitracker.processes import Children
from foitracker.supervisor import free_port
from tests.running import wait_until


def environment(**more: object) -> dict[str, str]:
    """The environment of a process that works on this test's database."""
    given = connection.settings_dict
    user = quote(str(given["USER"] or ""), safe="")
    password = f":{quote(str(given['PASSWORD']), safe='')}" if given["PASSWORD"] else ""
    port = f"&port={given['PORT']}" if given["PORT"] else ""
    # A socket's folder comes as an option, a server's name as HOST.
    host = quote(str(given["HOST"] or given["OPTIONS"].get("host", "")), safe="")
    ours = {
        "DATABASE_URL": f"postgresql://{user}{password}@/{quote(given['NAME'], safe='')}?host={host}{port}",
        "CELERY_BROKER_URL": settings.CELERY_BROKER_URL,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "FILES_DIR": str(settings.STORAGES["default"]["OPTIONS"]["location"]),
    }
    return {**os.environ, **ours, **{name: str(value) for name, value in more.items()}}


class Broker:
    """A Redis of its own, which keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.children, self.port = Children(folder), free_port()
        found = shutil.which("redis-server")
        self.program = found or str(engines.redis_binary())
        self.pid = 0
        folder.mkdir()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"]
        self.pid = self.children.start("redis", [self.program, *options]).process.pid
        wait_until(self._answers, seconds=10)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1) as wire:
            wire.sendall(b"PING\r\n")
            return wire.recv(20).startswith(b"+PONG")
        return False

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)
        self.children.stop(["redis"], within=3)

    def hang(self) -> None:
        """Its port takes connections and never says a word, as behind a firewall that drops packets."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.pid, signal.SIGCONT)


@dataclass
class MailServer:
    """Takes letters over real SMTP, but for addresses it does not know; ``letters`` are their bytes in order."""

    port: int = 0
    letters: list[bytes] = field(default_factory=list)
    refuses: frozenset[str] = frozenset()

    async def handle_RCPT(
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 5.1.1 No such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        self.letters.append(envelope.content)
        return f"250 2.0.0 Kept as {len(self.letters)}"


@contextmanager
def mail_server(*, refuses: Iterable[str] = ()) -> Iterator[MailServer]:
    """A mail server on a port that the system gives, in a thread of this process."""
    loop = asyncio.new_event_loop()
    kept = MailServer(refuses=frozenset(refuses))
    started, ending = threading.Event(), asyncio.Event()

    async def listen() -> None:
        server = await loop.create_server(
            lambda: SMTP(kept, hostname="localhost", enable_SMTPUTF8=True, loop=loop),
            host="127.0.0.1",
            port=0,
            family=socket.AF_INET,
        )
        kept.port = server.sockets[0].getsockname()[1]
        started.set()
        async with server:
            await ending.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield kept
    finally:
        loop.call_soon_threadsafe(ending.set)
        thread.join(10)


@contextmanager
def provider_site(pages: dict[str, object]) -> Iterator[None]:
    """A provider's own site, for what Anymail fetches from it: real HTTP to this process, whatever host is asked.

    ``pages``: by the end of the address, bytes or what becomes JSON.
    """
    import http.server
    import json

    import requests

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = next((page for end, page in pages.items() if self.path.endswith(end)), None)
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(404 if found is None else 200)
            self.send_header("Content-Type", "text/csv" if isinstance(found, bytes) else "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            pass

    if not pages:
        yield
        return
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    send = requests.Session.send

    def here(self: requests.Session, request: requests.PreparedRequest, **how: object) -> requests.Response:
        request.url = f"http://127.0.0.1:{server.server_port}/" + request.url.split("/", 3)[3]
        return send(self, request, **how)

    requests.Session.send = here
    try:
        yield
    finally:
        requests.Session.send = send
        server.shutdown()
        server.server_close()
        thread.join(5)
