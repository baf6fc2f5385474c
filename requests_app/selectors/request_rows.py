"""The statements behind a request page; each takes the request's number, and its rule from permissions.

What a reader may not see is not selected: a hidden letter's text never leaves the database for them.
"""

from datetime import timedelta

from django.contrib.postgres.aggregates import JSONBAgg
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject
from django.utils.translation import gettext as _

from ..law.holidays import PARTS
from ..mail.route import NO_ANSWERS
from ..models import (
    OPEN,
    Annotation,
    Attachment,
    BankHoliday,
    Direction,
    FOIRequest,
    Follow,
    InboundEmail,
    InboundState,
    Message,
    OutboundEmail,
    OutboundState,
    OutcomeSaid,
    Prominence,
    Sanction,
    Side,
)
from ..permissions import (
    answerable_by,
    is_staff,
    requested_by,
    visible_annotations,
    visible_files,
    visible_letters,
    visible_to,
)
from .statements import Statement


def suspended_for_misuse(person: str) -> Exists:
    """Whether the person is suspended for misuse, which is said after their name."""
    return Exists(Sanction.objects.active().filter(user=OuterRef(person), for_misuse=True))


def marked_name(name: str, is_suspended: bool) -> str:
    return _("%(name)s (Account suspended)") % {"name": name} if is_suspended else name


def word_of(side: str) -> Subquery:
    said = OutcomeSaid.objects.standing().filter(foi_request=OuterRef("pk"), side=side).order_by("-said_at", "-pk")
    return Subquery(said.values("outcome")[:1])


def _if_seen(rule: Q, column: str) -> Case:
    return Case(When(rule, then=F(column)), default=Value(""), output_field=CharField())


def shown_title(user) -> dict:
    """``shown_title`` (empty where hidden from this reader) and ``title_note`` (what the public reads instead)."""
    sees_title = Q(title_prominence=Prominence.PUBLIC)
    if is_staff(user):
        sees_title = Q(pk__isnull=False)
    elif user.is_authenticated:
        sees_title |= Q(title_prominence=Prominence.PARTIES) & (requested_by(user) | answerable_by(user))
    return {"shown_title": _if_seen(sees_title, "title"), "title_note": F("title_concealed_wording")}


REQUEST_COLUMNS = (
    "id",
    "version",
    "slug",
    "regime",
    "status",
    "prominence",
    "concealed_wording",
    "title_prominence",
    "authority_reference",
    "sent_at",
    "created_at",
    "changed_at",
    "received_on",
    "due_on",
    "clock",
    "letters_to_describe_since",
    "is_imported",
    "source_url",
    "requester_id",
    "requester__public_name",
    "authority_id",
    "authority__name",
    "authority__slug",
    "authority__standing",
)


# Holidays this far around a count are read with it, so that the table is never empty where there are any.
MARGIN = timedelta(days=200)


# Sorts after every version of the list.
NEWEST = "z"


def _counted_with() -> Case:
    """The version of the list that explains a request: while it is open the newest, then that of its count."""
    return Case(
        When(Q(status__in=OPEN) | Q(holiday_version=""), then=Value(NEWEST)),
        default=F("holiday_version"),
        output_field=CharField(),
    )


def _holidays() -> Subquery:
    """The bank holidays that the request's count may meet, as a list of objects in one value."""
    near = BankHoliday.objects.filter(
        Q(withdrawn_in="") | Q(withdrawn_in__gt=OuterRef("counted_with")),
        version__lte=OuterRef("counted_with"),
        on__gte=OuterRef("received_on") - MARGIN,
        on__lte=Greatest(OuterRef("due_on"), OuterRef("received_on")) + MARGIN,
    )
    parts = {part: part for part in PARTS}
    return Subquery(
        near.order_by()
        .values(one=Value(1))
        .annotate(rows=JSONBAgg(JSONObject(on="on", name="name", **parts)))
        .values("rows")
    )


def request_query(found: Q, user):
    """One visible request with everything that its head needs."""
    followers = Follow.objects.filter(foi_request=OuterRef("pk")).order_by().values("foi_request")
    held = (
        InboundEmail.objects.filter(foi_request=OuterRef("pk"), state=InboundState.HELD)
        .exclude(reason__in=NO_ANSWERS)
        .order_by()
        .values("foi_request")
    )
    extra = {
        **shown_title(user),
        "words": Func(F("title_vector"), function="tsvector_to_array", output_field=ArrayField(CharField())),
        "is_suspended": suspended_for_misuse("requester"),
        "requester_word": word_of(Side.REQUESTER),
        "authority_word": word_of(Side.AUTHORITY),
        "imported_word": word_of(Side.IMPORTED),
        "reader_word": word_of(Side.READER),
        "holidays": _holidays(),
        "held_since": Subquery(held.values(first=Min("received_at"))[:1]),
        "followers": F("imported_followers")
        + Coalesce(Subquery(followers.values(total=Count("pk"))[:1]), 0, output_field=IntegerField()),
    }
    if user.is_authenticated:
        extra["is_following"] = Exists(Follow.objects.filter(foi_request=OuterRef("pk"), user=user.pk))
        extra["can_answer"] = Case(When(answerable_by(user), then=Value(True)), default=Value(False))
    return (
        FOIRequest.objects.filter(found, visible_to(user))
        .order_by()
        .alias(counted_with=_counted_with())
        .values(*REQUEST_COLUMNS, **extra)
    )


def _shown(model, rule: Q, column: str, **within) -> Case:
    """The column where the rule lets this reader see the row, else None.

    The rule is asked in a WHERE, row by row: as a condition of its own it would read every public request there is.
    """
    seen = Exists(model.objects.filter(rule, pk=OuterRef("pk"), **within))
    return Case(When(seen, then=F(column)), default=None)


def letters(number, user):
    failed = Q(state=OutboundState.FAILED) | Q(bounced_at__isnull=False)
    earlier = OutboundEmail.objects.filter(failed, message=OuterRef("message"), to_user=None, pk__lt=OuterRef("pk"))
    sending = (
        OutboundEmail.objects.filter(message=OuterRef("pk"), to_user=None)
        .order_by("-pk")
        .values(
            row=JSONObject(
                state="state",
                accepted_at="accepted_at",
                bounced_at="bounced_at",
                maybe_twice="maybe_twice",
                attempts="attempts",
                delivered_at="delivered_at",
                delivered_by="delivered_by",
                delivered_to="delivered_to",
                bounce_reason="bounce_reason",
                delayed_at="delayed_at",
                again=Exists(earlier),
            )
        )
    )
    return (
        Message.objects.filter(foi_request=number)
        .order_by("at", "pk")
        .values(
            "id",
            "direction",
            "kind",
            "door",
            "author_name",
            "at",
            "is_automatic",
            "described_as",
            "behind_portal",
            "recalled_at",
            "prominence",
            "concealed_wording",
            html=_shown(Message, visible_letters(user), "published_html", foi_request=number),
            is_suspended=suspended_for_misuse("author"),
            sending=Case(When(direction=Direction.OUTGOING, then=Subquery(sending[:1]))),
        )
    )


def files(number, user):
    return (
        Attachment.objects.filter(message__foi_request=number)
        .order_by("message_id", "position", "pk")
        .values(
            "id",
            "message_id",
            "name",
            "content_type",
            "label",
            "size",
            "sha256",
            "pages",
            "release",
            "checking_until",
            "reading",
            "prominence",
            "concealed_wording",
            stored_at=_shown(Attachment, visible_files(user), "content", message__foi_request=number),
        )
    )


def annotations(number, user):
    return (
        Annotation.objects.filter(foi_request=number)
        .order_by("at", "pk")
        .values(
            "id",
            "author_name",
            "at",
            "prominence",
            "concealed_wording",
            html=_shown(Annotation, visible_annotations(user), "published_html", foi_request=number),
            is_suspended=suspended_for_misuse("author"),
        )
    )


def _texts(number, user):
    return Message.objects.filter(visible_letters(user), foi_request=number).order_by().values("id", "published_text")


def _annotation_texts(number, user):
    return (
        Annotation.objects.filter(visible_annotations(user), foi_request=number)
        .order_by()
        .values("id", "published_text")
    )


LETTER_TEXTS = Statement(_texts)
ANNOTATION_TEXTS = Statement(_annotation_texts)
