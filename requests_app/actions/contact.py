"""A message to the site: kept, and a case for a person, who answers from it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import CaseKind, SiteMessage, User
from .cases import open_case
from .limits import refuse_over_limit

MESSAGES_PER_ADDRESS = 5
# A flood from many addresses stops here, so that people's messages can still be found.
MESSAGES_PER_DAY = 500


@transaction.atomic
def write_to_us(*, name: str, email: str, subject: str, text: str, sender: User | None, now: datetime) -> SiteMessage:
    """Keep the message and open its case. Raises LimitReached, with the time at which it ends, after too many."""
    email = email.strip().lower()
    refuse_over_limit(
        SiteMessage.objects.filter(email=email),
        allowed=MESSAGES_PER_ADDRESS,
        field="created_at",
        words=_("We have had %(allowed)s messages from this address within a day."),
        now=now,
    )
    refuse_over_limit(
        SiteMessage.objects.all(),
        allowed=MESSAGES_PER_DAY,
        field="created_at",
        words=_("We have had more messages today than people can read."),
        now=now,
    )
    message = SiteMessage.objects.create(
        name=name, email=email, subject=subject, text=text, sender=sender, created_at=now
    )
    open_case(CaseKind.CONTACT, "site_message", message.pk, now=now)
    return message
