"""One request as its authority's officer sees it: the thread, the officer's own draft, and what it would look like."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ..exports.thread import File, Letter, RequestPage
from ..law.cited import exemptions_cited
from ..law.days import london_day
from ..law.exemptions import exemption_for, exemptions, extension_is_open
from ..law.regimes import ESTIMATE, REGIMES
from ..models import FOIRequest, Officer, Prominence, User
from ..models.private import OfficerDraft, OfficerDraftFile
from ..permissions import answerable_by, visible_to
from ..publishing.files import recognise
from . import request_page
from .file_findings import FoundInFile, found_in
from .letter_names import NamedLetter, named_apart

# For so long the officer reads of a recall that hid nothing.
RECALL_IS_NEWS = timedelta(days=7)
# Laws whose refusals name a section of the Act of 2000.
WITH_EXEMPTIONS = ("foia", "foia-school")


@dataclass(frozen=True)
class Recalled:
    """A letter that the authority's mail program asked for back. ``until``: so long its files are hidden, or None."""

    number: int
    on: datetime
    until: date | None


@dataclass(frozen=True)
class CasePage:
    """``thread`` is the request's page for this officer; ``draft`` is None while nothing is saved."""

    foi_request: FOIRequest
    officer: Officer
    thread: RequestPage
    draft: OfficerDraft | None
    files: tuple[OfficerDraftFile, ...]
    sections: tuple[tuple[str, str], ...]
    to_describe: tuple[NamedLetter, ...]
    is_late: bool
    recalled: tuple[Recalled, ...]

    @property
    def size(self) -> int:
        """Bytes of the files that the draft has."""
        return sum(file.size for file in self.files)


def load(number: int, *, user: User, today: date) -> CasePage | None:
    """The case for an officer of the addressed authority; None for everybody else. About ten queries."""
    foi_request = (
        FOIRequest.objects.filter(visible_to(user) & answerable_by(user), pk=number)
        .exclude(prominence=Prominence.NOBODY)
        .select_related("authority", "requester")
        .first()
    )
    if foi_request is None:
        return None
    officer = Officer.objects.serving().select_related("user").get(user=user, authority=foi_request.authority_id)
    thread = request_page.load(foi_request.slug, user=user, today=today)
    if thread is None:
        return None
    draft = OfficerDraft.objects.filter(officer=officer, foi_request=foi_request).first()
    return CasePage(
        foi_request=foi_request,
        officer=officer,
        thread=thread,
        draft=draft,
        files=tuple(draft.files.order_by("pk")) if draft else (),
        sections=sections_of(foi_request.regime),
        to_describe=named_apart(letter for letter in thread.letters if letter.number in thread.to_describe),
        is_late=bool(thread.clock and thread.clock.state in ("overdue", "very-overdue")),
        recalled=tuple(_recalled(thread, today)),
    )


def _recalled(thread: RequestPage, today: date) -> Iterator[Recalled]:
    """Those of which something may still be done: their files are hidden, or they were recalled these days."""
    for letter in thread.letters:
        if letter.recalled_at is None:
            continue
        until = max((file.looked_at_until for file in letter.files if file.looked_at_until), default=None)
        if until or london_day(letter.recalled_at) > today - RECALL_IS_NEWS:
            yield Recalled(letter.number, letter.on, until)


def sections_of(regime: str) -> tuple[tuple[str, str], ...]:
    """Sections a refusal under this law may rely on, with their titles; none where the law is another one."""
    if regime not in WITH_EXEMPTIONS:
        return ()
    return (
        ("12", "Cost of compliance exceeds appropriate limit"),
        ("14", "Vexatious or repeated requests"),
        *((exemption.section, exemption.title) for exemption in exemptions().values()),
    )


@dataclass(frozen=True, slots=True)
class TimeHints:
    """What this law lets stop or lengthen the time. ``extension``: "estimate", "moves-due", or "" where there is none.

    ``qualified``: the exemptions that are weighed against the public interest; only they can support more time.
    """

    by_law: bool
    extension: str
    qualified: tuple[tuple[str, str], ...]


def time_hints(page: CasePage) -> TimeHints:
    """For the officer who chooses what kind of letter it is. No query."""
    rules = REGIMES.get(page.foi_request.regime)
    extension = rules.extension if rules else None
    named = exemptions().values() if extension == ESTIMATE else ()
    return TimeHints(
        by_law=bool(rules and rules.by_law),
        extension=extension or "",
        qualified=tuple((one.section, one.title) for one in named if one.may_be_qualified),
    )


def rests_on_absolute_ones(page: CasePage, text: str) -> bool:
    """Whether a letter that asks for more time names exemptions, and none that s.10(3) could rest on."""
    rules = REGIMES.get(page.foi_request.regime)
    if rules is None or rules.extension != ESTIMATE:
        return False
    named = [place for place in exemptions_cited(text) if exemption_for(place)]
    return bool(named) and not extension_is_open(named)


def previewed_letter(page: CasePage, *, html: str, now: datetime) -> Letter:
    """The draft as the public will see it. ``html`` comes from the same rendering that publishing uses."""
    return Letter(
        number=0,
        side="authority",
        direction="incoming",
        kind="response",
        door="inbox",
        who=page.foi_request.authority.name,
        on=now,
        html=html,
        text="",
        withheld="",
        files=tuple(_previewed_file(file) for file in page.files),
        kind_label="",
        described_as=page.draft.described_as if page.draft else "",
        is_automatic=False,
        delivery=None,
        url=page.thread.url,
    )


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file of the draft with what a check found in it; ``found`` is None while it waits for its check."""

    number: int
    name: str
    found: FoundInFile | None
    said_why: str

    @property
    def is_held(self) -> bool:
        """Whether it would wait for our staff after it is published."""
        return bool(self.found and self.found.holds and not (self.said_why and self.found.may_vouch))


def files_to_look_at(page: CasePage) -> tuple[DraftFile, ...]:
    """The draft's files in which something was found, or that wait for their check. No query but the files' own."""
    if page.draft is None:
        return ()
    rows = (
        DraftFile(
            number=file.pk,
            name=file.name,
            found=None
            if file.findings is None
            else found_in(file.findings, extension=file.name.rpartition(".")[2].lower()),
            said_why=file.said_why,
        )
        for file in page.draft.files.order_by("pk")
    )
    return tuple(row for row in rows if row.found is None or row.found.found)


def _previewed_file(file: OfficerDraftFile) -> File:
    with file.content.open("rb") as stored:
        kind = recognise(file.name, "", stored.read())
    return File(
        number=0,
        name=file.name,
        content_type=kind.content_type,
        kind=kind.label,
        size=file.size,
        sha256=file.sha256,
        pages=None,
        url=None,
        withheld="",
    )


def letter_of(page: CasePage, number: int) -> Letter | None:
    """One of the thread's letters from the authority, by its number."""
    return next((letter for letter in page.thread.letters if letter.number == number), None)
