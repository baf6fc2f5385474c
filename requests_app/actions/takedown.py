"""The link in an authority's receipt: it can only hide, at once, without an account, for three working days."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..law.days import nth_working_day
from ..law.regimes import REGIMES
from ..models import Attachment, CaseKind, FOIRequest, LinkKind, Message, NotAllowed, OneTimeLink, Release
from .cases import open_case
from .deadlines import holiday_table, london_day
from .file_release import release_after_check
from .links import use_link
from .publication import record, touch

# For so many working days the files stay down while a person looks; then they are public again.
CHECKING_DAYS = 3


@transaction.atomic
def take_down(*, link_id: int, now: datetime) -> Message:
    """Hide the files of the published answer that this link is about, until somebody has looked.

    Everything that the page shows of them goes with the same commit. Opens an urgent case; the clock does
    not move. Raises NotAllowed where the link is used or too old, or the letter has no public file.
    """
    about = OneTimeLink.objects.filter(pk=link_id).values_list("message__foi_request_id", flat=True).first()
    foi_request = FOIRequest.objects.select_for_update().filter(pk=about).first()
    link = use_link(link_id, LinkKind.TAKE_DOWN, now=now, used_for="taken_down")
    message = link.message
    if not hide_files(message, foi_request, now=now):
        raise NotAllowed(_("No file of this letter is public now. To have its text changed, please write to us."))
    open_case(CaseKind.TAKE_DOWN, "message", message.pk, foi_request=foi_request, urgent=True, now=now)
    touch(foi_request)
    return message


def hide_files(message: Message, foi_request: FOIRequest, *, now: datetime) -> int:
    """Hide the public files of a letter, and those still on their way there; gives back how many.

    They stay hidden until somebody has looked. The caller holds the request's lock, opens the case and touches the
    request.
    """
    until = checked_until(london_day(now))
    # One whose own check has not ended would be public after it.
    shown = Q(release=Release.PUBLIC) | Q(release=Release.CHECKING, checking_until=None)
    files = Attachment.objects.filter(shown, message=message).update(release=Release.CHECKING, checking_until=until)
    if files:
        record(foi_request, "files_taken_down", at=now, message=message, files=files, until=until.isoformat())
    return files


def checked_until(on: date) -> date:
    """The last day on which files that were taken down on ``on`` stay down without a decision."""
    off = holiday_table().calendar(REGIMES["foia"].calendar)
    return nth_working_day(on, CHECKING_DAYS, bank_holidays=off)


def release_checked_files(*, on: date, now: datetime) -> int:
    """Make files public again whose check ended before ``on`` without a decision. Returns how many letters.

    The case stays open: a person has still to look.
    """
    ended = Attachment.objects.filter(release=Release.CHECKING, checking_until__lt=on)
    letters = list(ended.order_by("message_id").values_list("message_id", "message__foi_request_id").distinct())
    for message_id, foi_request_id in letters:
        with transaction.atomic():
            foi_request = FOIRequest.objects.select_for_update().get(pk=foi_request_id)
            files = Attachment.objects.filter(
                pk__in=list(ended.filter(message=message_id).values_list("pk", flat=True))
            )
            if count := release_after_check(files):
                record(foi_request, "files_released", at=now, message=Message(pk=message_id), files=count)
            touch(foi_request)
    return len(letters)
