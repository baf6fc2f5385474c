"""One case with the thing it is about, for the person who decides."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import (
    Attachment,
    AuthorityAddress,
    Case,
    CaseKind,
    ClockEvent,
    InboundEmail,
    Invitation,
    Message,
    OutboundEmail,
    Reminder,
    Report,
    SiteMessage,
)
from ..models.private import FileCheck
from ..publishing.files import extension_for
from . import moderation_undelivered
from .clock_doubts import needed_for
from .clock_words import day_in_words
from .counts import EVENT_TITLES
from .file_findings import FoundInFile, found_in
from .moderation_held import HeldGuess, guesses_of
from .moderation_words import bank_holidays_reason, failed_reason, held_reason, report_reason


@dataclass(frozen=True)
class CasePage:
    """``thing`` is the row the case names, None where it is gone. What else is filled depends on the kind."""

    case: Case
    thing: object | None
    reason: str = ""
    guesses: tuple[HeldGuess, ...] = ()
    files: tuple[Attachment, ...] = ()
    undelivered: moderation_undelivered.AddressCase | None = None
    days: tuple[date, ...] = ()
    needed: str = ""
    found: FoundInFile | None = None
    check: FileCheck | None = None

    @property
    def thing_is_letter(self) -> bool:
        """Whether the case names mail, come or to go, and not a reminder that could not be made."""
        return self.case.thing_type in ("inbound_email", "outbound_email")

    @property
    def is_open(self) -> bool:
        return self.case.closed_at is None


THINGS = {
    "inbound_email": InboundEmail,
    "outbound_email": OutboundEmail,
    "message": Message,
    "report": Report,
    "site_message": SiteMessage,
    "invitation": Invitation,
    "clock_event": ClockEvent,
    "attachment": Attachment,
    "authority_address": AuthorityAddress,
}
WITH = {
    "outbound_email": ("message", "foi_request__authority"),
    "message": ("foi_request__authority",),
    "report": ("foi_request", "message", "annotation", "reporter"),
    "site_message": ("sender",),
    "invitation": ("authority",),
    "inbound_email": ("foi_request__authority",),
    "clock_event": ("message", "objection__by", "taken_back_by"),
    "attachment": ("message",),
    "authority_address": ("authority",),
}
# Letters that could not be taken in, by where they are now.
LEFT_AT_THE_DOOR = {
    "mailbox": gettext_lazy(
        "Letter %(number)s in the mailbox is too big or could not be stored. It stays in the mailbox."
    ),
    "webhook": gettext_lazy(
        "A letter that our mail provider brought is too big. It was not kept here; ask the provider for it."
    ),
}


def load(number: int, *, now: datetime) -> CasePage | None:
    """The case with this number; None where there is none. At most ten queries."""
    case = Case.objects.select_related("foi_request__authority", "owner", "closed_by__actor").filter(pk=number).first()
    if case is None:
        return None
    model = THINGS.get(case.thing_type)
    thing = model.objects.select_related(*WITH[case.thing_type]).filter(pk=case.thing_id).first() if model else None
    if case.kind == CaseKind.HELD_LETTER and thing:
        return CasePage(
            case, thing, reason=held_reason(thing.reason, case.details.get("failed", ())), guesses=guesses_of(case)
        )
    if case.kind == CaseKind.UNDELIVERABLE and thing and case.thing_type == "authority_address":
        return CasePage(case, thing, undelivered=moderation_undelivered.load(case, now=now))
    if case.kind == CaseKind.TAKE_DOWN and thing:
        return CasePage(case, thing, files=tuple(thing.attachments.all()))
    if case.kind == CaseKind.FILE_HELD and thing:
        return _about_file(case, thing)
    if case.kind == CaseKind.REPORT and thing:
        return CasePage(case, thing, reason=report_reason(thing.reason))
    if case.kind == CaseKind.CLOCK_DISPUTED and thing:
        regime = case.foi_request.regime if case.foi_request else ""
        reason = str(EVENT_TITLES.get(thing.kind, thing.kind))
        return CasePage(case, thing, reason=reason, needed=needed_for(thing.kind, regime))
    if case.kind == CaseKind.FAILED_JOB and case.thing_type in ("foi_request", "redaction_rule"):
        return CasePage(case, case.foi_request, reason=failed_reason(case.details.get("reason", "")))
    if case.kind == CaseKind.FAILED_JOB and case.thing_type == "draft":
        reminder = Reminder.objects.filter(draft=case.thing_id).first()
        return CasePage(case, reminder, reason=_("The reminder of a letter that is not sent yet could not be sent."))
    if case.kind == CaseKind.FAILED_JOB and case.thing_type == "attachment" and thing:
        return CasePage(
            case, thing, reason=_("The words of the file “%(name)s” could not be read.") % {"name": thing.name}
        )
    if case.kind == CaseKind.FAILED_JOB and case.thing_type == "user":
        return CasePage(case, None, reason=_("The mail of one morning to one person could not be made."))
    if case.kind == CaseKind.FAILED_JOB and case.thing_type in LEFT_AT_THE_DOOR:
        return CasePage(case, None, reason=str(LEFT_AT_THE_DOOR[case.thing_type]) % {"number": case.thing_id})
    if case.kind == CaseKind.BANK_HOLIDAYS:
        return _about_bank_holidays(case)
    return CasePage(case, thing)


def _about_file(case: Case, file: Attachment) -> CasePage:
    check = FileCheck.objects.filter(attachment=file).first()
    found = found_in(check.findings if check else (), extension=extension_for(file.content_type))
    return CasePage(case, file, found=found, check=check)


def _about_bank_holidays(case: Case) -> CasePage:
    """What is the matter with the list, and the days that it is about; for a list that ends, the last one."""
    days = tuple(date.fromisoformat(on) for on in case.details.get("days", []))
    why = case.details.get("why", "")
    reason = day_in_words(days[0]) if why == "ends" and days else bank_holidays_reason(why)
    return CasePage(case, None, reason=reason, days=days)
