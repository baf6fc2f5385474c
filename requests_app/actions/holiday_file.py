"""The government's list of bank holidays: fetched, and read from its JSON, or refused in words."""

import json
import ssl
import time
from collections.abc import Mapping
from datetime import date
from email.message import Message
from pathlib import Path
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, HTTPSHandler, Request, build_opener

from django.conf import settings
from django.utils.translation import gettext as _

from ..law.holidays import LONGEST_NAME, PARTS

# The published list has some 20 KB; what is much larger is something else.
LONGEST = 1024 * 1024
MOST_DAYS = 2000
# Seconds for each answer of the server, and for all of the list.
PATIENCE, ALTOGETHER = 10.0, 30.0
DIVISIONS = dict(zip(("england-and-wales", "scotland", "northern-ireland"), PARTS, strict=True))
# The year of the Banking and Financial Dealings Act; and as far ahead as anybody proclaims.
FIRST_YEAR, YEARS_AHEAD = 1971, 10

# Part → day → its name.
Listed = dict[str, dict[date, str]]


class ListRefused(Exception):
    """The list cannot be fetched or is not what it should be; ``code`` is for the record, the text for people."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code


def fetch_or_read(where: str) -> bytes:
    """The bytes of a file, or of an https address. Raises ListRefused."""
    if "://" in where:
        return fetch(where)
    try:
        with Path(where).open("rb") as file:
            return _limited(file)
    except OSError as error:
        said = _("%(file)s cannot be read: %(why)s.") % {"file": where, "why": error.strerror}
        raise ListRefused("unreadable", said) from error


def fetch(url: str) -> bytes:
    """The list at an https address; a redirect is followed on the same host only. Raises ListRefused."""
    if urlsplit(url).scheme != "https" or not urlsplit(url).hostname:
        raise ListRefused("address", _("The address of the list must begin with https://."))
    opener = build_opener(HTTPSHandler(context=ssl.create_default_context()), _SameHost())
    asked = Request(url, headers={"User-Agent": f"foitracker (+{settings.SITE_URL})", "Accept": "application/json"})  # noqa: S310 - https only, see above
    try:
        with opener.open(asked, timeout=PATIENCE) as answer:
            return _limited(answer)
    except HTTPError as error:
        raise ListRefused("unreachable", _("The server answered %(code)d.") % {"code": error.code}) from error
    except (URLError, OSError, ValueError) as error:
        why = getattr(error, "reason", error)
        raise ListRefused("unreachable", _("The list cannot be fetched: %(why)s.") % {"why": why}) from error


class _SameHost(HTTPRedirectHandler):
    """Goes nowhere that the operator has not named."""

    max_redirections = 3

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if (new.scheme, new.hostname, new.port) != ("https", old.hostname, old.port):
            raise ListRefused("elsewhere", _("The server sends on to another host, which is not followed."))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _limited(source: IO[bytes]) -> bytes:
    """All of it, in pieces, but no more than the longest list and no longer than it may take."""
    until, pieces, size = time.monotonic() + ALTOGETHER, [], 0
    while piece := source.read(64 * 1024):
        size += len(piece)
        if size > LONGEST:
            raise ListRefused("too_long", _("This is more than a list of bank holidays can have (1 MB)."))
        if time.monotonic() > until:
            raise ListRefused("unreachable", _("The list takes too long to come."))
        pieces.append(piece)
    return b"".join(pieces)


def read_list(content: bytes, *, today: date) -> Listed:
    """The days of each part. Raises ListRefused for anything but the published form, all three parts in it.

    ``{"england-and-wales": {"division": …, "events": [{"title", "date", "notes", "bunting"}]}, "scotland": …,
    "northern-ireland": …}``; other members are passed over.
    """
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise ListRefused("unreadable", _("This is not JSON.")) from None
    if not isinstance(found, Mapping):
        raise _refused(_("an object with the three parts of the United Kingdom is missing"))
    return {part: _days(found.get(division), division, today) for division, part in DIVISIONS.items()}


def _days(said: object, division: str, today: date) -> dict[date, str]:
    events = said.get("events") if isinstance(said, Mapping) else None
    if not isinstance(events, list) or not events:
        raise _refused(_("“%(part)s” has no list of events") % {"part": division})
    if len(events) > MOST_DAYS:
        raise _refused(_("“%(part)s” has too many events") % {"part": division})
    days: dict[date, str] = {}
    for event in events:
        on, name = _event(event, division, today)
        days.setdefault(on, name)
    return days


def _event(event: object, division: str, today: date) -> tuple[date, str]:
    title, text = (event.get("title"), event.get("date")) if isinstance(event, Mapping) else (None, None)
    if not isinstance(title, str) or not title.strip() or not isinstance(text, str):
        raise _refused(_("an event of “%(part)s” has no title or date") % {"part": division})
    try:
        on = date.fromisoformat(text)
    except ValueError:
        raise _refused(_("“%(text)s” is not a date") % {"text": text[:40]}) from None
    if not FIRST_YEAR <= on.year <= today.year + YEARS_AHEAD:
        raise _refused(_("%(day)s is too far away") % {"day": on.isoformat()})
    name = " ".join(title.replace("\x00", "").split())
    if len(name) > LONGEST_NAME:
        about = {"day": on.isoformat(), "most": LONGEST_NAME}
        raise _refused(_("the name of %(day)s has more than %(most)d letters") % about)
    return on, name


def _refused(why: str) -> ListRefused:
    return ListRefused("unreadable", _("This is not the government’s list of bank holidays: %(why)s.") % {"why": why})
