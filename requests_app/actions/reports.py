"""Somebody says that something should not be public. No status moves and no follower is told."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ..mail import compose
from ..models import (
    Annotation,
    Case,
    CaseKind,
    DecisionKind,
    FOIRequest,
    Message,
    NotAllowed,
    Report,
    SiteMessage,
    User,
)
from .cases import close_case, decide, open_case
from .concealment import hide
from .limits import refuse_over_limit

# What people may report; staff's own reason codes are a finer list.
REASONS = ("personal", "defamatory", "not_a_request", "vexatious", "abusive", "spam", "copyright", "other")
# Reasons that cannot wait for the list's order.
URGENT = frozenset({"personal", "abusive"})


@transaction.atomic
def report(
    *,
    foi_request_id: int,
    reason: str,
    text: str,
    now: datetime,
    reporter: User | None = None,
    reporter_email: str = "",
    message_id: int | None = None,
    annotation_id: int | None = None,
) -> Report:
    """Keep a report, make a case of it and confirm it to the reporter, who has an account or gives an address.

    Raises LimitReached after too many within a day from one person or address.
    """
    email = (reporter.email if reporter else reporter_email).strip().lower()
    if reason not in REASONS:
        raise NotAllowed(_("Choose a reason from the list."))
    by = Q(reporter=reporter) if reporter else Q(reporter_email__iexact=email, reporter=None)
    refuse_over_limit(
        Report.objects.filter(by),
        allowed=settings.REPORTS_PER_DAY,
        field="created_at",
        words=_("You have made %(allowed)s reports within a day, which is the most one person can make."),
        now=now,
    )
    foi_request = FOIRequest.objects.get(pk=foi_request_id)
    row = Report.objects.create(
        foi_request=foi_request,
        message=Message.objects.filter(pk=message_id, foi_request=foi_request).first() if message_id else None,
        annotation=Annotation.objects.filter(pk=annotation_id, foi_request=foi_request).first()
        if annotation_id
        else None,
        reason=reason,
        text=text,
        reporter=reporter,
        reporter_email=email,
        created_at=now,
    )
    open_case(CaseKind.REPORT, "report", row.pk, foi_request=foi_request, urgent=reason in URGENT, now=now)
    # The text is not repeated: anybody could have any text sent to any address that way.
    _write(row, "report_received", {"reason_label": reason_label(reason)})
    return row


def reason_label(reason: str) -> str:
    """What a reporter chose, in words."""
    return {
        "personal": _("It shows personal information about somebody"),
        "defamatory": _("It says something untrue that harms somebody"),
        "not_a_request": _("It is not a request for information"),
        "vexatious": _("It misuses the law or this site"),
        "abusive": _("It is abusive or threatening"),
        "spam": _("It is spam or advertising"),
        "copyright": _("It infringes copyright"),
        "other": _("Something else"),
    }[reason]


@transaction.atomic
def settle_report(
    *,
    case_id: int,
    hide_it: bool,
    reason_code: str,
    public_wording: str,
    from_all: bool,
    answer: str,
    actor: User,
    now: datetime,
) -> Case:
    """Decide about a report: hide what was reported, or leave it; the reporter is told which, and why."""
    case = Case.objects.select_for_update(of=("self",)).get(pk=case_id, kind=CaseKind.REPORT)
    if case.closed_at is not None:
        raise NotAllowed(_("Somebody has decided about this report already. Look at the list again."))
    row = Report.objects.select_related("foi_request", "message", "annotation", "reporter").get(pk=case.thing_id)
    thing = row.annotation or row.message or row.foi_request
    if hide_it:
        decision = hide(
            thing=thing,
            reason_code=reason_code,
            public_wording=public_wording,
            from_all=from_all,
            actor=actor,
            now=now,
            staff_note=answer,
        )
    else:
        if not answer.strip():
            raise NotAllowed(_("Write to the reporter why the page stays as it is."))
        decision = decide(
            DecisionKind.CLOSE_CASE,
            actor=actor,
            thing=row,
            reason_code=reason_code,
            now=now,
            foi_request=row.foi_request,
            staff_note=answer,
        )
    _write(row, "report_closed", {"was_hidden": hide_it, "public_wording": public_wording, "answer": answer.strip()})
    return close_case(case_id=case_id, actor=actor, now=now, decision=decision)


@transaction.atomic
def answer_site_message(*, case_id: int, answer: str, actor: User, now: datetime) -> SiteMessage:
    """Answer what somebody wrote to the site: a letter to them, and the case is closed."""
    case = Case.objects.select_for_update().get(pk=case_id, kind=CaseKind.CONTACT)
    site_message = SiteMessage.objects.select_for_update().get(pk=case.thing_id)
    if site_message.answered_at:
        raise NotAllowed(_("This message has been answered already."))
    if not answer.strip():
        raise NotAllowed(_("Write an answer, or close the case without one."))
    site_message.answer, site_message.answered_at = answer.strip(), now
    site_message.save(update_fields=["answer", "answered_at"])
    compose.post(
        "contact_answer",
        to=site_message.email,
        context={"site_message": site_message, "answer": site_message.answer},
    )
    close_case(case_id=case_id, actor=actor, now=now)
    return site_message


def _write(row: Report, template: str, context: dict) -> None:
    """A letter to the reporter. Not about the request itself: it goes out for imported ones too."""
    hidden = row.foi_request.prominence != "public" or row.foi_request.title_prominence != "public"
    compose.post(
        template,
        to=row.reporter_email,
        context={
            "shown_title": _("a request") if hidden else row.foi_request.title,
            "request_url": compose.page_url(row.foi_request),
            **context,
        },
    )
