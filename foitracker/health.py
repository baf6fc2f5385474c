"""Health checks for containers: exit 0 when this part of the site answers, else 1 and a line saying why.

python -m foitracker.health web|worker|beat|lmtp
"""

import http.client
import os
import smtplib
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

BEAT_PATIENCE = 600.0  # seconds; beat writes its schedule every three minutes


def web() -> None:
    """The front page answers, or sends plain HTTP to HTTPS."""
    site = urlsplit(os.environ.get("SITE_URL") or "http://localhost:8000")
    door = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("WEB_PORT", "8000")), timeout=4)
    door.request("GET", "/", headers={"Host": site.netloc})
    status = door.getresponse().status
    if status not in {200, 301}:
        raise RuntimeError(f"the front page answers {status}")


def worker() -> None:
    """This machine's worker answers a ping through the broker."""
    from foitracker.celery import app

    if not app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=3):
        raise RuntimeError("no worker answers")


def beat() -> None:
    """Beat has written its schedule lately."""
    schedule = Path(os.environ.get("BEAT_SCHEDULE", "/data/beat-schedule"))
    written = [path.stat().st_mtime for path in schedule.parent.glob(f"{schedule.name}*")]
    if time.time() - max(written, default=0.0) > BEAT_PATIENCE:
        raise RuntimeError("beat has not written its schedule for ten minutes")


def lmtp() -> None:
    """The door for mail says hello."""
    with smtplib.LMTP("127.0.0.1", int(os.environ.get("LMTP_PORT", "8024")), timeout=4):
        pass


PARTS = {"web": web, "worker": worker, "beat": beat, "lmtp": lmtp}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        sys.exit(f"Usage: python -m foitracker.health {'|'.join(PARTS)}")
    try:
        PARTS[sys.argv[1]]()
    except Exception as error:  # whatever it is, the container is not healthy
        sys.exit(f"{sys.argv[1]}: {error}")
