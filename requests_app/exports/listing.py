"""PURE: a list of requests as JSON, CSV or Atom."""

import csv
import io
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from xml.etree import ElementTree

from .thread import Pill

SCHEMA = 1
ATOM = "http://www.w3.org/2005/Atom"
# An empty cell is in none of them.
FORMULAS = tuple("=+-@\t\r\n")
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CSV_COLUMNS = (
    "number",
    "title",
    "url",
    "authority",
    "authority_url",
    "requester",
    "requester_url",
    "regime",
    "status",
    "outcome_by_requester",
    "outcome_by_authority",
    "sent",
    "due",
    "last_activity",
    "changed",
    "removed_because",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One request in a list. ``snippet`` is safe HTML; a hidden title is replaced by its public wording."""

    number: int
    url: str
    title: str
    authority: str
    authority_url: str
    requester: str
    requester_url: str
    regime: str
    status: str
    outcome_by_requester: str
    outcome_by_authority: str
    sent_at: datetime | None
    due_on: date | None
    last_activity_at: datetime
    changed_at: datetime
    pill: Pill
    hint: str = ""
    snippet: str = ""

    @property
    def on(self) -> datetime:
        return self.last_activity_at


@dataclass(frozen=True, slots=True)
class Removed:
    """A request that is no longer public: its number, since when, and the reason's code."""

    number: int
    changed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list. ``next`` is the path of the following page, empty on the last one."""

    title: str
    url: str
    rows: tuple[Row, ...]
    removed: tuple[Removed, ...] = ()
    next: str = ""


def as_json(listing: Listing, *, site: str) -> str:
    """The page as JSON: ``schema_version, title, url, requests, removed, next``."""
    return json.dumps(
        {
            "schema_version": SCHEMA,
            "title": listing.title,
            "url": site + listing.url,
            "requests": [_plain(row, site) for row in listing.rows],
            "removed": [
                {"number": row.number, "changed": row.changed_at.isoformat(), "removed_because": row.reason}
                for row in listing.removed
            ],
            "next": site + listing.next if listing.next else None,
        },
        ensure_ascii=False,
        indent=1,
    )


def as_csv(listing: Listing, *, site: str) -> str:
    """The page as CSV with a heading; a removed request has its number, day and reason only."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in listing.rows:
        writer.writerow({name: cell(value) for name, value in _plain(row, site).items() if name in CSV_COLUMNS})
    for row in listing.removed:
        writer.writerow({"number": row.number, "changed": row.changed_at.isoformat(), "removed_because": row.reason})
    return out.getvalue()


def as_atom(listing: Listing, *, site: str, updated: datetime) -> bytes:
    """The page as an Atom feed, newest first."""
    feed = ElementTree.Element("feed", {"xmlns": ATOM})
    _add(feed, "id", site + listing.url)
    _add(feed, "title", listing.title)
    _add(feed, "updated", max((row.last_activity_at for row in listing.rows), default=updated).isoformat())
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": site + listing.url})
    if listing.next:
        ElementTree.SubElement(feed, "link", {"rel": "next", "href": site + listing.next})
    for row in listing.rows:
        entry = ElementTree.SubElement(feed, "entry")
        _add(entry, "id", f"{site}/request/{row.number}")
        _add(entry, "title", row.title)
        _add(entry, "updated", row.last_activity_at.isoformat())
        ElementTree.SubElement(entry, "link", {"rel": "alternate", "href": site + row.url})
        _add(ElementTree.SubElement(entry, "author"), "name", row.requester)
        _add(entry, "summary", f"{row.authority} · {row.pill.label}")
    return ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)


def _plain(row: Row, site: str) -> dict:
    return {
        "number": row.number,
        "title": row.title,
        "url": site + row.url,
        "authority": row.authority,
        "authority_url": site + row.authority_url,
        "requester": row.requester,
        "requester_url": site + row.requester_url,
        "regime": row.regime,
        "status": row.status,
        "outcome_by_requester": row.outcome_by_requester or None,
        "outcome_by_authority": row.outcome_by_authority or None,
        "sent": row.sent_at.isoformat() if row.sent_at else None,
        "due": row.due_on.isoformat() if row.due_on else None,
        "last_activity": row.last_activity_at.isoformat(),
        "changed": row.changed_at.isoformat(),
    }


def cell(value: object) -> object:
    """A value that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" ")[:1] in FORMULAS else value


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = _xml_text(text)


def _xml_text(text: str) -> str:
    """Without the control characters that XML cannot carry."""
    return NOT_IN_XML.sub("", text)
