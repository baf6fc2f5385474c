"""Mutated letters through the whole way in: stored, filed or held, published; then everything public is searched."""

import html
import io
import logging
import re
import resource
import time
import urllib.parse
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.test import Client

from requests_app.actions import inbound
from requests_app.models import Case, FOIRequest, InboundEmail, InboundState, OutboundEmail
from tests import factories
from tests.arrivals import our_address, receive
from tests.fuzz.letters import COUNCIL, Mutant, mutant, sources

# Letters of one request: its pages are read once all are there.
BATCH = 50
# What no mask may depend on: between the parts of a number people put any of these.
_BETWEEN = re.compile(r"[\s\u00a0\u2000-\u200f().\-\u2010-\u2015/]+")
SETTLED = {
    InboundState.PLACED,
    InboundState.HELD,
    InboundState.NOTED,
    InboundState.TAKEN_AS_DRAFT,
    InboundState.DISCARDED,
}


@dataclass
class Found:
    """What came of it. Each list names letters by their numbers, with which they can be made again."""

    letters: int = 0
    states: Counter = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    crashed: list[int] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    bytes_searched: int = 0
    outputs: int = 0
    peak_mb: float = 0.0
    early_peak_mb: float = 0.0
    seconds: float = 0.0
    slowest_s: float = 0.0
    slowest: int = 0

    def figures(self) -> dict[str, object]:
        return {
            "letters": self.letters,
            **{str(state): count for state, count in sorted(self.states.items())},
            "lost": len(self.lost),
            "crashed": len(self.crashed),
            "leaked": len(self.leaked),
            "examples": [*self.lost[:5], *self.crashed[:20], *self.leaked[:20]],
            "outputs_searched": self.outputs,
            "mb_searched": round(self.bytes_searched / 1e6, 1),
            "peak_mb": round(self.peak_mb, 1),
            "peak_mb_after_a_tenth": round(self.early_peak_mb, 1),
            "slowest_s": round(self.slowest_s, 2),
            "slowest": self.slowest,
            "seconds": round(self.seconds, 1),
        }


def run(count: int, *, first: int = 0, seed: int = 1, say=lambda words: None) -> Found:
    """``count`` letters from number ``first`` on, in this process's database."""
    found, began, corpus = Found(), time.monotonic(), sources()
    authority = factories.make_authority(email=COUNCIL)
    logging.getLogger("requests_app").setLevel(logging.CRITICAL)
    for start in range(first, first + count, BATCH):
        numbers = range(start, min(start + BATCH, first + count))
        foi_request = factories.make_request(
            f"Zebra crossings {start}", authority=authority, sent_at=datetime(2011, 6, 16, 9, 12, tzinfo=UTC)
        )
        posted = OutboundEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        brought = [
            _through(mutant(number, our_address(foi_request), corpus, seed=seed), foi_request, found)
            for number in numbers
        ]
        for name, shown in public_outputs(foi_request, after=posted):
            found.outputs += 1
            found.bytes_searched += len(shown)
            found.leaked += [f"{one.number} in {name}: {what}" for one in brought for what in _shown_in(one, shown)]
        found.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if found.letters <= max(count // 10, BATCH):
            found.early_peak_mb = found.peak_mb
        say(f"{found.letters} letters, {time.monotonic() - began:.0f} s: {dict(found.states)}")
    found.seconds = time.monotonic() - began
    return found


def _through(one: Mutant, foi_request: FOIRequest, found: Found) -> Mutant:
    """Store it and have it placed as a worker would; whatever happens, its bytes must still be there."""
    found.letters += 1
    began = time.monotonic()
    try:
        (row_number,) = receive(one.raw, our_address(foi_request), envelope_from=COUNCIL, door="lmtp")
        state = inbound.place(row_number)
    except Exception:
        found.crashed.append(one.number)
        return one
    taken = time.monotonic() - began
    if taken > found.slowest_s:
        found.slowest_s, found.slowest = taken, one.number
    row = InboundEmail.objects.get(pk=row_number)
    found.states[row.state] += 1
    if state == "retry":
        # It would be tried again and end as a case with its bytes; but something in it was not foreseen.
        found.crashed.append(one.number)
    elif row.state not in SETTLED and state != "nothing":
        found.lost.append(one.number)
    if inbound.raw_of(row) != one.raw and not InboundEmail.objects.filter(message_id=row.message_id, pk__lt=row_number):
        found.lost.append(one.number)
    if row.state == InboundState.PLACED and not hasattr(row, "message"):
        found.lost.append(one.number)
    if row.state == InboundState.HELD and not Case.objects.filter(thing_type="inbound_email", thing_id=row.pk).exists():
        found.lost.append(one.number)
    return one


def public_outputs(foi_request: FOIRequest, *, after: int) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of all that anybody may read of a request, and of the letters of ours that tell of it.

    Attached files are served as they came and are not searched; their names are.
    """
    client = Client(HTTP_HOST="localhost")
    base = f"/request/{foi_request.slug}"
    paths = [
        *(base + end for end in ("", ".json", ".atom", ".txt", "/details", "/deadline", "/similar")),
        *(f"/search?q=zebra{more}" for more in ("", "&page=2")),
        *(f"/search.{kind}?q=zebra" for kind in ("json", "csv", "atom")),
        *("/list", "/list.json", "/list.atom", "/", f"/body/{foi_request.authority.slug}"),
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        yield path, b"".join(answer.streaming_content) if answer.streaming else answer.content
    answer = client.get(f"{base}.zip")
    packed = b"".join(answer.streaming_content) if answer.streaming else answer.content
    names = set(foi_request.messages.values_list("attachments__name", flat=True))
    with zipfile.ZipFile(io.BytesIO(packed)) as kept:
        yield "names in zip", "\n".join(kept.namelist()).encode()
        for member in kept.namelist():
            if not any(name and member.endswith(name) for name in names):
                yield f"zip {member}", kept.read(member)
    # But for what asks the authority itself whether a sender is its own, and so names it.
    for row in OutboundEmail.objects.filter(pk__gt=after).exclude(template="ask_sender").order_by("pk"):
        yield f"mail {row.template}", f"{row.from_header}\n{row.subject}\n{row.body}\n{row.headers}".encode()


def _shown_in(one: Mutant, shown: bytes) -> Iterator[str]:
    """Which of the two can be read there: as it stands, or as a browser, a feed reader or a person would read it."""
    for text in _readings(shown):
        if one.address.lower() in text:
            yield "address"
            break
    # Without the 0 or the country's code, as when a mutation ate it, it is no telephone number any more.
    written = one.mobile, f"44{one.mobile[1:]}"
    for text in _readings(shown):
        closed = _BETWEEN.sub("", text)
        if any(number in closed for number in written):
            yield "mobile"
            break


_last: tuple[bytes, tuple[str, ...]] = (b"", ())


def _readings(shown: bytes) -> tuple[str, ...]:
    global _last
    if _last[0] is not shown:
        text = shown.decode("utf-8", "replace").lower()
        plain = html.unescape(html.unescape(text))
        without_tags = re.sub(r"<[^>]*>|\u00ad|\u200b", "", plain)
        readings = {text, plain, without_tags, urllib.parse.unquote(plain), text.replace("\\u0040", "@")}
        _last = (shown, tuple(readings))
    return _last[1]
