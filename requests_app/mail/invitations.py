"""What a calendar invitation says, in a few lines without labels: what, when, where, and the organiser's words."""

import re

_LONGEST = 20_000
_FOLDED = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]{1,40})((?:;[^:\"\n]{0,200}(?:\"[^\"\n]{0,200}\"[^:\"\n]{0,200})*)?):(.*)")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?$")
_ZONE = re.compile(r"TZID=\"?([^\";:]{1,80})", re.IGNORECASE)


def summary(calendar: str) -> str:
    """The first event as lines of text, "" where there is none."""
    lines = _FOLDED.sub("", calendar.replace("\r\n", "\n"))[:_LONGEST].split("\n")
    found: dict[str, tuple[str, str]] = {}
    inside = 0
    for line in lines:
        match = _LINE.match(line)
        if not match:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name in ("BEGIN", "END"):
            event = value.upper() in ("VEVENT", "VTODO")
            inside += (1 if name == "BEGIN" else -1) if event or inside > 0 else 0
            if name == "END" and event and found:
                break
        elif inside == 1 and value:
            found.setdefault(name, (parameters, value))
    what = _plain(found.get("SUMMARY", ("", ""))[1])
    begins, ends = _moment(found.get("DTSTART")), _moment(found.get("DTEND") or found.get("DUE"))
    if ends and begins and ends[:10] == begins[:10]:
        zone = ends[16:]
        begins, ends = begins.removesuffix(zone) if zone else begins, ends[11:]
    when = " – ".join(filter(None, (begins, ends)))
    where = _plain(found.get("LOCATION", ("", ""))[1])
    words = _plain(found.get("DESCRIPTION", ("", ""))[1]).strip()
    head = "\n".join(filter(None, (what, when, where)))
    return "\n\n".join(filter(None, (head, words)))


def _moment(found: tuple[str, str] | None) -> str:
    """ "2011-07-04 10:00 (Europe/London)", or the day alone; as it stands where it is neither."""
    if not found:
        return ""
    parameters, value = found
    match = _MOMENT.match(value)
    if not match:
        return value[:40]
    day = f"{match[1]}-{match[2]}-{match[3]}"
    if not match[4]:
        return day
    zone = _ZONE.search(parameters)
    named = "UTC" if match[6] else (zone[1] if zone else "")
    return f"{day} {match[4]}:{match[5]}" + (f" ({named})" if named else "")


def _plain(value: str) -> str:
    return re.sub(r"\\([nN,;\\])", lambda match: "\n" if match[1] in "nN" else match[1], value)
