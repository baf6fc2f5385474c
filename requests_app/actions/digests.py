"""News for followers: at once in a letter of its own, daily or weekly with the one mail of a morning.

Never twice, and none about what is hidden.

Acknowledgements, automatic replies and annotations make no letter of their own, and neither does what the follower
did; they are told of with the next one that there is. What happened until a moment is told of: until now for those
who hear at once, until this morning for daily mail, until Monday morning for weekly. A follow's ``mailed_up_to``
becomes that moment in the transaction that posts its letter.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from ..mail import compose
from ..models import Description, Event, FOIRequest, Follow, Outcome, Prominence, Rhythm, Sanction, Side, User
from ..permissions import visible_to
from .following import token_for
from .notice_check import people
from .reminder_switches import headers_for

# A transaction that wrote an event may commit a little later than it began; what is younger waits for the next time.
SETTLED_AFTER = timedelta(seconds=3)
# Mail that was due but could not go (a long outage) tells of no more than this.
LONGEST_BACK = timedelta(days=35)
MORNING = 7
# A letter tells of no more requests, and of no more that happened to one, than these; the rest is on the site.
REQUESTS_SHOWN = 50
EVENTS_SHOWN = 40

# What is worth a letter of its own, and what is only told of with one.
NEWS = ("sent", "follow_up_sent", "internal_review_sent", "withdrawal_sent", "response_received", "outcome_said")
BESIDES = ("automatic_reply_received", "annotated", "letter_described", "due_date_moved")


# A letter or annotation that is hidden from the public is not told of.
SHOWN = (Q(message=None) | Q(message__prominence=Prominence.PUBLIC)) & (
    Q(annotation=None) | Q(annotation__prominence=Prominence.PUBLIC)
)


@dataclass(frozen=True)
class Told:
    """One request in a letter to a follower, with what happened to it."""

    foi_request: FOIRequest
    events: list[Event]
    follow: Follow


@dataclass(frozen=True)
class News:
    """What one person is told of in the mail of a day: by these follows, each up to its moment."""

    items: list[Told]
    follows: list[Follow]
    up_to: dict[str, datetime]

    @property
    def rhythms(self) -> list[str]:
        """Those of the follows that the letter is about."""
        return sorted({item.follow.rhythm for item in self.items})

    def mark_told(self) -> None:
        """In the transaction that posts the letter, or finds that there is nothing to tell."""
        for rhythm in {follow.rhythm for follow in self.follows}:
            numbers = [follow.pk for follow in self.follows if follow.rhythm == rhythm]
            Follow.objects.filter(pk__in=numbers).update(mailed_up_to=self.up_to[rhythm])


def tell_at_once(*, now: datetime) -> int:
    """Post every letter to those who hear at once; returns how many. Safe to run twice, and side by side.

    Whose address returns mail, or who has none, hears of it when that is mended.
    """
    until = now - SETTLED_AFTER
    found = people_with_news({Rhythm.AT_ONCE: until})
    recipients = people(found, now=now) if found else {}
    reached = [user_id for user_id in found if user_id in recipients and not recipients[user_id].refused]
    return sum(_tell_at_once(user_id, until) for user_id in reached)


def mornings(settled: datetime) -> dict[str, datetime]:
    """For daily and weekly follows the moment until which they may be told; all that was written down by then is there.

    ``settled``: a moment so long ago that whatever was being written then is there now.
    """
    local = timezone.localtime(settled)
    morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    day = morning if local >= morning else morning - timedelta(days=1)
    return {Rhythm.DAILY: day, Rhythm.WEEKLY: day - timedelta(days=day.weekday())}


def _news(since, until: datetime, reader) -> QuerySet[Event]:
    """Events worth a letter to ``reader``: not their own, and not merely an acknowledgement."""
    return (
        Event.objects.filter(kind__in=NEWS, recorded_at__gt=since, recorded_at__lte=until)
        .exclude(kind="response_received", message__described_as=Description.ACKNOWLEDGEMENT)
        .exclude(message__is_automatic=True)
        .exclude(actor=reader)
    )


def _with_news(rhythm: str, until: datetime) -> QuerySet[Follow]:
    """Follows about which there is something to tell."""
    news = _news(OuterRef("mailed_up_to"), until, OuterRef("user"))
    return Follow.objects.filter(rhythm=rhythm, mailed_up_to__lt=until).filter(
        Exists(news.filter(foi_request=OuterRef("foi_request")))
        | Exists(news.filter(foi_request__authority=OuterRef("authority")))
    )


def people_with_news(up_to: dict[str, datetime]) -> list[int]:
    """Accounts with something to be told of; suspended, closed and inactive ones get none. A query for each rhythm."""
    suspended = Sanction.objects.active().filter(user=OuterRef("user"))
    found: set[int] = set()
    for rhythm, until in up_to.items():
        told = _with_news(rhythm, until).filter(user__is_active=True, user__closed_at=None)
        found.update(told.exclude(Exists(suspended)).values_list("user", flat=True))
    return sorted(found)


def news_for(user: User, up_to: dict[str, datetime]) -> News:
    """What this person has to be told of under these rhythms, with the follows locked; others' are passed over."""
    follows: list[Follow] = []
    items: dict[int, Told] = {}
    for rhythm, until in up_to.items():
        locked = _with_news(rhythm, until).select_for_update(skip_locked=True, of=("self",))
        for follow in locked.filter(user=user).select_related("authority").order_by("pk"):
            follows.append(follow)
            for item in _told(follow, user, until):
                # A request that is followed itself and by its authority is told of once.
                items.setdefault(item.foi_request.pk, item)
    if items:
        until = max(up_to.values())
        own = _own_moved(user, until)
        first = next(iter(items.values())).follow
        follows += [follow for follow, _events in own]
        for follow, events in own:
            # As part of that letter: it can be ended and named as what it is.
            items.setdefault(follow.foi_request_id, Told(follow.foi_request, events, first))
        up_to = {Rhythm.AT_ONCE: until, **up_to}
    return News(list(items.values()), follows, up_to)


def _own_moved(user: User, until: datetime) -> list[tuple[Follow, list[Event]]]:
    """Requests of this person's own whose date moved without a letter, told of beside what else there is.

    Moved by a bank holiday, or by counting all again. Of their own requests people who hear at once get no such
    letters, but by name; of this nobody writes to them unless the date is near. Two queries, the follows locked.
    """
    not_by_a_letter = Q(data__why__startswith="bank_holiday") | Q(data__why="counted_again")
    moved = Event.objects.filter(not_by_a_letter, kind="due_date_moved", recorded_at__lte=until)
    since = moved.filter(foi_request=OuterRef("foi_request"), recorded_at__gt=OuterRef("mailed_up_to"))
    own = Follow.objects.filter(user=user, rhythm=Rhythm.AT_ONCE, foi_request__requester=user, mailed_up_to__lt=until)
    own = own.exclude(foi_request__prominence=Prominence.NOBODY).filter(Exists(since)).order_by("pk")
    own = own.select_related("foi_request__authority", "foi_request__requester")
    follows = {
        row.foi_request_id: row for row in own.select_for_update(skip_locked=True, of=("self",))[:REQUESTS_SHOWN]
    }
    events: dict[int, list[Event]] = {number: [] for number in follows}
    for event in moved.filter(foi_request__in=follows).order_by("at", "pk") if follows else ():
        if event.recorded_at > follows[event.foi_request_id].mailed_up_to:
            events[event.foi_request_id].append(event)
    return [(follows[number], lines[-EVENTS_SHOWN:]) for number, lines in events.items()]


@transaction.atomic
def _tell_at_once(user_id: int, until: datetime) -> int:
    """One letter to one person. Who is being told by another process now is passed over."""
    user = User.objects.get(pk=user_id)
    news = news_for(user, {Rhythm.AT_ONCE: until})
    news.mark_told()
    if not news.items:
        return 0
    unsubscribe = f"{settings.SITE_URL}/unsubscribe/{token_for(news_follows(news))}"
    compose.post(
        "follow_at_once",
        to=user,
        context={**words_of(news), "unsubscribe_url": unsubscribe},
        headers=headers_for(unsubscribe),
    )
    return 1


def news_follows(news: News) -> list[Follow]:
    """The follows that the items came by, each once."""
    return list({item.follow.pk: item.follow for item in news.items}.values())


def _told(follow: Follow, user: User, until: datetime) -> list[Told]:
    """What to tell of one follow; its hidden letters and annotations are not told of."""
    since = max(follow.mailed_up_to, until - LONGEST_BACK)
    which = Q(pk=follow.foi_request_id) if follow.foi_request_id else Q(authority=follow.authority_id)
    with_news = (
        FOIRequest.objects.filter(
            Exists(_news(since, until, user).filter(SHOWN, foi_request=OuterRef("pk"))),
            visible_to(user),
            which,
            is_imported=False,
        )
        .select_related("authority", "requester")
        .order_by("-last_activity_at", "-pk")[: REQUESTS_SHOWN + 1]
    )
    requests = {foi_request.pk: foi_request for foi_request in with_news if not _is_own(foi_request, user, follow)}
    events = (
        Event.objects.filter(SHOWN, foi_request__in=requests, kind__in=NEWS + BESIDES)
        .filter(recorded_at__gt=since, recorded_at__lte=until)
        .exclude(actor=user)
        .select_related("message", "annotation")
        .order_by("foi_request", "at", "pk")
    )
    return [
        Told(requests[number], list(group)[:EVENTS_SHOWN], follow)
        for number, group in groupby(events, key=lambda event: event.foi_request_id)
    ]


def _is_own(foi_request: FOIRequest, user: User, follow: Follow) -> bool:
    """The requester is written to by name when an answer comes; a second letter about it would be one too many."""
    return follow.rhythm == Rhythm.AT_ONCE and foi_request.requester_id == user.pk


def _line(event: Event) -> dict[str, object]:
    """What a letter prints of an event: when, what, and who said which outcome."""
    outcome = event.data.get("outcome")
    return {
        "at": event.at,
        "kind": event.kind,
        "by_authority": event.data.get("side") == Side.AUTHORITY,
        "outcome": Outcome(outcome).label if outcome in Outcome.values else "",
        **_move(event),
    }


def _move(event: Event) -> dict[str, object]:
    """From which day to which a due date moved, None for no date; and the new bank holidays, if they are the reason."""
    if event.kind != "due_date_moved":
        return {}
    data = event.data
    day_of = {name: date.fromisoformat(data[name]) if data.get(name) else None for name in ("from", "to")}
    days = [date.fromisoformat(on) for on in data.get("days", ())] if data.get("why") == "bank_holiday" else []
    return {"old_due": day_of["from"], "new_due": day_of["to"], "holidays": days}


def words_of(news: News) -> dict[str, object]:
    """What a letter's template prints of the news."""
    shown = news.items[:REQUESTS_SHOWN]
    return {
        "items": [
            {
                "title": item.foi_request.title
                if item.foi_request.title_prominence == "public"
                else item.foi_request.title_concealed_wording,
                "authority": item.foi_request.authority.name,
                "requester": item.foi_request.requester.public_name,
                "url": compose.page_url(item.foi_request),
                "events": [_line(event) for event in item.events],
            }
            for item in shown
        ],
        "has_more": len(news.items) > len(shown),
        "rhythm": news.rhythms[0] if len(news.rhythms) == 1 else "both",
        "settings_url": f"{settings.SITE_URL}/my/following/",
    }
