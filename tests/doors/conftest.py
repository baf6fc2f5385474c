"""A door that really listens, in this process, on a port that the system gives."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from requests_app.doors.lmtp import THREADS, Door


@pytest.fixture
def lmtp_port(transactional_db):
    """The port of a running LMTP door that stores in the test's database."""
    loop = asyncio.new_event_loop()
    threads = ThreadPoolExecutor(THREADS)
    started = threading.Event()
    ports: list[int] = []
    ending = asyncio.Event()

    async def listen() -> None:
        server = await loop.create_server(
            lambda: Door(threads=threads, loop=loop), host="127.0.0.1", port=0, family=socket.AF_INET
        )
        ports.append(server.sockets[0].getsockname()[1])
        started.set()
        async with server:
            await ending.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(listen(),), daemon=True)
    thread.start()
    assert started.wait(10)
    yield ports[0]
    # Each thread has a connection of its own: none may take two of these jobs and leave another's open.
    together = threading.Barrier(THREADS)
    for _worker in range(THREADS):
        threads.submit(lambda: (together.wait(10), connections.close_all()))
    threads.shutdown(wait=True)
    loop.call_soon_threadsafe(ending.set)
    thread.join(10)
