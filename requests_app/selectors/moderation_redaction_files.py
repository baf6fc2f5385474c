"""Public files in which the words of a redaction rule stand: a rule changes texts, and never the bytes of a file."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from ..models import Attachment, Case, CaseKind, FOIRequest, RedactionRule, Release, RuleScope
from ..models.private import CheckState
from ..permissions import visible_files
from ..publishing.redaction import Rule, RuleRefused
from ..publishing.render import plain_text
from ..publishing.rules import matches
from . import paths

# The code that a file is held with because of a rule.
CODE = "redacted_words"
# So many files are looked at, the newest first, for so many seconds at most; so many are shown.
LOOKED_AT, LONGEST, SHOWN = 2_000, 5.0, 50


@dataclass(frozen=True)
class RuleFile:
    """``places``: how often the words stand in what was read of it; 0 where they stand in its name only.

    ``state``: "public", "held" (``case_url`` leads to the decision), or "decided", public because a person said so.
    """

    number: int
    name: str
    kind: str
    url: str
    letter_url: str
    places: int
    state: str
    case_url: str = ""


@dataclass(frozen=True)
class RuleFiles:
    """``public``: the numbers of those that anybody may have and nobody decided about, shown or not.

    ``unread``: public files of the same requests whose words could not be read, such as scans. ``is_part``: there are
    more files than were looked at.
    """

    files: tuple[RuleFile, ...]
    public: tuple[int, ...]
    held: int
    decided: int
    unread: int
    is_part: bool

    @property
    def total(self) -> int:
        return len(self.public) + self.held + self.decided


def files_with(rule: RedactionRule) -> RuleFiles:
    """Where the words of a rule, saved or not, stand in files that are public or held for them. Three queries."""
    cases = dict(
        Case.objects.open()
        .filter(kind=CaseKind.FILE_HELD, details__codes__contains=[CODE])
        .values_list("thing_id", "pk")
    )
    files = Attachment.objects.filter(visible_files(AnonymousUser()) | Q(pk__in=cases))
    if rule.scope != RuleScope.SITE:
        files = files.filter(message__foi_request__in=FOIRequest.objects.filter(rule.requests))
    wanted = Rule(rule.pattern, is_regex=rule.is_regex, replacement=rule.replacement)
    found: list[RuleFile] = []
    until, looked, is_part = time.monotonic() + LONGEST, 0, False
    rows = _holding(files, rule).order_by("-pk").values_list(*_COLUMNS)[: LOOKED_AT + 1]
    for row in rows.iterator(chunk_size=50):
        looked += 1
        if looked > LOOKED_AT or time.monotonic() > until:
            is_part = True
            break
        places = _places(row[2], row[4] or (), wanted)
        if places is not None:
            found.append(_file(row, places, cases))
    states = [one.state for one in found]
    return RuleFiles(
        files=tuple(found[:SHOWN]),
        public=tuple(one.number for one in found if one.state == "public"),
        held=states.count("held"),
        decided=states.count("decided"),
        unread=files.filter(file_text__isnull=True, release=Release.PUBLIC).count(),
        is_part=is_part,
    )


_COLUMNS = ("pk", "name", "given_name", "label", "file_text__parts", "message", "message__foi_request__slug")
_COLUMNS += ("message__direction", "file_check__state", "file_check__findings")


def _holding(files, rule: RedactionRule):
    """Those that may hold the words: of words in one line the database asks first, as far as it can."""
    word = "" if rule.is_regex else max(rule.pattern.split(), key=len, default="")
    if not word or not word.isalnum() or not word.isascii():
        return files
    files = files.annotate(read=Cast("file_text__parts", TextField()))
    return files.filter(Q(read__icontains=word) | Q(given_name__icontains=word) | Q(name__icontains=word))


def _places(name: str, parts: Iterable[dict], rule: Rule) -> int | None:
    """How often the words stand in what was read; None where they do not stand in its name either."""
    try:
        found = sum(len(matches(plain_text(f"{part['name']}\n{part['text']}"), rule)) for part in parts)
        return found if found or matches(name, rule) else None
    except RuleRefused:
        return 0  # it takes too long: a person looks


def _file(row: tuple, places: int, cases: dict[int, int]) -> RuleFile:
    number, name, _given, label, _parts, letter, slug, direction, check, findings = row
    url = paths.foi_request(slug)
    was_held = any(one["code"] == CODE for one in findings or ())
    decided = check == CheckState.SETTLED and was_held
    state = "held" if number in cases else "decided" if decided else "public"
    return RuleFile(
        number=number,
        name=name,
        kind=label,
        url=f"{url}/file/{number}/{quote(name, safe='')}",
        letter_url=f"{url}#{direction}-{letter}",
        places=places,
        state=state,
        case_url=reverse("moderation:case", args=[cases[number]]) if number in cases else "",
    )
