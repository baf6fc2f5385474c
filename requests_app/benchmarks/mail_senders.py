"""One sender of letters, or of bare INSERTs of the same bytes: waits for a word on its input, works for so many
seconds, says how many it did. Imports nothing that a mail server would not have, so that it takes little of the
machine's time from what is measured.
"""

import os
import socket
import sys
import time

import psycopg2

from requests_app.benchmarks.mail_content import addresses, fresh, plain


def letters(folder: str, count: int = 400) -> list[tuple[bytes, bytes]]:
    """(recipient, letter): made before the clock runs. Each is used again with another Message-ID."""
    found = addresses(folder)
    return [
        (to.encode(), plain(number, to, message_id="@" * 20).replace(b"\r\n.", b"\r\n.."))
        for number, to in enumerate((found * count)[:count])
    ]


def store(folder: str, port: str, seconds: str) -> int:
    """Bring letters over one LMTP connection, as Postfix does: the commands of a letter at once, then its content."""
    made = letters(folder)
    wire = socket.create_connection(("127.0.0.1", int(port)), timeout=60)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    replies = wire.makefile("rb")
    assert replies.readline().startswith(b"220")
    wire.sendall(b"LHLO bench.example\r\n")
    while replies.readline()[3:4] == b"-":
        pass
    ready()
    done, until = 0, time.monotonic() + float(seconds)
    while time.monotonic() < until:
        to, raw = made[done % len(made)]
        wire.sendall(b"MAIL FROM:<foi@northbridge.example> SIZE=3000\r\nRCPT TO:<%s>\r\nDATA\r\n" % to)
        codes = [replies.readline()[:3] for _command in range(3)]
        if codes != [b"250", b"250", b"354"]:
            raise SystemExit(f"the door said {codes}")
        wire.sendall(raw.replace(b"@" * 20, fresh(done).rjust(20, "0").encode()) + b".\r\n")
        if replies.readline()[:3] != b"250":
            raise SystemExit("a letter was not stored")
        done += 1
    wire.sendall(b"QUIT\r\n")
    return done


def insert(folder: str, url: str, seconds: str) -> int:
    """The same bytes as bare INSERTs, each committed."""
    made = letters(folder)
    connection = psycopg2.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    ready()
    done, until = 0, time.monotonic() + float(seconds)
    while time.monotonic() < until:
        raw = made[done % len(made)][1].replace(b"@" * 20, fresh(done).rjust(20, "0").encode())
        cursor.execute("INSERT INTO bench_letters (content) VALUES (%s)", [raw])
        done += 1
    return done


def flush(folder: str, _where: str, seconds: str) -> int:
    """How often a second a page of the database's size can be forced to the disk that ``folder`` lies on."""
    page, path = os.urandom(8192), os.path.join(folder, "flushed")
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    os.pwrite(file, page * 1000, 0)
    os.fsync(file)
    ready()
    done, until = 0, time.monotonic() + float(seconds)
    while time.monotonic() < until:
        os.pwrite(file, page, 8192 * (done % 1000))
        os.fdatasync(file)
        done += 1
    os.close(file)
    return done


def ready() -> None:
    print("ready", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    began = {"store": store, "insert": insert, "flush": flush}[sys.argv[1]]
    print(began(*sys.argv[2:]), flush=True)
