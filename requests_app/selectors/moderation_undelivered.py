"""One address of an authority at which mail fails: what failed, what the servers said, and what was sent again."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..mail.address_health import blocking, failed_at, last_through, stuck_at
from ..models import AuthorityAddress, Case, OutboundEmail, OutboundState

SHOWN = 100
# Why a letter was not sent again, by the code that the action keeps.
KEPT = {
    "withdrawn": gettext_lazy("The requester has withdrawn the request."),
    "answered": gettext_lazy("The authority has written since, so it has the letter."),
    "suspended": gettext_lazy("The account of its writer is suspended."),
    "imported": gettext_lazy("The request was brought from elsewhere; this site sends nothing for it."),
    "under_way": gettext_lazy("It is already on its way, or has arrived."),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, or notice of ours, that failed there. ``tries``: all its sendings, to whatever address."""

    subject: str
    request_title: str
    request_id: int | None
    tries: tuple[OutboundEmail, ...]
    now_is: str
    was_kept: str


@dataclass(frozen=True, slots=True)
class AddressCase:
    """``waiting``: how many letters still have to arrive. ``used``: the address that requests go to now."""

    address: AuthorityAddress
    used: str
    last_through: datetime | None
    letters: tuple[Letter, ...]
    waiting: int
    more: int
    resent_at: datetime | None
    resent: int
    rest: bool


def load(case: Case, *, now: datetime) -> AddressCase | None:
    """What failed there since the case was opened and what still has to arrive, oldest first; at most 100 letters.

    None where the address is gone. Eight queries, however many letters.
    """
    address = AuthorityAddress.objects.select_related("authority").filter(pk=case.thing_id).first()
    if address is None:
        return None
    open_ones = set(blocking(address, now=now).values_list("message", flat=True)[:10_000])
    failed = failed_at(address).filter(Q(failed_when__gte=case.opened_at) | Q(message__in=open_ones))
    numbers = list(failed.order_by("pk").values_list("pk", "message"))
    numbers += list(stuck_at(address).order_by("pk").values_list("pk", "message")[:SHOWN])
    by_letter: dict[tuple, list[int]] = {}
    for number, message in numbers:
        by_letter.setdefault(("letter", message) if message else ("notice", number), []).append(number)
    shown = list(by_letter)[:SHOWN]
    letters = [number for kind, number in shown if kind == "letter"]
    notices = [number for kind, number in shown if kind == "notice"]
    rows = OutboundEmail.objects.filter(Q(message__in=letters, to_user=None) | Q(pk__in=notices))
    tries: dict[tuple, list[OutboundEmail]] = {one: [] for one in shown}
    for row in rows.select_related("foi_request").defer("body").order_by("pk"):
        key = ("letter", row.message_id) if row.message_id else ("notice", row.pk)
        tries.get(key, []).append(row)
    kept = case.details.get("kept", {})
    resent_at = case.details.get("resent_at")
    used = AuthorityAddress.objects.filter(authority=address.authority_id, is_request_address=True).first()
    return AddressCase(
        address=address,
        used=used.email if used else "",
        last_through=last_through(address, now=now),
        letters=tuple(_letter(tries[one], kept.get(str(one[1]), "")) for one in shown if tries[one]),
        waiting=len(open_ones),
        more=max(0, len(by_letter) - SHOWN),
        resent_at=datetime.fromisoformat(resent_at) if resent_at else None,
        resent=len(case.details.get("resent", ())),
        rest=bool(case.details.get("more")),
    )


def _letter(tries: list[OutboundEmail], why: str) -> Letter:
    last = next((row for row in reversed(tries) if row.state != OutboundState.CANCELLED), tries[-1])
    request = last.foi_request
    return Letter(
        subject=last.subject,
        request_title=request.title if request else "",
        request_id=last.foi_request_id,
        tries=tuple(tries),
        now_is=state_in_words(last),
        was_kept=str(KEPT.get(why, why)),
    )


def state_in_words(row: OutboundEmail) -> str:
    """How one sending stands now."""
    if row.bounced_at:
        return _("came back")
    if row.state in (OutboundState.QUEUED, OutboundState.SENDING):
        return _("being tried again") if row.last_error else _("on its way")
    if row.state == OutboundState.SENT and row.delivered_by:
        return _("delivered")
    return str(row.get_state_display())
