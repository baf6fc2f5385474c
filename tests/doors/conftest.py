"""A door that really listens, in this process, on a port that the system gives."""

import asyncio
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from requests_app.doors.lmtp import THREADS, Door, listen


@pytest.fixture
def lmtp_port(transactional_db):
    """The port of a running LMTP door that stores in the test's database."""
    loop = asyncio.new_event_loop()
    threads = ThreadPoolExecutor(THREADS)
    started = threading.Event()
    ports: list[int] = []
    ending = asyncio.Event()

    async def serve() -> None:
        door = Door(threads=threads)
        server = await listen(door, host="127.0.0.1", port=0, family=socket.AF_INET)
        ports.append(server.sockets[0].getsockname()[1])
        looking = loop.create_task(door.look_after())
        started.set()
        await ending.wait()
        server.close()
        await door.stop()
        looking.cancel()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert started.wait(10)
    yield ports[0]
    loop.call_soon_threadsafe(ending.set)
    thread.join(10)
    # Each thread has a connection of its own: none may take two of these jobs and leave another's open.
    together = threading.Barrier(THREADS)
    for _worker in range(THREADS):
        threads.submit(lambda: (together.wait(10), connections.close_all()))
    threads.shutdown(wait=True)
