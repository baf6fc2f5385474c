"""A calculated deadline as JSON and as plain text, for officers' own tools."""

import json
from datetime import date

from requests_app.exports.count_shown import Calculation, CountShown, EventShown, Law

NOTE = "Counted for you, without warranty: this is not legal advice."


def as_json(result: Calculation) -> str:
    """Dates in ISO 8601; None where there is no such date now. ``dates`` has the keys of the command's contract."""
    return json.dumps(
        {
            "regime": result.regime,
            "law": result.title,
            "received": result.received_on.isoformat(),
            "today": result.today.isoformat(),
            "state": result.state,
            "sentence": result.sentence,
            "due": _iso(result.due),
            "dates": {name: _iso(on) for name, on in result.all_dates.items()},
            "flags": list(result.flags),
            "events": [_event(event) for event in result.events],
            "counts": [_count(count) for count in result.counts],
            "bank_holidays": {
                "version": result.version,
                "from": result.covered[0].isoformat(),
                "to": result.covered[1].isoformat(),
            },
            "url": result.url,
            "note": NOTE,
        },
        ensure_ascii=False,
        indent=1,
    )


def _iso(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _law(law: Law | None) -> dict[str, str] | None:
    return {"words": law.words, "url": law.url} if law else None


def _event(event: EventShown) -> dict:
    return {
        "event": event.kind,
        "on": event.on.isoformat(),
        "until": _iso(event.until),
        "effect": event.effect,
        "due_before": _iso(event.due_before),
        "due": _iso(event.due),
        "still_to_come": event.is_to_come,
        "law": _law(event.law),
    }


def _count(count: CountShown) -> dict:
    return {
        "begins": count.begins,
        "cut_off": count.is_cut,
        "due": _iso(count.due),
        "latest": _iso(count.latest),
        "days": [
            {"on": cell.on.isoformat(), "kind": cell.kind, "number": cell.number, "words": cell.words}
            for cell in count.days
        ],
    }


def as_text(result: Calculation) -> str:
    """The same in lines, for a file note."""
    lines = [result.title, "", result.sentence, ""]
    lines += [f"{shown.words}: {_day(shown.on)}" for shown in result.dates]
    if result.last_on:
        lines += ["", f"What is later than {_day(result.today)} is not counted here. As of the last of it:"]
        lines += [result.url_of_last]
    for event in result.events:
        lines += [
            "",
            f"{_day(event.on)}: {event.title}",
            *(f"  {words}" for words in (event.effect, event.change) if words),
        ]
        if event.law:
            lines.append(f"  {event.law.words}, {event.law.url}")
    for count in result.counts:
        lines += ["", count.title, count.lead]
        for cell in count.days:
            lines.append(f"  {_day(cell.on)}: {cell.words}" + (f" – {cell.ends}" if cell.ends else ""))
    lines += ["", result.url, f"{NOTE} Bank holidays: {result.version}."]
    return "\n".join(lines) + "\n"


def _day(on: date) -> str:
    return f"{on:%A} {on.day} {on:%B %Y}"
