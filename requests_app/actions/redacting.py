"""What is masked on a request: rules of its scope, its requester's addresses, and what is masked everywhere."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import CaseKind, Direction, FOIRequest, Message, RedactionRule, User
from ..prepared_rows import Given, PreparedRows
from ..publishing import files as file_kinds
from ..publishing.own_details import OwnDetails, own_details
from ..publishing.redaction import MaskLabels, Rule, RuleRefused
from ..publishing.render import Published, published_line, published_text, render_letter
from ..publishing.rules import leaves_any
from .cases import open_case
from .repeated import Thread

Made = TypeVar("Made")
# The reason of a case about a rule that did not hold.
FAILED = "redaction"
LEFT, SLOW = "left", "slow"
_RULES = PreparedRows(
    lambda: (
        RedactionRule.objects.active()
        .about(
            foi_request_id=Given("foi_request", "bigint"),
            requester_id=Given("requester", "bigint"),
            authority_id=Given("authority", "bigint"),
        )
        .order_by("pk")
    )
)
_KNOWN = PreparedRows(
    lambda: User.objects.filter(pk=Given("requester", "bigint")).values_list(
        "email",
        "claim_email",
        ArraySubquery(EmailAddress.objects.filter(user=OuterRef("pk")).values("email")),
        ArraySubquery(
            Message.objects.filter(foi_request_id=Given("foi_request", "bigint"), direction=Direction.OUTGOING)
            .order_by("pk")
            .values("body")
        ),
    )
)


@dataclass(frozen=True)
class Masking:
    """How the texts of one request are masked.

    Nothing here raises: a text to which a rule cannot be applied is kept back whole, and ``problems`` tells.
    """

    rules: tuple[Rule, ...] = ()
    known: tuple[str, ...] = ()
    own: OwnDetails = field(default_factory=OwnDetails)

    def text(self, text: str) -> str:
        """The text as it may be published; in its place a sentence where a rule took too long."""
        return self._or(lambda: published_text(text, **self._how), kept_back)

    def line(self, text: str) -> str:
        """One line, such as a title."""
        return self._or(lambda: published_line(text, **self._how), kept_back)

    def file_names(self, names: list[str]) -> list[str]:
        """The names of one letter's files as they may be published, told apart."""
        return file_kinds.unique_names([self._file_name(name) for name in names])

    def letter(self, text: str, *, thread: Thread | None = None) -> Published:
        """A letter or remark, folded and rendered; ``thread``: what it may repeat."""
        known = {}
        if thread:
            foot = [self.text(thread.foot)] if thread.foot else []
            known = {"sent_texts": [*thread.sent, *foot], "thread_texts": thread.came, "us": thread.us}
        quoted = _("show quoted sections")
        return self._or(
            lambda: render_letter(text, quoted_label=quoted, **known, **self._how),
            lambda: render_letter(kept_back()),
        )

    def problems(self, raw: str, published: str) -> list[tuple[int, str]]:
        """The rules that did not hold for a text: number and why ("left" is still found, "slow" took too long)."""
        found: list[tuple[int, str]] = []
        for rule in self.rules:
            try:
                published_line(raw, rules=[rule])
                found += [(rule.number, LEFT)] if leaves_any(published, [rule]) else []
            except RuleRefused:
                found.append((rule.number, SLOW))
        return found

    @property
    def _how(self) -> dict[str, object]:
        return {"rules": self.rules, "known": self.known, "own": self.own, "mask_labels": labels()}

    def _file_name(self, name: str) -> str:
        how = {"rules": self.rules, "known": self.known, "labels": labels()}
        return self._or(lambda: file_kinds.safe_name(name, **how), lambda: file_kinds.safe_name(""))

    @staticmethod
    def _or(made: Callable[[], Made], instead: Callable[[], Made]) -> Made:
        try:
            return made()
        except RuleRefused:
            return instead()


def masking_of(foi_request: FOIRequest, *new_letters: str) -> Masking:
    """How this request's texts are masked. Two queries: work on many texts of one request asks once.

    ``new_letters`` are the requester's letters that are only being filed.
    """
    masking, written = _masking(foi_request.pk, foi_request.requester_id, foi_request.authority_id)
    return replace(masking, own=own_details([*written, *new_letters]))


def masking_for(*, foi_request_id: int | None, requester_id: int, authority_id: int) -> Masking:
    """The same for a request that is only being made, which has no number yet."""
    masking, _written = _masking(foi_request_id or 0, requester_id, authority_id)
    return masking


def _masking(number: int, requester_id: int, authority_id: int) -> tuple[Masking, list[str]]:
    """Rules and the requester's addresses, and what the requester wrote; no request has the number 0."""
    rules = _RULES(foi_request=number, requester=requester_id, authority=authority_id)
    people = _KNOWN(foi_request=number, requester=requester_id)
    known = {address for email, claimed, others, _written in people for address in (email, claimed, *others) if address}
    masking = Masking(rules=tuple(rule_of(row) for row in rules), known=tuple(sorted(known)))
    return masking, [body for *_addresses, written in people for body in written]


def masked_for_request(text: str, *, foi_request: FOIRequest) -> str:
    """Any text that comes with a request as the public may read it: the ONE function for text that is not a letter.

    For what is read out of files, and whatever else will be published beside a request. Addresses, mobile and
    National Insurance numbers, the requester's own addresses and all rules of its scope are masked; where a rule
    takes too long a sentence stands in place of the whole. Keep the raw text too and call this again when
    ``republishing.republish()`` says so, because rules come and go. Never raises; two queries.
    """
    return masking_of(foi_request).text(text)


def rule_of(row: RedactionRule) -> Rule:
    return Rule(row.pattern, is_regex=row.is_regex, replacement=row.replacement, number=row.pk)


def labels() -> MaskLabels:
    """What is printed in place of what was masked, in the language of the moment."""
    return _labels(get_language())


@lru_cache(maxsize=16)
def _labels(language: str | None) -> MaskLabels:
    return MaskLabels(
        email=_("[email address]"),
        mobile=_("[mobile number]"),
        insurance=_("[National Insurance number]"),
        address=_("[address]"),
        telephone=_("[telephone number]"),
    )


def kept_back() -> str:
    """What the public reads in place of a text to which a rule could not be applied."""
    return _("[This is kept back for now, because it could not be checked for personal information.]")


def report(problems: list[tuple[int, str]], *, foi_request: FOIRequest) -> None:
    """One urgent case for each rule that did not hold."""
    for number in sorted({number for number, _why in problems}):
        open_case(
            CaseKind.FAILED_JOB,
            "redaction_rule",
            number,
            foi_request=foi_request,
            urgent=True,
            details={"reason": FAILED},
        )
