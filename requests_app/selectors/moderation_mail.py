"""How mail to the authorities fares: by address, with the evidence, and what waits to leave now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse

from ..mail.address_health import FAILED, WAITING, got_through
from ..models import AuthorityAddress, Evidence, OutboundEmail, OutboundState

# As the index of the list has it.
TROUBLED = FAILED | Q(delayed_at__isnull=False, delivered_by="")
LOOKS_BACK = timedelta(days=90)
SHOWN = 100
LETTERS_SHOWN = 25
# The oldest letter whose turn has come may wait so long before the page calls the mail server stuck.
STUCK_AFTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The outbox now. ``due``: letters whose turn has come; ``retried``: those that were tried in vain, due or not.

    ``resting``: those that can still be taken back. ``oldest``: since when the oldest due or retried one waits.
    """

    due: int
    retried: int
    resting: int
    oldest: datetime | None
    next_try: datetime | None
    last_error: str
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class AddressHealth:
    """Mail to one address within 90 days. ``by_*``: delivered on that evidence; ``accepted``: all that left."""

    email: str
    authority: str
    url: str
    sent: int
    accepted: int
    by_provider: int
    by_report: int
    by_server: int
    failed: int
    put_off: int
    retried: int
    last_delivered: datetime | None
    last_failed: datetime | None

    @property
    def delivered(self) -> int:
        return self.by_provider + self.by_report + self.by_server


@dataclass(frozen=True, slots=True)
class MailPage:
    waiting: Waiting
    rows: tuple[AddressHealth, ...]
    more: bool


def load(*, now: datetime) -> MailPage:
    """What waits, and the addresses where mail failed, is put off or retried, worst first: at most 100. Six queries."""
    worst = list(
        _recent(now)
        .filter(TROUBLED)
        .values("to_address")
        .annotate(failures=Count("pk", filter=FAILED), lately=Max("created_at"))
        .order_by("-failures", "-lately", "to_address")[: SHOWN + 1]
    )
    retried = _retried().values_list("to_address", flat=True).distinct().order_by("to_address")[: SHOWN + 1]
    emails = list(dict.fromkeys([row["to_address"] for row in worst] + list(retried)))
    found = health_of(emails[:SHOWN], now=now)
    rows = sorted(found, key=lambda one: (-one.failed, -one.retried, -one.put_off, one.email))
    return MailPage(waiting(now=now), tuple(rows), more=len(emails) > SHOWN)


def waiting(*, now: datetime) -> Waiting:
    """The outbox now; two queries, of the rows that wait only."""
    due = Q(not_before__lte=now) | Q(state=OutboundState.SENDING)
    retried = ~Q(last_error="")
    told = OutboundEmail.objects.filter(WAITING).aggregate(
        due=Count("pk", filter=due),
        retried=Count("pk", filter=retried),
        resting=Count("pk", filter=~due & ~retried),
        # A letter that could be taken back waits only since that time was over; one that was tried, since it was made.
        oldest_due=Min("not_before", filter=due & ~retried),
        oldest_retried=Min("created_at", filter=retried),
        next_try=Min("not_before", filter=retried),
    )
    oldest = min((one for one in (told["oldest_due"], told["oldest_retried"]) if one), default=None)
    last = OutboundEmail.objects.filter(WAITING).exclude(last_error="").order_by("-not_before", "-pk")
    return Waiting(
        due=told["due"],
        retried=told["retried"],
        resting=told["resting"],
        oldest=oldest,
        next_try=told["next_try"],
        last_error=(last.values_list("last_error", flat=True).first() or "") if told["retried"] else "",
        is_stuck=oldest is not None and now - oldest > STUCK_AFTER,
    )


def health_of(emails: Iterable[str], *, now: datetime) -> list[AddressHealth]:
    """Each of these addresses that had mail within 90 days. Two queries; three words of evidence, none for the rest."""
    emails = list(emails)
    is_sent = Q(state=OutboundState.SENT)
    came = is_sent & Q(bounced_at=None)
    counted = (
        _recent(now)
        .filter(to_address__in=emails)
        .values("to_address")
        .annotate(
            sent=Count("pk", filter=~Q(state=OutboundState.CANCELLED)),
            accepted=Count("pk", filter=is_sent),
            by_provider=Count("pk", filter=came & Q(delivered_by=Evidence.PROVIDER)),
            by_report=Count("pk", filter=came & Q(delivered_by=Evidence.DSN)),
            by_server=Count("pk", filter=came & Q(delivered_by=Evidence.MX)),
            failed=Count("pk", filter=FAILED),
            put_off=Count("pk", filter=came & Q(delayed_at__isnull=False, delivered_by="")),
            retried=Count("pk", filter=WAITING & ~Q(last_error="")),
            last_delivered=Max("accepted_at", filter=got_through(now=now)),
            last_bounced=Max("bounced_at"),
            last_refused=Max("not_before", filter=Q(state=OutboundState.FAILED)),
        )
        .order_by("to_address")
    )
    names = {
        row.email: row.authority
        for row in AuthorityAddress.objects.filter(email__in=emails)
        .select_related("authority")
        .order_by("is_request_address", "pk")
    }
    found = []
    for row in counted:
        email, bounced, refused = row.pop("to_address"), row.pop("last_bounced"), row.pop("last_refused")
        authority = names.get(email)
        found.append(
            AddressHealth(
                email=email,
                authority=authority.name if authority else "",
                url=reverse("moderation:authority", args=[authority.slug]) if authority else "",
                last_failed=max((one for one in (bounced, refused) if one), default=None),
                **row,
            )
        )
    return found


def latest_to(emails: Iterable[str], *, now: datetime) -> list[OutboundEmail]:
    """The last 25 letters to these addresses within 90 days, newest first, without their words. One query."""
    rows = _recent(now).filter(to_address__in=list(emails)).select_related("foi_request").defer("body")
    return list(rows.order_by("-created_at", "-pk")[:LETTERS_SHOWN])


def _recent(now: datetime) -> QuerySet[OutboundEmail]:
    return OutboundEmail.objects.filter(to_user=None, created_at__gte=now - LOOKS_BACK)


def _retried() -> QuerySet[OutboundEmail]:
    return OutboundEmail.objects.filter(WAITING, to_user=None).exclude(last_error="")
