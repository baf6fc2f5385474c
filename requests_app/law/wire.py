"""The clock as lines of JSON: one request's events in, its dates out, or the reason there are none."""

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache

from requests_app.law.clock import SCHOOL_CLOSED, Event, Standing, fold, refuse_day_set_before_receipt
from requests_app.law.days import ClockRefused, london_day
from requests_app.law.holidays import HolidayTable

KEYS = (
    "due",
    "due_if_receipt_rolls",
    "due_latest",
    "very_overdue",
    "extension_due",
    "fee_by",
    "review_request_by",
    "review_due",
    "review_max",
    "regulator_from",
    "regulator_by",
    "flags",
    "state",
)


def answer_line(line: str | bytes, *, holidays: HolidayTable) -> dict:
    """What one line asks: ``{"regime", "events", "today"?}`` becomes the dates, or ``{"error": why}``.

    Never raises for what a line says: a mistake in one line must not cost the next one its answer.
    """
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": "This line is not JSON. Write one object on each line."}
    try:
        return as_dict(_standing(asked, holidays))
    except ClockRefused as refused:
        return {"error": str(refused)}


def as_dict(standing: Standing) -> dict:
    """A standing with days as ISO text, under the published keys and in their order."""
    return {key: _plain(getattr(standing, key)) for key in KEYS}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _standing(asked: object, holidays: HolidayTable) -> Standing:
    if not isinstance(asked, Mapping):
        raise ClockRefused('Each line must be an object with "regime" and "events".')
    events = asked.get("events")
    if not isinstance(events, list):
        raise ClockRefused('"events" is missing. Give a list, such as [{"t": "received", "at": "2011-06-16"}].')
    regime = _text(asked, "regime")
    today = None if asked.get("today") is None else london_day(_text(asked, "today"))
    told = [event_from(event) for event in events]
    refuse_day_set_before_receipt(told)
    return fold(regime, told, holidays=holidays, today=today)


def event_from(said: object) -> Event:
    """One event: ``t`` and ``at``, sometimes ``until``; a closed school has ``from`` and ``to``."""
    if not isinstance(said, Mapping):
        raise ClockRefused('Each event must be an object with "t" and "at".')
    kind = _text(said, "t")
    first, last = ("from", "to") if kind == SCHOOL_CLOSED else ("at", "until")
    until = None if said.get(last) is None else london_day(_text(said, last))
    return Event(kind=kind, on=london_day(_text(said, first)), until=until)


def _text(said: Mapping, key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str):
        raise ClockRefused(f'"{key}" is missing, or is not text in quotation marks.')
    return value


# ---- a standing kept as JSON beside the request ----

_OTHERS = ("flags", "state", "clock_day", "skips", "closures", "terms_known")
_DAYS = tuple(field.name for field in fields(Standing) if field.name not in _OTHERS)


def pack(standing: Standing) -> dict:
    """What no day changes of a standing, as JSON: days in ISO, spans as pairs; what is None or empty is left out."""
    packed: dict[str, object] = {}
    for name in _DAYS:
        if (on := getattr(standing, name)) is not None:
            packed[name] = on.isoformat()
    if standing.flags:
        packed["flags"] = list(standing.flags)
    if standing.terms_known:
        packed["terms_known"] = True
    for name in ("skips", "closures"):
        if spans := getattr(standing, name):
            packed[name] = [[first.isoformat(), last.isoformat()] for first, last in spans]
    return packed


def unpack(packed: Mapping[str, object]) -> Standing:
    """The standing that `pack` wrote down, without state and day of the count."""
    named: dict[str, object] = {name: date.fromisoformat(packed[name]) for name in _DAYS if name in packed}
    named["flags"] = tuple(packed.get("flags", ()))
    named["terms_known"] = bool(packed.get("terms_known"))
    for name in ("skips", "closures"):
        named[name] = tuple(tuple(map(date.fromisoformat, span)) for span in packed.get(name, ()))
    return Standing(**named)


@lru_cache(maxsize=2048)
def unpack_text(packed: str) -> Standing:
    """The same from the JSON as text. Requests that arrived on one day share their dates: each text is read once.

    Two standings that compare equal may differ in what the page says beside the dates: keep by the text, not by them.
    """
    return unpack(json.loads(packed))
