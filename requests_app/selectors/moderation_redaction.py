"""Redaction rules for staff: the list, one rule's page, and what a rule would change before it is made."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Annotation, Attachment, Authority, FOIRequest, Message, RedactionRule, RuleScope, User
from ..publishing.redaction import Rule, RuleRefused, apply_rules, mask
from ..publishing.render import plain_text
from ..publishing.rules import RuleFailed, matches

# A preview looks at so many texts of each kind, the newest first, and shows so many places.
LOOKED_AT, SHOWN = 5_000, 20
# It ends after so many seconds, and then says that it is not all.
LONGEST = 5.0
_AROUND = 60
_LISTED = 200


@dataclass(frozen=True)
class Place:
    """One place that a rule would change, in plain words before and after; for staff only."""

    label: str
    url: str
    before: str
    found: str
    after: str
    then: str


@dataclass(frozen=True)
class Preview:
    """What a rule would change. ``is_part``: there are more texts than were looked at. ``slow``: it took too long."""

    places: tuple[Place, ...]
    matches: int
    texts: int
    requests: int
    is_part: bool
    slow: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleRow:
    """One rule in the list and on its page. ``left``: where it did not hold, with the address of each."""

    rule: RedactionRule
    about: str
    about_url: str
    state: str
    label: str
    tone: str
    icon: str
    left: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class _Text:
    label: str
    request_id: int
    text: str


def rules() -> tuple[RuleRow, ...]:
    """The newest rules first, those taken back last. One query."""
    rows = [_row(rule) for rule in _rows().order_by("-pk")[:_LISTED]]
    return tuple(sorted(rows, key=lambda row: row.rule.taken_back_by_id is not None))


def one(number: int) -> RuleRow | None:
    """A rule with this number; None where there is none. At most three queries."""
    rule = _rows().filter(pk=number).first()
    return _row(rule, with_left=True) if rule else None


def find_target(scope: str, said: str) -> int | None:
    """The number of the request, person or authority that staff named, by number or address; None where none is."""
    word = said.strip().rstrip("/").rpartition("/")[2]
    number = int(word) if word.isdecimal() and len(word) < 12 else None
    if scope == RuleScope.REQUEST:
        found = FOIRequest.objects.filter(Q(pk=number) if number else Q(slug=word))
    elif scope == RuleScope.PERSON:
        first = word.partition("-")[0]
        person = Q(pk=int(first)) if first.isdecimal() and len(first) < 12 else Q(email__iexact=said.strip())
        found = User.objects.filter(person)
    else:
        found = Authority.objects.filter(Q(pk=number) if number else Q(slug=word))
    return found.values_list("pk", flat=True).first()


def preview(rule: RedactionRule) -> Preview:
    """What a rule that is not saved would change in what is written now, letters and all. At most five queries."""
    wanted = Rule(rule.pattern, is_regex=rule.is_regex, replacement=rule.replacement)
    places: list[Place] = []
    total, texts, requests, slow = 0, 0, set(), []
    until = time.monotonic() + LONGEST
    looked, is_part = 0, False
    for one_text in _texts(rule):
        looked += 1
        if time.monotonic() > until or looked > 4 * LOOKED_AT:
            is_part = True
            break
        text = plain_text(one_text.text)
        try:
            spans = matches(text, wanted)
        except RuleFailed:
            slow.append(one_text.label)
            if len(slow) > 3:
                is_part = True
                break
            continue
        except RuleRefused:
            break
        if not spans:
            continue
        total, texts = total + len(spans), texts + 1
        requests.add(one_text.request_id)
        for span in spans[: max(0, SHOWN - len(places))][:3]:
            places.append(_place(one_text, text, span, wanted))
    return Preview(tuple(places), total, texts, len(requests), is_part, tuple(slow))


def _rows() -> QuerySet[RedactionRule]:
    return RedactionRule.objects.select_related(
        "foi_request", "person", "authority", "made_by__actor", "made_by__note", "taken_back_by__actor"
    )


def _texts(rule: RedactionRule) -> Iterator[_Text]:
    wanted = FOIRequest.objects.filter(rule.requests)
    inside = {} if rule.scope == RuleScope.SITE else {"foi_request__in": wanted}
    # Words that stand in one line are looked for by the database; a pattern, and words over a line, are not.
    first = Q() if rule.is_regex else Q(body__icontains=max(rule.pattern.split(), key=len, default=""))
    for number, title, written in wanted.order_by("-pk").values_list("pk", "title", "written_title")[:LOOKED_AT]:
        yield _Text(_("Title of request %(number)s") % {"number": number}, number, written or title)
    files = {} if rule.scope == RuleScope.SITE else {"message__foi_request__in": wanted}
    names = Attachment.objects.filter(**files).order_by("-pk")
    for number, owner, name, given in names.values_list("pk", "message__foi_request_id", "name", "given_name")[
        :LOOKED_AT
    ]:
        yield _Text(_("Name of file %(number)s") % {"number": number}, owner, given or name)
    for model, label in ((Annotation, _("Annotation %(number)s")), (Message, _("Letter %(number)s"))):
        found = model.objects.filter(first, **inside).order_by("-pk")[:LOOKED_AT]
        for number, owner, body in found.values_list("pk", "foi_request_id", "body").iterator(chunk_size=100):
            yield _Text(label % {"number": number}, owner, body)


def _place(one_text: _Text, text: str, span: tuple[int, int], rule: Rule) -> Place:
    start, end = span
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return Place(
        label=one_text.label,
        url=reverse("moderation:request", args=[one_text.request_id]),
        before=before,
        found=text[start : min(end, start + 200)],
        after=after,
        then=mask(apply_rules(before + text[start:end] + after, [rule])),
    )


def _row(rule: RedactionRule, *, with_left: bool = False) -> RuleRow:
    about, url = _about(rule)
    state, label, tone, icon = _state(rule)
    return RuleRow(rule, about, url, state, label, tone, icon, _left(rule) if with_left else ())


def _state(rule: RedactionRule) -> tuple[str, str, str, str]:
    if not rule.finished_at:
        return "under_way", _("being carried through"), "neutral", "paused"
    if rule.taken_back_by_id:
        return "taken_back", _("taken back"), "neutral", "hidden"
    if rule.left:
        return "failed", _("does not hold everywhere"), "late", "alert"
    return "holds", _("looked at again, and holds"), "answered", "check"


def _about(rule: RedactionRule) -> tuple[str, str]:
    if rule.foi_request_id:
        words = _("Request %(number)s: %(title)s") % {"number": rule.foi_request_id, "title": rule.foi_request.title}
        return words, reverse("moderation:request", args=[rule.foi_request_id])
    if rule.person_id:
        words = _("Requests of %(name)s") % {"name": rule.person.public_name or rule.person_id}
        return words, reverse("moderation:person", args=[rule.person_id])
    if rule.authority_id:
        words = _("Requests to %(authority)s") % {"authority": rule.authority.name}
        return words, reverse("moderation:authority", args=[rule.authority.slug])
    return _("The whole site"), ""


WHY = {
    "left": gettext_lazy("still found after it"),
    "slow": gettext_lazy("took too long, so it is kept back"),
    "error": gettext_lazy("not done"),
}


def _left(rule: RedactionRule) -> tuple[tuple[str, str, str], ...]:
    """Where it did not hold: what, its address, why."""
    owners = {
        "message": dict(Message.objects.filter(pk__in=_numbers(rule, "message")).values_list("pk", "foi_request_id")),
        "annotation": dict(
            Annotation.objects.filter(pk__in=_numbers(rule, "annotation")).values_list("pk", "foi_request_id")
        ),
        "attachment": dict(
            Attachment.objects.filter(pk__in=_numbers(rule, "attachment")).values_list("pk", "message__foi_request_id")
        ),
    }
    words = {
        "message": _("Letter %(number)s"),
        "annotation": _("Annotation %(number)s"),
        "attachment": _("Name of file %(number)s"),
        "title": _("Title of request %(number)s"),
        "foi_request": _("Request %(number)s"),
    }
    found = []
    for kind, number, why in rule.left:
        owner = owners.get(kind, {}).get(number, number)
        found.append((words[kind] % {"number": number}, reverse("moderation:request", args=[owner]), str(WHY[why])))
    return tuple(found)


def _numbers(rule: RedactionRule, kind: str) -> list[int]:
    return [number for one_kind, number, _why in rule.left if one_kind == kind]
