"""What is forgotten after its time; the page "Your privacy" says the same, and a test holds the two together."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Case, DailyMail, OutboundEmail, OutboundState, Report, SiteMessage

# Copies of what we wrote to people: a sign-in code, a digest. A requester's letters are the record, and stay.
LETTERS_TO_PEOPLE_KEPT = timedelta(days=90)
# Messages to us, and who reported something: as long as somebody may come back to it.
MESSAGES_KEPT = timedelta(days=730)
# On which days somebody had mail of ours: it keeps a second letter of that day back, and accounts for a month.
DAYS_OF_MAIL_KEPT = timedelta(days=31)
# Letters to authorities about several requests are the record too, even where they name none of them.
TO_AUTHORITIES = ("daily_authority",)
BATCH = 5_000


def forget_old(*, now: datetime) -> None:
    """Delete or blank what has been kept for its time. What a person still has to look at stays until it is settled."""
    letters = OutboundEmail.objects.filter(
        Q(foi_request=None) | Q(template__startswith="report_"),  # those would name who reported something
        state=OutboundState.SENT,
        created_at__lt=now - LETTERS_TO_PEOPLE_KEPT,
    ).exclude(template__in=TO_AUTHORITIES)
    first = _without_case(letters, "outbound_email", open_only=False).order_by("pk").values("pk")[:BATCH]
    OutboundEmail.objects.filter(pk__in=list(first.values_list("pk", flat=True))).delete()

    messages = SiteMessage.objects.filter(created_at__lt=now - MESSAGES_KEPT).exclude(email="")
    _without_case(messages, "site_message").update(name="", email="", subject="", text="", answer="", sender=None)

    reports = Report.objects.filter(created_at__lt=now - MESSAGES_KEPT)
    _without_case(reports, "report").exclude(reporter=None, reporter_email="").update(reporter=None, reporter_email="")

    DailyMail.objects.filter(at__lt=now - DAYS_OF_MAIL_KEPT).delete()

    _forget_counts(now)


def _without_case(rows: QuerySet, thing_type: str, *, open_only: bool = True) -> QuerySet:
    """Rows about which no case waits for a person (or none ever was)."""
    cases = Case.objects.filter(thing_type=thing_type, thing_id=OuterRef("pk"))
    return rows.exclude(Exists(cases.filter(closed_at=None) if open_only else cases))


def _forget_counts(now: datetime) -> None:
    """Counts of tries hold the addresses of connections; the cache itself drops them only when it is full."""
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [now])  # noqa: S608 - our own table's name
