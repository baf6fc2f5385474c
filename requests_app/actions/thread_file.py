"""The shape of a thread brought from elsewhere: read whole, refused with every mistake named at once."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
KINDS = ("request", "follow_up", "internal_review", "response", "annotation")
OUTCOMES = ("successful", "partially_successful", "refused", "not_held", "withdrawn")
STANDINGS = ("foia", "foisa", "eir", "eir-scotland", "none")
# Bytes of one letter beside the JSON; larger ones are not correspondence.
LARGEST_LETTER = 50 * 1024 * 1024


class ImportRefused(ValueError):
    """The file cannot be imported; ``mistakes`` has one sentence for each thing to mend."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Person:
    name: str
    email: str = ""
    suspended_because: str = ""


@dataclass(frozen=True)
class Entry:
    """One letter or annotation. ``raw``: the bytes of a response that is an e-mail; else ``body`` is its text."""

    kind: str
    at: datetime
    body: str = ""
    raw: bytes | None = None
    author: Person | None = None
    is_answer: bool = False


@dataclass(frozen=True)
class Thread:
    title: str
    authority_name: str
    authority_email: str
    regime: str
    requester: Person
    entries: tuple[Entry, ...]
    outcome: str = ""
    followers: int = 0
    source_url: str = ""
    source_id: str = ""


@dataclass
class _Reader:
    folder: Path
    mistakes: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.mistakes.append(text)

    def text(self, holder: dict, key: str, where: str, *, needed: bool = True, longest: int = 1_000_000) -> str:
        value = holder.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.say(f"{where}: “{key}” must be a text that is not empty.")
            return ""
        if len(value) > longest:
            self.say(f"{where}: “{key}” is longer than {longest} characters.")
        return value

    def holder(self, value: object, where: str) -> dict:
        if isinstance(value, dict):
            return value
        self.say(f"{where} must be an object in curly brackets.")
        return {}

    def person(self, value: object, where: str) -> Person:
        holder = self.holder(value, where)
        return Person(
            name=self.text(holder, "name", where, longest=100).strip(),
            email=self.text(holder, "email", where, needed=False, longest=254).strip().lower(),
            suspended_because=self.text(holder, "suspended_because", where, needed=False).strip(),
        )

    def moment(self, holder: dict, where: str) -> datetime:
        value = holder.get("at")
        try:
            if isinstance(value, str) and len(value) == 10:
                return datetime.combine(date.fromisoformat(value), time(12), LONDON)
            moment = datetime.fromisoformat(value)
        except (TypeError, ValueError):
            self.say(f"{where}: “at” must be a moment such as 2011-06-16T10:12:00+01:00.")
            return datetime.now(LONDON)
        return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)

    def entry(self, value: object, number: int) -> Entry:
        where = f"Entry {number}"
        holder = self.holder(value, where)
        kind = holder.get("kind")
        if kind not in KINDS:
            self.say(f"{where}: “kind” must be one of {', '.join(KINDS)}.")
        raw = None
        body = ""
        if holder.get("email") is not None:
            if kind != "response":
                self.say(f"{where}: only a response can be an e-mail; give “body” instead of “email”.")
            raw = self.letter(self.text(holder, "email", where), where)
        else:
            body = self.text(holder, "body", where)
        author = self.person(holder.get("author"), f"{where}: “author”") if kind == "annotation" else None
        return Entry(
            kind=kind or "",
            at=self.moment(holder, where),
            body=body,
            raw=raw,
            author=author,
            is_answer=holder.get("is_answer") is True,
        )

    def letter(self, name: str, where: str) -> bytes:
        path = (self.folder / name).resolve()
        if not path.is_relative_to(self.folder.resolve()):
            self.say(f"{where}: “{name}” must lie beside the JSON file.")
            return b""
        try:
            if path.stat().st_size > LARGEST_LETTER:
                self.say(f"{where}: “{name}” is larger than {LARGEST_LETTER // 1024**2} MiB.")
                return b""
            return path.read_bytes()
        except OSError as error:
            self.say(f"{where}: “{name}” cannot be read: {error.strerror}.")
            return b""


def read_thread(data: object, folder: Path) -> Thread:
    """A checked Thread; letters named in it are read from ``folder``. Raises ImportRefused naming every mistake."""
    reader = _Reader(folder)
    top = reader.holder(data, "The file")
    authority = reader.holder(top.get("authority"), "“authority”")
    entries = top.get("entries")
    if not isinstance(entries, list) or not entries:
        reader.say("“entries” must be a list with at least the request.")
        entries = []
    read = tuple(reader.entry(entry, number) for number, entry in enumerate(entries, 1))
    if read and read[0].kind != "request":
        reader.say("The first entry must be the request.")
    if [entry.kind for entry in read].count("request") > 1:
        reader.say("Only the first entry can be the request; later letters are follow_up or internal_review.")
    for number, (before, after) in enumerate(pairwise(read), 2):
        if after.at < before.at:
            reader.say(f"Entry {number} is earlier than the one before it; put the entries in order of time.")
    outcome = top.get("outcome") or ""
    if outcome and outcome not in OUTCOMES:
        reader.say(f"“outcome” must be absent or one of {', '.join(OUTCOMES)}.")
    if outcome and outcome != "withdrawn" and not any(entry.kind == "response" for entry in read):
        reader.say("“outcome” speaks of an answer, but no entry is a response.")
    followers = top.get("followers", 0)
    if not isinstance(followers, int) or isinstance(followers, bool) or not 0 <= followers < 1_000_000:
        reader.say("“followers” must be a whole number, 0 or more.")
        followers = 0
    regime = authority.get("regime", "foia")
    if regime not in STANDINGS:
        reader.say(f"“authority”: “regime” must be one of {', '.join(STANDINGS)}.")
    source_url = reader.text(top, "source_url", "The file", needed=False, longest=500)
    if source_url and not source_url.startswith(("https://", "http://")):
        reader.say("“source_url” must begin with https:// or http://.")
    thread = Thread(
        title=reader.text(top, "title", "The file", longest=200).strip(),
        authority_name=reader.text(authority, "name", "“authority”", longest=300).strip(),
        authority_email=reader.text(authority, "request_email", "“authority”", needed=False, longest=254).strip(),
        regime=regime,
        requester=reader.person(top.get("requester"), "“requester”"),
        entries=read,
        outcome=outcome,
        followers=followers,
        source_url=source_url,
        source_id=reader.text(top, "source_id", "The file", needed=False, longest=200).strip(),
    )
    if reader.mistakes:
        raise ImportRefused(reader.mistakes)
    return thread
