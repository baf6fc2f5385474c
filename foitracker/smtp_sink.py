"""The demo's mail server: takes every letter over real SMTP and keeps it as a file.

    python -m foitracker.smtp_sink --port 2525

Nothing leaves this machine. ``foitracker.mailbox`` reads what was caught.
"""

import argparse
import asyncio
import signal
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from foitracker import mailbox
from foitracker.embedded import home_folder, make_home

LARGEST = 64 * 1024 * 1024


class Keeper:
    """Says 250 only once the letter is on disk."""

    def __init__(self, home: Path) -> None:
        self.home = home

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        caught = await asyncio.to_thread(
            mailbox.store,
            self.home,
            mail_from=envelope.mail_from or "",
            rcpt_to=envelope.rcpt_tos,
            data=content.encode() if isinstance(content, str) else content or b"",
        )
        return f"250 Kept as {caught.id}"


async def serve(home: Path, port: int) -> None:
    """Listen on 127.0.0.1 until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    ending = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ending.set)
    keeper = Keeper(home)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=LARGEST, enable_SMTPUTF8=True, hostname="localhost", loop=loop),
        host="127.0.0.1",
        port=port,
    )
    async with server:
        await ending.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Catch every letter sent over SMTP on this machine.")
    parser.add_argument("--port", type=int, required=True)
    asyncio.run(serve(make_home(home_folder()), parser.parse_args().port))
