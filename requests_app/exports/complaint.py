"""The bundle for a complaint to the regulator, as plain data: everything that its PDF and its zip write down.

A selector fills it through the permission rules, with every word in place. Nothing in it says when it was made: the
same thread on the same day gives the same bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from .count_shown import CountShown, EventShown, Law


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the cover; ``url``: where it leads, or empty."""

    label: str
    value: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the chronology: on which London day, who did what, and under which law.

    ``when``: the day in words, with its time on a second line where that is known.
    """

    on: date
    when: str
    who: str
    what: str
    law: str = ""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of a letter. ``path`` is its place in the zip; empty, with ``withheld`` saying why, where it is not there.

    ``stored_at`` is its path in the file store.
    """

    name: str
    path: str
    size: int
    sha256: str
    content_type: str
    stored_at: str
    line: str
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One letter. ``heading`` and ``lines`` stand above its words; ``folder`` is its place in the zip."""

    number: int
    heading: str
    lines: tuple[str, ...]
    text: str
    withheld: str
    folder: str
    at: datetime
    files: tuple[Enclosed, ...]


@dataclass(frozen=True, slots=True)
class Words:
    """The headings and furniture of the PDF and of the zip's list. ``page`` has %(page)d and %(pages)d in it,
    ``missing`` the %(name)s of a file that the file store does not give.
    """

    bundle: str
    contents: str
    chronology: str
    columns: tuple[str, str, str]
    clock: str
    ledger: str
    letters: str
    files: str
    page: str
    unprintable: str
    cut: str
    readme: str
    missing: str
    weekdays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything. ``day`` is the London day that the states and sentences are true for; ``lang`` that of the words.

    ``name`` is what its files are called. ``notes`` stand on the cover, ``clock_lines`` at the head of the clock.
    ``long_days`` and ``short_days`` have each day that is named, in words.
    """

    title: str
    subtitle: str
    name: str
    author: str
    lang: str
    day: date
    changed_at: datetime
    facts: tuple[Fact, ...]
    notes: tuple[str, ...]
    chronology: tuple[Happened, ...]
    clock_lines: tuple[str, ...]
    laws: tuple[Law, ...]
    events: tuple[EventShown, ...]
    counts: tuple[CountShown, ...]
    letters: tuple[Enclosure, ...]
    long_days: dict[date, str]
    short_days: dict[date, str]
    words: Words

    @property
    def files(self) -> Iterator[Enclosed]:
        """Every file that goes into the zip."""
        return (file for letter in self.letters for file in letter.files if file.path)
