"""How fast an anonymous request page is, against a constant page of the same bytes on the same server.

Everything happens in a database of its own, made beside the site's and dropped again; the site's data is
neither read nor written.
"""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.conf import settings
from psycopg2 import sql

WORKERS, THREADS, CONNECTIONS = 2, 4, 16
SCRIPT = """
local paths = {}
for line in io.lines(os.getenv("BENCH_PATHS")) do paths[#paths + 1] = line end
local at = 0
function init(args) at = math.random(#paths) end
function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], {["Accept-Encoding"] = "gzip"})
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("BENCH %d %d %d %d %d %d\\n", summary.requests, summary.duration,
    e.status, e.connect, e.read + e.write, e.timeout))
end
"""


class BenchFailed(Exception):
    """The measurement cannot be made, or is worth nothing; the text says why and what to do."""


def run(*, count: int, seconds: int, rounds: int, say=lambda words: None) -> dict[str, object]:
    """Measure, and give what ``manage.py bench pages`` prints. Takes about ``3 * rounds * seconds`` and two minutes."""
    if shutil.which("wrk") is None:
        raise BenchFailed("wrk is not installed. Install it with: apt-get install wrk")
    with tempfile.TemporaryDirectory(prefix="foitracker-bench-") as name, scratch_database() as url:
        folder = Path(name)
        port = free_port()
        env = environment(url, folder, port)
        say(f"Filling {count} requests into a database of their own …")
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "collectstatic", "--noinput", "--verbosity", "0")
        counted = python(env, "-m", "requests_app.benchmarks.content", str(count)).split()
        slugs = _slugs(url)
        with _server(env, port, folder):
            size = _warm(port, slugs)
            _fetch(port, "/bench/constant")
            return _measure(env, port, slugs, folder, seconds=seconds, rounds=rounds, say=say) | {
                "page_bytes": size,
                "queries_cached": int(counted[-1]),
                "queries_uncached": int(counted[-2]),
            }


def _measure(env: dict, port: int, slugs: list[str], folder: Path, *, seconds: int, rounds: int, say) -> dict:
    """Rounds of page, constant and page made anew, in turn, so that a noisy moment hits all three."""
    loads = {
        "page": [f"/request/{slug}" for slug in slugs],
        "constant": ["/bench/constant"],
        "uncached": [f"/bench/anew/{slug}" for slug in slugs],
    }
    seen: dict[str, list[float]] = {name: [] for name in loads}
    for number in range(rounds):
        for name, paths in loads.items():
            seen[name].append(_wrk(env, port, paths, folder, seconds))
            say(f"Round {number + 1} of {rounds}: {name} {seen[name][-1]:.0f}/s")
    middle = {name: statistics.median(rates) for name, rates in seen.items()}
    return {
        "page_rps": round(middle["page"], 1),
        "uncached_rps": round(middle["uncached"], 1),
        "constant_rps": round(middle["constant"], 1),
        "ratio": round(middle["page"] / middle["constant"], 3),
    }


def _wrk(env: dict, port: int, paths: list[str], folder: Path, seconds: int) -> float:
    """Requests a second; raises BenchFailed if one of them was answered by anything but 2xx."""
    listed, script = folder / "paths", folder / "load.lua"
    listed.write_text("\n".join(paths) + "\n")
    script.write_text(SCRIPT)
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{seconds}s",
        "--timeout",
        "20s",
        "-s",
        str(script),
        f"http://127.0.0.1:{port}/",
    ]
    done = subprocess.run(  # noqa: S603
        command, env=env | {"BENCH_PATHS": str(listed)}, capture_output=True, text=True, check=False
    )
    line = next((line for line in done.stdout.splitlines() if line.startswith("BENCH ")), None)
    if done.returncode or line is None:
        raise BenchFailed(f"wrk failed: {done.stderr.strip() or done.stdout.strip()}")
    requests, microseconds, status, connect, broken, late = (int(part) for part in line.split()[1:])
    if status or connect or broken:
        raise BenchFailed(f"{paths[0]}: {status} answers were not 2xx, {connect + broken} connections failed.")
    if late:
        raise BenchFailed(f"{paths[0]}: {late} requests took longer than twenty seconds; the machine is too busy.")
    return requests * 1_000_000 / microseconds


@contextmanager
def scratch_database() -> Iterator[str]:
    """The address of an empty database beside the site's own, dropped at the end."""
    if not settings.DATABASE_URL:
        raise BenchFailed("DATABASE_URL is not set: give it the address of a PostgreSQL server.")
    name = f"foitracker_bench_{os.getpid()}"
    try:
        server = psycopg2.connect(settings.DATABASE_URL)
    except psycopg2.OperationalError as error:
        raise BenchFailed(
            f"PostgreSQL cannot be reached ({str(error).strip()}). Start it, or run: "
            "python -m foitracker.embedded run -- python manage.py bench pages"
        ) from None
    server.autocommit = True
    with server.cursor() as cursor:
        try:
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg2.Error as error:
            raise BenchFailed(f"No database can be made for the measurement: {str(error).strip()}") from None
    parts = urlsplit(settings.DATABASE_URL)
    try:
        yield urlunsplit(parts._replace(path=f"/{name}"))
    finally:
        with server.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.close()


def environment(url: str, folder: Path, port: int) -> dict[str, str]:
    """The site's own settings for child processes, pointed at the scratch database and folder."""
    kept = {
        name: str(getattr(settings, name))
        for name in ("SECRET_KEY", "MAIL_DOMAIN", "OPERATOR_NAME", "OPERATOR_ADDRESS", "CONTACT_EMAIL", "SITE_NAME")
    }
    return (
        os.environ
        | kept
        | {
            "DJANGO_SETTINGS_MODULE": "requests_app.benchmarks.settings",
            "DATABASE_URL": url,
            "CELERY_BROKER_URL": settings.CELERY_BROKER_URL or "redis://127.0.0.1:6379/0",
            "SITE_URL": f"http://127.0.0.1:{port}",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "STATIC_ROOT": str(folder / "static"),
            "FILES_DIR": str(folder / "files"),
            "PYTHONPATH": str(settings.BASE_DIR),
            "LOG_LEVEL": "WARNING",
        }
    )


@contextmanager
def _server(env: dict[str, str], port: int, folder: Path) -> Iterator[None]:
    """The web server as the demo runs it, on a free port, for as long as the block runs."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(WORKERS), "--blocking-threads", str(THREADS), "--backpressure", "64"),
        *("--backlog", "2048", "--workers-kill-timeout", "3", "--no-ws", "foitracker.wsgi:application"),
    ]
    log = folder / "server.log"
    with log.open("w") as out:
        server = subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=settings.BASE_DIR)  # noqa: S603
        try:
            _wait_for(port, server, log)
            yield
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait_for(port: int, server: subprocess.Popen, log: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise BenchFailed(f"The web server did not start:\n{log.read_text()[-2000:]}")


def _warm(port: int, slugs: list[str]) -> int:
    """Have every page made and kept. Returns the mean size of a page as it is sent, in bytes."""
    return round(statistics.mean(len(_fetch(port, f"/request/{slug}")) for slug in slugs))


def _fetch(port: int, path: str) -> bytes:
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - our own server
            return answer.read()
    except (urllib.error.URLError, OSError) as error:
        raise BenchFailed(f"{path} could not be fetched: {error}") from None


def _slugs(url: str) -> list[str]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT slug FROM requests_app_foirequest ORDER BY id")
            return [slug for (slug,) in cursor.fetchall()]
    finally:
        connection.close()


def manage(env: dict[str, str], *words: str) -> None:
    python(env, "manage.py", *words)


def python(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(  # noqa: S603
        [sys.executable, *words], env=env, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchFailed(f"{' '.join(words)} failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def as_line(result: dict[str, object]) -> str:
    return json.dumps(result)
