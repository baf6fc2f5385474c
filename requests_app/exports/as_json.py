"""A request as JSON, for programs: every published word, date and file, under a schema with a version."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime

from .thread import Clock, File, Letter, Remark, RequestPage

SCHEMA = "foitracker-request/1"


def as_json(page: RequestPage, *, site: str) -> bytes:
    """The request in UTF-8, ending with a line break. ``site`` is the site's address, without a slash at its end.

    Moments are UTC, days are London days. What is hidden has ``hidden`` with its public wording and no text.
    """
    return (json.dumps(as_dict(page, site=site), ensure_ascii=False, indent=2) + "\n").encode()


def as_dict(page: RequestPage, *, site: str) -> Mapping[str, object]:
    """What `as_json` writes."""
    return {
        "schema": SCHEMA,
        "number": page.number,
        "version": page.version,
        "url": site + page.url,
        "title": None if page.title_withheld else page.title,
        "title_hidden": page.title if page.title_withheld else None,
        "regime": page.regime,
        "status": page.status,
        "status_sentence": page.status_sentence,
        "authority": {
            "number": page.authority.number,
            "name": page.authority.name,
            "url": site + page.authority.url,
        },
        "authority_reference": page.authority_reference or None,
        "requester": {
            "name": page.requester,
            "url": site + page.requester_url,
            "is_suspended": page.requester_suspended,
        },
        "sent_at": _moment(page.sent_at),
        "changed_at": _moment(page.changed_at),
        "imported_from": page.source_url or None,
        "is_imported": page.is_imported,
        "clock": _clock(page.clock),
        "outcomes": {
            "requester": page.outcomes.requester,
            "authority": page.outcomes.authority,
            "imported": page.outcomes.imported,
            "reader": page.outcomes.reader,
        },
        "followers": page.followers,
        "entries": [_entry(entry, site) for entry in page.entries],
        "similar": [{"number": other.number, "title": other.title, "url": site + other.url} for other in page.similar],
    }


def _clock(clock: Clock | None) -> dict | None:
    if clock is None:
        return None
    return {
        "state": clock.state,
        "received_on": _day(clock.received_on),
        "due_on": _day(clock.due_on),
        "responded_on": _day(clock.responded_on),
        "longest_normal_time_on": _day(clock.outer_on),
        "dates": {name: _day(on) for name, on in clock.dates.items()},
        "flags": list(clock.flags),
    }


def _entry(entry: Letter | Remark, site: str) -> dict:
    common = {
        "type": "annotation" if entry.is_annotation else "letter",
        "number": entry.number,
        "url": f"{site}{entry.url}#{entry.anchor}",
        "from": entry.who,
        "at": _moment(entry.on),
        "hidden": entry.withheld or None,
        "text": None if entry.withheld else entry.text,
    }
    if entry.is_annotation:
        return common
    return common | {
        "direction": entry.direction,
        "kind": entry.kind,
        "door": entry.door,
        "described_as": entry.described_as or None,
        "is_automatic": entry.is_automatic,
        "behind_portal": entry.behind_portal,
        "recalled_at": _moment(entry.recalled_at),
        "delivery": entry.delivery.state if entry.delivery else None,
        "files": [_file(file, site) for file in entry.files],
    }


def _file(file: File, site: str) -> dict:
    return {
        "number": file.number,
        "name": file.name,
        "type": file.content_type,
        "size": file.size,
        "pages": file.pages,
        "sha256": file.sha256 or None,
        "url": site + file.url if file.url else None,
        "text_url": site + file.text_url + ".json" if file.text_url else None,
        "hidden": file.withheld or None,
    }


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
