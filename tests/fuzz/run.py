"""Mutated letters through the whole way in: stored, filed or held, files read, then everything public is searched."""

import logging
import resource
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from unittest import mock

from django.conf import settings
from django.utils import timezone

from requests_app import limited
from requests_app.actions import file_checks, file_decisions, following, inbound
from requests_app.mail.addresses import make_bounce
from requests_app.models import (
    Attachment,
    Authority,
    Case,
    FOIRequest,
    InboundEmail,
    InboundState,
    NotAllowed,
    OutboundEmail,
    ReasonCode,
    Release,
    Rhythm,
    User,
)
from requests_app.models.private import CheckState, FileCheck
from tests import factories
from tests.arrivals import our_address, receive
from tests.fuzz import forking, outputs
from tests.fuzz.found import Found
from tests.fuzz.letters import COUNCIL, Mutant, mutant, sources
from tests.fuzz.looking import LEAKS, Watch

# Letters of one request: its pages are read once all are there. Lists are read for so many requests together.
BATCH = 40
LISTS_EVERY = 8
# One file in so many is read as a worker does it, in a process begun for it, and not in a fork.
BEGUN_ANEW = 250
# Reading files takes the most time: those of every third letter are read, where no file had the same bytes before.
READ_EVERY = 3
# Pages of staff are opened for one request in so many.
PRIVATE_EVERY = 4
SETTLED = {
    InboundState.PLACED,
    InboundState.HELD,
    InboundState.NOTED,
    InboundState.TAKEN_AS_DRAFT,
    InboundState.DISCARDED,
}


def run(
    count: int,
    *,
    first: int = 0,
    seed: int = 1,
    say: Callable[[str], None] = lambda words: None,
    note: Callable[[Found], None] = lambda found: None,
) -> Found:
    """``count`` letters from number ``first`` on, in this process's database; ``note`` is told after each batch."""
    forking.load_libraries()
    fuzz = _Fuzz(count, first, seed)
    for start in range(first, first + count, BATCH):
        fuzz.batch(range(start, min(start + BATCH, first + count)))
        found = fuzz.found
        note(found)
        rate = found.letters / found.seconds
        say(
            f"{found.letters} letters, {found.seconds:.0f} s ({rate:.1f}/s): {dict(found.states)}, files "
            f"{dict(found.files)}, lost {len(found.lost)}, crashed {len(found.crashed)}, leaked {len(found.leaked)}"
        )
    return fuzz.found


class _Fuzz:
    def __init__(self, count: int, first: int, seed: int) -> None:
        self.found = Found()
        self._count, self._seed = count, seed
        self._corpus = sources()
        self._began = time.monotonic()
        self._heard = _Heard()
        self._authority: Authority = factories.make_authority(email=COUNCIL)
        self._staff: User = factories.make_staff()
        self._public = outputs.Public(self.found.crashed.append)
        self._private = outputs.Private(self._staff, self.found.crashed.append)
        self._read: dict[str, str] = {}
        self._noted: set[tuple[int, str]] = set()
        self._recent: list[tuple[int, Mutant]] = []
        self._batches = 0
        self._rows: list[int] = []
        for rhythm in (Rhythm.AT_ONCE, Rhythm.DAILY):
            reader = factories.make_user()
            following.follow(user=reader, now=timezone.now(), authority=self._authority, rhythm=rhythm)

    def batch(self, numbers: range) -> None:
        """One request and its letters, then all that is public of it."""
        found = self.found
        self._batches += 1
        self._rows.clear()
        sent_at = datetime(2011, 6, 16, 9, 12, tzinfo=UTC)
        foi_request, other = (
            factories.make_request(f"Zebra crossings {numbers[0]} {of}", authority=self._authority, sent_at=sent_at)
            for of in ("north", "south")
        )
        posted = OutboundEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        with self._timed("letters"):
            brought = [self._through(number, foi_request, other) for number in numbers]
        with self._timed("by_hand"):
            self._decide(numbers, foi_request)
        with self._timed("files"):
            self._check_files(foi_request, other)
        self._recent += [(one.number, one) for one in brought]
        with self._timed("looking"):
            watch = Watch((one.number, one.bird) for one in brought)
            self._look(self._public.of_request(foi_request), watch)
            self._look(self._public.beside(other), watch)
            if self._batches % PRIVATE_EVERY == 1:
                found.private_pages += self._private.open(foi_request)
            self._look(outputs.mail(after=posted), watch)
            last = found.letters >= self._count
            if self._batches % LISTS_EVERY == 0 or last:
                watch = Watch((number, one.bird) for number, one in self._recent)
                posted = OutboundEmail.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
                self._look(self._public.of_lists(foi_request), watch)
                if last:
                    outputs.morning()
                    self._look(outputs.mail(after=posted), watch)
                self._recent = []
        found.cases = Case.objects.count()
        found.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found.peak_reader_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        if found.letters <= max(self._count // 10, BATCH):
            found.early_peak_mb = found.peak_mb
        found.seconds = time.monotonic() - self._began

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.found.spent[name] += time.monotonic() - began

    def _through(self, number: int, foi_request: FOIRequest, other: FOIRequest) -> Mutant:
        """Store a letter and have it placed as a worker would; whatever happens, its bytes must still be there."""
        found = self.found
        random = Random(f"way-{self._seed}-{number}")
        recipients = _recipients(random, foi_request, other)
        one = mutant(number, recipients[0], self._corpus, seed=self._seed)
        sender = random.choice((*[COUNCIL] * 8, "<>", one.address))
        found.letters += 1
        found.manners.update(one.manners)
        began = time.monotonic()
        try:
            rows = receive(one.raw, *recipients, envelope_from=sender, door="lmtp")
            states = [(row, inbound.place(row)) for row in rows]
        except Exception as error:
            found.crashed.append(f"{number}: {type(error).__name__}: {error}"[:300])
            return one
        taken = time.monotonic() - began
        if taken > found.slowest_s:
            found.slowest_s, found.slowest = taken, number
        if len(rows) != len(recipients):
            found.lost.append(number)
        for row_number, state in states:
            self._account(one, row_number, state)
        return one

    def _account(self, one: Mutant, row_number: int, state: str) -> None:
        found = self.found
        row = InboundEmail.objects.get(pk=row_number)
        found.rows += 1
        self._rows.append(row_number)
        found.states[row.state] += 1
        if state == "retry":
            # It would be tried again and end as a case with its bytes; but something in it was not foreseen.
            found.crashed.append(f"{one.number}: tried again: {self._heard.last}")
        elif row.state not in SETTLED and state != "nothing":
            found.lost.append(one.number)
        is_again = InboundEmail.objects.filter(message_id=row.message_id, pk__lt=row_number).exists()
        if inbound.raw_of(row) != one.raw and not is_again:
            found.lost.append(one.number)
        if row.state == InboundState.PLACED and not hasattr(row, "message"):
            found.lost.append(one.number)
        about = Case.objects.filter(thing_type="inbound_email", thing_id=row.pk)
        if row.state == InboundState.HELD and not about.exists():
            found.lost.append(one.number)

    def _decide(self, numbers: range, foi_request: FOIRequest) -> None:
        """Staff file most of what is held, so that it is published too, and put some away."""
        random = Random(f"decide-{self._seed}-{numbers[0]}")
        for row in InboundEmail.objects.filter(pk__in=self._rows, state=InboundState.HELD).order_by("pk"):
            about = {"inbound_email_id": row.pk, "actor": self._staff, "now": timezone.now()}
            try:
                if random.random() < 0.7:
                    inbound.file_held(foi_request_id=foi_request.pk, **about)
                    self.found.filed_by_hand += 1
                elif random.random() < 0.5:
                    inbound.discard_held(**about)
            except NotAllowed:
                continue  # a recall is put away and never published
            except Exception as error:
                self.found.crashed.append(f"held {row.pk}, {numbers}: {type(error).__name__}: {error}"[:300])

    def _check_files(self, *requests: FOIRequest) -> None:
        """Check and read each file as a worker would; of what is held, staff release half."""
        files = Attachment.objects.filter(message__foi_request__in=requests).order_by("pk")
        for number, letter, content in list(files.values_list("pk", "message", "sha256")):
            if content in self._read or letter % READ_EVERY:
                self._pass_on(number, self._read.get(content, Release.PUBLIC))
                continue
            anew = number % BEGUN_ANEW == 0
            try:
                with mock.patch.object(limited, "run", limited.run if anew else forking.run):
                    states = [file_checks.check(number), file_checks.check(number)]
                if "retry" in states or states[1] != "read":
                    self.found.crashed.append(f"file {number}: {states}")
                file = Attachment.objects.get(pk=number)
                self._read[content] = file.release
                self.found.files[file.release] += 1
                self.found.files[f"read_{file.reading or 'no'}"] += 1
                if file.release == Release.HELD and number % 2:
                    about = {"actor": self._staff, "now": timezone.now(), "reason_code": ReasonCode.HANDLED}
                    file_decisions.release_file(attachment_id=number, **about)
                    self.found.files["released_by_hand"] += 1
            except Exception as error:
                self.found.crashed.append(f"file {number}: {type(error).__name__}: {error}"[:300])

    def _pass_on(self, number: int, release: str) -> None:
        FileCheck.objects.filter(attachment=number).update(state=CheckState.CLEAR, is_read=True)
        Attachment.objects.filter(pk=number, release=Release.CHECKING, checking_until=None).update(release=release)
        self.found.files["passed_on"] += 1

    def _look(self, shown, watch: Watch) -> None:
        for name, content in shown:
            self.found.outputs += 1
            self.found.bytes_searched += len(content)
            for sight in watch.seen(content, markup=_markup(name)):
                if name == outputs.AS_IT_CAME:
                    # Files are published as they came, once the gate let them: text beside them is masked.
                    self.found.in_files_as_they_came += 1
                elif sight.what in LEAKS:
                    self.found.leaked.append(f"{sight.number} in {name}: {sight.what}: {sight.excerpt}")
                elif (sight.number, sight.what) not in self._noted:
                    self._noted.add((sight.number, sight.what))
                    self.found.looked_at[sight.what].append(f"{sight.number} in {name}: {sight.what}: {sight.excerpt}")


class _Heard(logging.Handler):
    """Keeps what the product last logged of an error, which it has got over by itself."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""
        product = logging.getLogger("requests_app")
        product.addHandler(self)
        product.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        frames = traceback.extract_tb(error.__traceback__)[-3:] if error else []
        where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
        self.last = f"{record.getMessage()}: {type(error).__name__}: {error} ({where})"[:400]


def _markup(name: str) -> str:
    """What tags in an output are: those of a page, of a page in a feed, or signs of a text."""
    path = name.partition("?")[0]
    if path.endswith(".atom"):
        return "feed"
    return "page" if name == "file as text" or (path.startswith("/") and "." not in path) else ""


def _recipients(random: Random, foi_request: FOIRequest, other: FOIRequest) -> list[str]:
    """Nearly always the request's own address; else one of our other kinds, two requests, or none that exists."""
    ours = our_address(foi_request)
    way = random.random()
    if way < 0.84:
        return [ours]
    if way < 0.88:
        return [ours, our_address(other)]
    if way < 0.91:
        return [our_address(foi_request, "notice")]
    if way < 0.94:
        return [our_address(foi_request, "person")]
    if way < 0.97:
        sent = OutboundEmail.objects.filter(foi_request=foi_request).order_by("pk").first()
        return [make_bounce(sent.pk, sent.bounce_token, settings.MAIL_DOMAIN) if sent else ours]
    return [ours.replace("-", "-x", 1)]
