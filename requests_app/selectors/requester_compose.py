"""What the writing pages read: authorities and how they stand, and the writer's own unsent letters."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Authority, AuthorityAddress, AuthorityState, Standing
from ..models.private import Draft

STANDING_WORDS = {
    Standing.FOIA: gettext_lazy("Must answer under the Freedom of Information Act."),
    Standing.FOISA: gettext_lazy("Must answer under Scotland's Freedom of Information Act."),
    Standing.EIR: gettext_lazy("Must answer about the environment: air, water, land, waste, energy and the like."),
    Standing.EIR_SCOTLAND: gettext_lazy(
        "Must answer about the environment, under Scottish law: air, water, land, waste, energy and the like."
    ),
    Standing.NONE: gettext_lazy("No law makes it answer. You can ask, and it may answer all the same."),
}
SCHOOL_WORDS = gettext_lazy("Must answer under the Freedom of Information Act. School holidays give it more time.")


@dataclass(frozen=True)
class AuthorityCard:
    """An authority as somebody sees it who wants to write. ``obstacle`` is empty where letters can be sent."""

    number: int
    name: str
    slug: str
    short_name: str
    standing: str
    is_school: bool
    state: str
    has_address: bool
    notes: str
    publication_scheme: str
    disclosure_log: str
    successor_name: str | None
    successor_slug: str | None

    @property
    def can_be_written_to(self) -> bool:
        return self.state == AuthorityState.OPEN and self.has_address

    @property
    def standing_words(self) -> str:
        """How the law stands, in one plain sentence."""
        if self.is_school and self.standing == Standing.FOIA:
            return str(SCHOOL_WORDS)
        return str(STANDING_WORDS[Standing(self.standing)])

    @property
    def is_bound(self) -> bool:
        """Whether any law makes it answer."""
        return self.standing != Standing.NONE

    @property
    def obstacle(self) -> str:
        """Why it cannot be written to here, and what to do instead; empty where it can."""
        if self.state == AuthorityState.CLOSED:
            if self.successor_name:
                return _("It no longer exists. %(successor)s took over its work: write there.") % {
                    "successor": self.successor_name
                }
            return _("It no longer exists, and we do not know who took over its work. Tell us if you do.")
        if not self.can_be_written_to:
            return _("We know no e-mail address for its requests yet. If you do, tell us and we will add it.")
        return ""


_COLUMNS = (
    "pk",
    "name",
    "slug",
    "short_name",
    "standing",
    "is_school",
    "state",
    "has_address",
    "notes",
    "publication_scheme",
    "disclosure_log",
    "successor__name",
    "successor__slug",
)


def _cards(authorities: QuerySet[Authority]) -> tuple[AuthorityCard, ...]:
    address = AuthorityAddress.objects.filter(authority=OuterRef("pk"), is_request_address=True)
    rows = authorities.annotate(has_address=Exists(address)).values_list(*_COLUMNS)
    return tuple(AuthorityCard(*row) for row in rows)


def authority_card(slug: str) -> AuthorityCard | None:
    """One authority; None where there is none of that name. One query."""
    found = _cards(Authority.objects.filter(slug=slug))
    return found[0] if found else None


def find_authorities(words: str, *, limit: int = 20) -> tuple[AuthorityCard, ...]:
    """Authorities by any words of name, short name, tags and topics: the nearest first. One query.

    Near is: the short name itself, then names that begin so, then the rest; closed ones last.
    """
    plain = " ".join(words.replace("-", " ").replace("_", " ").replace("(", " ").split())
    if not plain:
        return ()
    nearness = Case(
        When(~Q(state=AuthorityState.OPEN), then=Value(3)),
        When(Q(short_name__iexact=plain) | Q(name__iexact=plain), then=Value(0)),
        When(sort_name__startswith=plain.casefold().removeprefix("the "), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return _cards(
        Authority.objects.matching(plain).annotate(nearness=nearness).order_by("nearness", "sort_name", "pk")[:limit]
    )


def find_nearly(words: str, *, limit: int = 10) -> tuple[AuthorityCard, ...]:
    """Authorities that have some of the words, most of them first: for a sentence, or with one word misspelt.

    Short words count for nothing: every authority has one that begins with "in" or "my". One query.
    """
    telling = [word for word in words.casefold().replace("-", " ").split()[:8] if len(word) > 3]
    if not telling:
        return ()
    has = [Q(search_words__contains=f" {word}") for word in telling]
    score = sum(
        (Case(When(each, then=Value(1)), default=Value(0), output_field=IntegerField()) for each in has), Value(0)
    )
    found = Authority.objects.annotate(score=score).filter(score__gt=0, state=AuthorityState.OPEN)
    return _cards(found.order_by("-score", "sort_name", "pk")[:limit])


def draft_to(user, cookie_hash: str, *, authority_id: int, now: datetime, number: int | None = None) -> Draft | None:
    """The writer's unsent letter to this authority: ``number``, or the newest; None where there is none."""
    mine = Draft.objects.open_to(user, cookie_hash, now=now).filter(authority=authority_id, foi_request=None)
    return (mine.filter(pk=number) if number else mine.order_by("-saved_at", "-pk")).first()


def draft_on(user, *, foi_request_id: int, kind: str, now: datetime) -> Draft | None:
    """The writer's unsent further letter on a request; what was mailed to us in error waits here too."""
    mine = Draft.objects.open_to(user, "", now=now).filter(foi_request=foi_request_id)
    return mine.filter(kind=kind).order_by("-saved_at", "-pk").first()


def own_draft(user, cookie_hash: str, *, number: int, now: datetime) -> Draft | None:
    """One unsent first letter of this writer, with its authority; None for anybody else's."""
    mine = Draft.objects.open_to(user, cookie_hash, now=now).select_related("authority")
    return mine.filter(pk=number, authority__isnull=False, foi_request=None).first()


def any_own_draft(user, cookie_hash: str, *, number: int, now: datetime) -> Draft | None:
    """One unsent letter of this writer, first or further; None for anybody else's."""
    return Draft.objects.open_to(user, cookie_hash, now=now).filter(pk=number).first()


def sent_from(number: int, user) -> str | None:
    """The slug of the request that this writer's draft has become; None where it has not."""
    owner = Q(user=user.pk) if user.is_authenticated else Q(pk__isnull=True)
    sent = Draft.objects.filter(owner, pk=number, sent_as__isnull=False)
    return sent.values_list("sent_as__foi_request__slug", flat=True).first()


def waiting_for(user_id: int) -> Draft | None:
    """The letter that goes out when this person's address is confirmed."""
    waiting = Draft.objects.filter(user=user_id, send_on_confirmation=True, sent_as__isnull=True)
    return waiting.select_related("authority", "user").order_by("-saved_at", "-pk").first()


def gone_out_for(user_id: int) -> str | None:
    """The slug of the request that last went out on a confirmation by this person."""
    sent = Draft.objects.filter(user=user_id, send_on_confirmation=True, sent_as__isnull=False)
    return sent.order_by("-saved_at", "-pk").values_list("sent_as__foi_request__slug", flat=True).first()
