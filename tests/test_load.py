"""Three hundred readers at once, on the web server's own command line: everybody is served, connections stay few."""

import asyncio
import sys
import time
from collections import Counter
from itertools import cycle

import pytest
from django.db import connection

from foitracker import demo
from foitracker.processes import Children
from foitracker.supervisor import free_port
from requests_app.actions.holidays import seed_bank_holidays
from tests import factories
from tests.engines import environment
from tests.running import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the server is a child tied to its parent"),
]
CLIENTS = 300
SECONDS = 6.0
MOST_CONNECTIONS = 40


async def read(port: int, path: str) -> int:
    """Fetch one page over a connection of its own; gives back the status, 0 for a connection that broke."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        answer = await reader.read()
        return int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0
    except ConnectionError:
        return 0
    finally:
        writer.close()


async def crowd(port: int, paths: list[str]) -> tuple[Counter[int], int]:
    """``CLIENTS`` readers, each fetching one page after another; gives back statuses and most connections seen."""
    until = time.monotonic() + SECONDS
    statuses: Counter[int] = Counter()
    turn = cycle(paths)

    async def reader() -> None:
        while time.monotonic() < until:
            statuses[await asyncio.wait_for(read(port, next(turn)), 60)] += 1

    async def watch() -> int:
        most = 0
        while time.monotonic() < until:
            most = max(most, await asyncio.to_thread(open_connections))
            await asyncio.sleep(0.5)
        return most

    most, *_ = await asyncio.gather(watch(), *(reader() for _number in range(CLIENTS)))
    return statuses, most


def open_connections() -> int:
    """Connections to the test's database, this thread's own included."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return cursor.fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def port(tmp_path):
    seed_bank_holidays()
    port, children = free_port(), Children(tmp_path)
    env = environment(SITE_URL=f"http://localhost:{port}", LMTP_PORT=free_port(), FOITRACKER_HOME=tmp_path)
    env.pop("FOITRACKER_EMBEDDED", None)
    (web,) = [each for each in demo.services(children, env=env, port=port) if each.name == "web"]
    web.start()
    try:
        wait_until(lambda: demo.home_page_answers(port), seconds=60)
        yield port
    finally:
        children.stop(["web"], within=6)


def test_given_three_hundred_clients_at_once_then_all_are_served_over_few_connections(port):
    council = factories.make_authority("Exampleton Council")
    made = [factories.make_request(f"Bins in ward {number}", authority=council) for number in range(10)]
    pages = [f"/request/{each.slug}" for each in made]
    paths = [*pages, "/", "/list", "/search?q=bins", f"{pages[0]}.json", f"/body/{council.slug}", "/list.json"]

    statuses, most = asyncio.run(crowd(port, paths))

    assert set(statuses) == {200}, statuses
    assert statuses[200] > CLIENTS
    assert 0 < most <= MOST_CONNECTIONS
