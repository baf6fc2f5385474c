"""What one reader may see of one request, as plain data: the page prints it, the exports write it down.

A selector fills it through the permission rules, so nothing in here needs to be hidden again: words that the
reader may not see were never fetched. Moments are aware; days are London days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from .clock_picture import ClockPicture


@dataclass(frozen=True, slots=True)
class Pill:
    """A state as a word and an icon; ``tone`` is waiting, answered, care, late or neutral."""

    label: str
    icon: str
    tone: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is known of a letter's way out."""

    icon: str
    text: str
    state: str


@dataclass(frozen=True, slots=True)
class File:
    """A file of a letter. ``url`` is None and ``withheld`` says why where this reader may not have it.

    ``stored_at`` is its path in the file store, empty where it may not be had. ``text_url`` leads to its words, empty
    where it has none; ``note`` says what is to be known about reading it.
    ``looked_at_until``: the last day on which it stays hidden because the authority asked for a check; else None.
    """

    number: int
    name: str
    content_type: str
    kind: str
    size: int
    sha256: str
    pages: int | None
    url: str | None
    withheld: str
    stored_at: str = ""
    text_url: str = ""
    note: str = ""
    looked_at_until: date | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, as published. ``withheld``: the public wording where its text is hidden, else empty.

    ``text`` is filled for exports only, ``html`` always. ``side`` is requester or authority.
    ``describe_url``: where this reader can change what they said the letter was; empty where they said nothing.
    ``notes``: what to know of it before reading, in sentences: that it was recalled, that it only leads to a portal.
    """

    number: int
    side: str
    direction: str
    kind: str
    door: str
    who: str
    on: datetime
    html: str
    text: str
    withheld: str
    files: tuple[File, ...]
    kind_label: str
    described_as: str
    is_automatic: bool
    delivery: Delivery | None
    url: str = ""
    lang: str = ""
    is_annotation: bool = False
    describe_url: str = ""
    notes: tuple[str, ...] = ()
    behind_portal: bool = False
    recalled_at: datetime | None = None

    @property
    def anchor(self) -> str:
        return f"{self.direction}-{self.number}"


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation beside the letters."""

    number: int
    who: str
    on: datetime
    html: str
    text: str
    withheld: str
    url: str = ""
    is_annotation: bool = True
    files: tuple[File, ...] = ()

    @property
    def anchor(self) -> str:
        return f"comment-{self.number}"


@dataclass(frozen=True, slots=True)
class Clock:
    """The deadline as it may be said. Dates are None where no date may be shown.

    ``state``: one of ``law.clock``'s; None for a law that we do not know. ``counts_from`` is day zero of the count,
    ``skips`` and ``closures`` spans of days left out of it; ``dates`` has every date of the law's contract by its name.
    ``sentence`` is safe HTML, ``picture`` None where only the sentence is shown. ``doubt``: what rests on
    the authority's word alone, in a sentence, while the requester has not said yet whether they agree; else empty.
    ``is_disputed``: they have said that they do not. ``fee_is_open``, whatever else stops the count; ``fee_paid_on``:
    the day until which the last fee stopped the present count, None where none did.
    ``wrote_on``: the day of a letter of which nobody knows yet whether it is the answer.
    """

    sentence: str
    picture: ClockPicture | None
    why_url: str
    state: str | None
    received_on: date | None = None
    due_on: date | None = None
    responded_on: date | None = None
    outer_on: date | None = None
    counts_from: date | None = None
    skips: tuple[tuple[date, date], ...] = ()
    closures: tuple[tuple[date, date], ...] = ()
    terms_known: bool = False
    flags: tuple[str, ...] = ()
    doubt: str = ""
    is_disputed: bool = False
    fee_is_open: bool = False
    fee_paid_on: date | None = None
    review_outcome_on: date | None = None
    wrote_on: date | None = None
    dates: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Who says the answer was what: a code of ``Outcome``, or None while that side has not said."""

    requester: str | None = None
    authority: str | None = None
    imported: str | None = None
    reader: str | None = None

    @property
    def own(self) -> str | None:
        """The requester's word, or that of the site the thread came from."""
        return self.requester or self.imported

    @property
    def best(self) -> str | None:
        """The word that a list shows when there is room for one."""
        return self.own or self.authority or self.reader


@dataclass(frozen=True, slots=True)
class Similar:
    """Another request with words of this one's title. ``is_running``: its state may change with the day."""

    number: int
    version: int
    title: str
    url: str
    authority: str
    on: datetime
    pill: Pill
    is_running: bool


@dataclass(frozen=True, slots=True)
class Authority:
    number: int
    name: str
    url: str
    is_subject: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the signed-in requester should do now: one thing, said first."""

    text: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Lost:
    """What its writer reads of a letter that did not arrive. ``url``: where a better address can be told."""

    title: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class LettersTaken:
    """Until when letters are taken if nobody writes. ``is_loud``: the date is near or past, and an answer is open."""

    title: str
    text: str
    is_loud: bool


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request for one reader.

    ``day`` is the London day that the page was made for, where anything on it changes with the day; else None.
    ``title_words`` are those of the search vector, none where the title is hidden. ``holidays``: the bank holidays
    around the count, as JSON. ``hidden_note`` tells a party or staff that the public does not see this request.
    ``is_own``: the reader made it. ``authority_reference``: what the authority calls it, empty where it never said.
    """

    number: int
    version: int
    slug: str
    url: str
    title: str
    title_withheld: bool
    regime: str
    status: str
    requester: str
    requester_url: str
    requester_suspended: bool
    authority: Authority
    sent_at: datetime | None
    changed_at: datetime
    source_url: str
    is_imported: bool
    status_sentence: str
    pill: Pill
    outcomes: Outcomes
    clock: Clock | None
    entries: tuple[Letter | Remark, ...]
    followers: int
    similar: tuple[Similar, ...]
    day: date | None
    hidden_note: str = ""
    is_own: bool = False
    is_following: bool = False
    can_answer: bool = False
    is_public: bool = True
    next_step: NextStep | None = None
    lost: Lost | None = None
    letters_taken: LettersTaken | None = None
    to_describe: tuple[int, ...] = ()
    for_anybody_to_describe: tuple[int, ...] = ()
    title_words: tuple[str, ...] = ()
    holidays: str | list = ""
    authority_reference: str = ""

    @property
    def law(self) -> str:
        """What such a request may be called: "foi", "eir", or empty for a body that neither law binds."""
        return {"foi": "foi", "eir": "eir"}.get(self.regime[:3], "")

    @property
    def letters(self) -> Iterator[Letter]:
        return (entry for entry in self.entries if not entry.is_annotation)

    @property
    def files(self) -> Iterator[File]:
        """Every file that this reader may have, in the order of the letters."""
        return (file for letter in self.letters for file in letter.files if file.url)
