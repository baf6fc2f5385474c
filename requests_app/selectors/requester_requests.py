"""A person's own requests: unsent letters, what waits, what is done, and the next step of each."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ..exports.thread import Pill
from ..law.advice import REVIEW, Situation, advice
from ..law.clock import PAUSED_CLARIFICATION
from ..law.regimes import REGIMES
from ..mail.route import NO_ANSWERS
from ..models import (
    MOVES,
    OPEN,
    Direction,
    FOIRequest,
    InboundEmail,
    InboundState,
    Message,
    MessageKind,
    OutboundEmail,
    OutboundState,
    OutcomeSaid,
    Side,
    Status,
    User,
)
from ..models.private import Draft
from ..permissions import requested_by, visible_to
from .advice_words import AdviceShown, advice_shown
from .clock_words import BY_LAW, clock_state, kind_of, sentence, standing_of, state_in_a_word
from .next_step import UNHAPPY
from .outcome_words import late_hint, pill

# The last try of a letter came back or could not be sent.
FAILED = ExpressionWrapper(Q(state=OutboundState.FAILED) | Q(bounced_at__isnull=False), output_field=BooleanField())
PER_PAGE = 30
MOST_OPEN = 200


@dataclass(frozen=True)
class NextStep:
    """What the requester can do next. ``is_theirs``: the request waits for them."""

    text: str
    url: str
    is_theirs: bool = False


@dataclass(frozen=True)
class OwnRequest:
    number: int
    slug: str
    title: str
    authority: str
    pill: Pill
    due_on: date | None
    late_hint: str
    sent_at: datetime | None
    step: NextStep | None


@dataclass(frozen=True)
class OwnDraft:
    number: int
    title: str
    to: str
    url: str
    saved_at: datetime


@dataclass(frozen=True)
class MyRequests:
    """``older`` is the keyset of the next page of finished requests; empty at the end."""

    drafts: tuple[OwnDraft, ...]
    waiting: tuple[OwnRequest, ...]
    done: tuple[OwnRequest, ...]
    older: str

    @property
    def yours(self) -> tuple[OwnRequest, ...]:
        """Those that wait for the person."""
        return tuple(row for row in self.waiting + self.done if row.step and row.step.is_theirs)


def _rows(user: User) -> QuerySet[FOIRequest]:
    words = OutcomeSaid.objects.standing().filter(foi_request=OuterRef("pk")).order_by("-said_at", "-pk")
    undescribed = Message.objects.filter(
        foi_request=OuterRef("pk"), direction=Direction.INCOMING, is_automatic=False, described_as=""
    ).order_by("at", "pk")
    written = Message.objects.filter(
        foi_request=OuterRef("pk"), direction=Direction.OUTGOING, kind=MessageKind.FOLLOW_UP
    ).order_by("-at")
    tries = OutboundEmail.objects.filter(
        foi_request=OuterRef("pk"), message__kind=MessageKind.REQUEST, template="request_letter"
    )
    held = InboundEmail.objects.filter(foi_request=OuterRef("pk"), state=InboundState.HELD)
    return (
        FOIRequest.objects.filter(requested_by(user) & visible_to(user))
        .select_related("authority")
        .annotate(
            own_word=Subquery(words.filter(side=Side.REQUESTER).values("outcome")[:1]),
            their_word=Subquery(words.exclude(side=Side.REQUESTER).values("outcome")[:1]),
            to_describe=Subquery(undescribed.values("pk")[:1]),
            reminded_at=Subquery(written.values("at")[:1]),
            is_lost=Subquery(tries.order_by("-pk").annotate(is_lost=FAILED).values("is_lost")[:1]),
            is_held=Exists(held.exclude(reason__in=NO_ANSWERS)),
        )
    )


def my_requests(user: User, *, today: date, before: str = "") -> MyRequests:
    """The page of one's own requests. Three queries, whatever their number.

    ``before``: the keyset that an earlier page gave, "<iso moment>_<number>"; anything else is the first page.
    """
    drafts = Draft.objects.filter(user=user, sent_as__isnull=True).select_related("authority", "foi_request__authority")
    rows = _rows(user)
    waiting = rows.filter(status__in=OPEN).order_by(F("due_on").asc(nulls_last=True), "-pk")[:MOST_OPEN]
    done = rows.exclude(status__in=OPEN).order_by("-last_activity_at", "-pk")
    if key := _keyset(before):
        at, number = key
        done = done.filter(last_activity_at__lte=at).exclude(last_activity_at=at, pk__gte=number)
    page = list(done[: PER_PAGE + 1])
    last = page[PER_PAGE - 1] if len(page) > PER_PAGE else None
    return MyRequests(
        drafts=() if key else tuple(_draft(draft) for draft in drafts.order_by("-saved_at")[:50]),
        waiting=() if key else tuple(_own(row, today) for row in waiting),
        done=tuple(_own(row, today) for row in page[:PER_PAGE]),
        older=f"{last.last_activity_at.isoformat()}_{last.pk}" if last else "",
    )


def _keyset(before: str) -> tuple[datetime, int] | None:
    moment, _sep, number = before.partition("_")
    try:
        at = datetime.fromisoformat(moment.replace(" ", "+"))
        return (at, int(number)) if at.tzinfo and 0 < int(number) < 2**63 else None
    except ValueError:
        return None


def _draft(draft: Draft) -> OwnDraft:
    if draft.foi_request_id:
        return OwnDraft(
            draft.pk,
            _("A further letter: %(title)s") % {"title": draft.foi_request.title},
            draft.foi_request.authority.name,
            reverse("requester:follow_up", args=[draft.foi_request.slug]) + f"?kind={draft.kind}",
            draft.saved_at,
        )
    slug = draft.authority.slug if draft.authority else ""
    return OwnDraft(
        draft.pk,
        draft.title or _("A letter without a title"),
        draft.authority.name if draft.authority else "",
        f"{reverse('requester:write', args=[slug])}?draft={draft.pk}" if slug else reverse("requester:choose"),
        draft.saved_at,
    )


def _own(row: FOIRequest, today: date) -> OwnRequest:
    state = state_of(row, today)
    return OwnRequest(
        number=row.pk,
        slug=row.slug,
        title=row.title,
        authority=row.authority.name,
        pill=pill(
            status=row.status,
            outcome=row.own_word or row.their_word,
            clock_state=state_in_a_word(state, row.clock, today),
            is_undescribed=row.to_describe is not None,
            is_lost=bool(row.is_lost) and state == "not-received",
        ),
        due_on=row.due_on if kind_of(row.regime) == BY_LAW and row.status == Status.AWAITING_RESPONSE else None,
        late_hint=late_hint(row.due_on, state_in_a_word(state, row.clock, today)) if row.to_describe is None else "",
        sent_at=row.sent_at,
        step=next_step(row, state=state, today=today),
    )


def state_of(row: FOIRequest, today: date) -> str | None:
    """The state of the request's clock on a day; see ``clock_words.clock_state``."""
    return clock_state(regime=row.regime, status=row.status, clock=row.clock, today=today)


def has_review(regime: str) -> bool:
    """Whether this law knows a review by the authority itself."""
    rules = REGIMES.get(regime)
    return rules is not None and rules.review_days is not None


def can_be_reviewed(row: FOIRequest) -> bool:
    """Whether a review can be asked for now: the law knows one, and the request is not withdrawn."""
    moves = MOVES[row.status] | {row.status}
    return has_review(row.regime) and Status.INTERNAL_REVIEW in moves


def advice_for(row: FOIRequest, *, state: str | None, today: date) -> AdviceShown | None:
    """What the requester can do next about one of their own rows; None where nothing but waiting helps."""
    if row.is_imported:
        return None
    asked = row.status == Status.AWAITING_CLARIFICATION
    reminded_on = row.reminded_at and localtime(row.reminded_at).date()
    situation = Situation(
        regime=row.regime,
        standing=standing_of(row.clock),
        state=PAUSED_CLARIFICATION if asked else state,
        today=today,
        waits=row.status == Status.AWAITING_RESPONSE and not row.is_held,
        in_review=row.status == Status.INTERNAL_REVIEW,
        unhappy=row.status == Status.ANSWERED and row.own_word in UNHAPPY,
        reminded_on=reminded_on if row.due_on and reminded_on and reminded_on > row.due_on else None,
    )
    return advice_shown(
        advice(situation),
        regime=row.regime,
        slug=row.slug,
        authority=row.authority.name,
        authority_slug=row.authority.slug,
        has_tried=situation.reminded_on is not None,
    )


def next_step(row: FOIRequest, *, state: str | None, today: date) -> NextStep | None:
    """The same in few words, for a row of the list."""
    if row.to_describe and not row.is_imported:
        return NextStep(
            _("Say what the letter was"),
            reverse("requester:describe", args=[row.slug, row.to_describe]),
            is_theirs=True,
        )
    found = advice_for(row, state=state, today=today)
    if found and found.code != REVIEW:  # that page has other ways beside the review
        return NextStep(found.short, found.url, is_theirs=found.is_theirs)
    if row.status == Status.ANSWERED and row.own_word and row.own_word != "successful" and not row.is_imported:
        return NextStep(_("See what you can do now"), reverse("requester:next_steps", args=[row.slug]))
    return None


def own_request(user: User, slug: str) -> FOIRequest | None:
    """One's own request with its authority and words about it; None for anybody else's. One query."""
    return _rows(user).filter(slug=slug).first()


def when_due(foi_request: FOIRequest) -> SafeString | None:
    """The one sentence about the deadline, for the requester just after sending."""
    return sentence(
        regime=foi_request.regime,
        state=state_of(foi_request, date.min),
        status=foi_request.status,
        clock=foi_request.clock,
        authority=foi_request.authority.name,
        name="",
        is_own=True,
        sent_at=foi_request.sent_at,
        wrote_on=None,
        is_imported=foi_request.is_imported,
    )
