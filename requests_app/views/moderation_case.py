"""One case: read what it is about, decide, and it leaves the list."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..actions import file_decisions, moderation, objections, officers
from ..actions.filing import raw_of, read
from ..actions.publishing import NewFile
from ..forms import moderation_decide as decide
from ..models import CaseKind, FOIRequest, InboundEmail, NotAllowed, Release
from ..selectors import moderation_case
from .access import staff_only

# Kind of case → the forms on its page, by the value of the button that sends each.
FORMS: dict[str, dict[str, type[forms.Form]]] = {
    CaseKind.HELD_LETTER: {"file": decide.FileForm, "discard": decide.NoteForm},
    CaseKind.UNDELIVERABLE: {"resend": decide.AddressForm},
    CaseKind.TAKE_DOWN: {"release": decide.ShowForm, "withdraw": decide.WithdrawForm},
    CaseKind.REPORT: {"hide": decide.HideForm, "leave": decide.LeaveForm},
    CaseKind.CONTACT: {"answer": decide.ReplyForm},
    CaseKind.OFFICER_ACCESS: {"approve": forms.Form, "decline": decide.NoteForm},
    CaseKind.FAILED_JOB: {"retry": forms.Form},
    CaseKind.BANK_HOLIDAYS: {},
    CaseKind.CLOCK_DISPUTED: {"stands": decide.ClockWordsForm, "undo": decide.ClockWordsForm},
    CaseKind.FILE_HELD: {
        "release_file": decide.ReleaseFileForm,
        "clean_file": forms.Form,
        "replace_file": decide.ReplaceFileForm,
        "withdraw_file": decide.WithdrawFileForm,
    },
    CaseKind.UNWANTED_MAIL: {},
    CaseKind.SCANNER_AWAY: {},
}
ALWAYS = {"close": decide.NoteForm}
MOST_SHOWN = 20_000


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """The case's page; each button is a decision of its own."""
    page = moderation_case.load(number, now=timezone.now())
    if page is None:
        raise Http404
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do in ("take", "give_back"):
        moderation.take_case(case_id=number, owner=request.user if do == "take" else None)
        return redirect("moderation:case", number=number)
    # A held letter is filed or put away: a case closed over it would leave it held, seen by nobody.
    is_held = page.case.kind == CaseKind.HELD_LETTER and page.thing is not None
    kinds = FORMS[page.case.kind] if is_held else {**FORMS[page.case.kind], **ALWAYS}
    shown = {
        name: form(
            request.POST if name == do else None,
            request.FILES if name == do else None,
            initial=_initial(name, page),
            prefix=name,
        )
        for name, form in kinds.items()
    }
    if do in shown and page.is_open:
        # A guess has a button of its own, which names the request.
        if do == "file" and request.POST.get("guess"):
            shown["file"] = decide.FileForm({"file-foi_request": request.POST["guess"]}, prefix="file")
        if shown[do].is_valid():
            try:
                said = _decide(do, page, shown[do].cleaned_data, request)
            except NotAllowed as error:
                shown[do].add_error(None, str(error))
            else:
                messages.success(request, said)
                return redirect("moderation:case", number) if do == "resend" else redirect("moderation:queue")
    context = {
        "page": page,
        "forms": shown,
        "tried": shown.get(do),
        "letter": _letter(page),
        "most_shown": MOST_SHOWN,
        "kind": page.case.kind,
        "section": "moderation",
    }
    bad = do in shown and bool(shown[do].errors)
    return render(request, "moderation/case.html", context, status=422 if bad else 200)


def _initial(name: str, page: moderation_case.CasePage) -> dict:
    if name == "resend" and page.undelivered:
        return {"email": page.undelivered.used}
    if name == "close":
        return {"reason_code": "handled"}
    return {"reason_code": "restored"} if name == "release" else {}


def _letter(page: moderation_case.CasePage):
    """A held letter as text, read from its bytes; None for other kinds."""
    return read(page.thing)[0] if isinstance(page.thing, InboundEmail) else None


def _decide(do: str, page: moderation_case.CasePage, words: dict, request: HttpRequest) -> str:
    """Act on one button; gives back what has happened, in words. Raises NotAllowed."""
    by = {"actor": request.user, "now": timezone.now()}
    deeds: dict[str, Callable[[], object]] = {
        "file": lambda: moderation.file_held_letter(
            inbound_email_id=page.thing.pk, foi_request_id=request_number(words["foi_request"]), **by
        ),
        "discard": lambda: moderation.discard_held_letter(inbound_email_id=page.thing.pk, **words, **by),
        "resend": lambda: moderation.correct_address_and_resend(case_id=page.case.pk, email=words["email"], **by),
        "release": lambda: _files(page, Release.PUBLIC, words | {"public_wording": ""}, by),
        "withdraw": lambda: _files(page, Release.WITHDRAWN, words, by),
        "hide": lambda: moderation.settle_report(case_id=page.case.pk, hide_it=True, answer="", **words, **by),
        "leave": lambda: moderation.settle_report(
            case_id=page.case.pk,
            hide_it=False,
            reason_code="restored",
            public_wording="",
            from_all=False,
            **words,
            **by,
        ),
        "answer": lambda: moderation.answer_site_message(case_id=page.case.pk, **words, **by),
        "approve": lambda: officers.approve(invitation_id=page.thing.pk, **by),
        "decline": lambda: officers.decline(invitation_id=page.thing.pk, **words, **by),
        "retry": lambda: moderation.retry_job(case_id=page.case.pk, **by),
        "stands": lambda: objections.settle_dispute(event_id=page.thing.pk, stands=True, **words, **by),
        "undo": lambda: objections.settle_dispute(event_id=page.thing.pk, stands=False, **words, **by),
        "close": lambda: moderation.close_case(case_id=page.case.pk, **words, **by),
        "release_file": lambda: file_decisions.release_file(attachment_id=page.thing.pk, **words, **by),
        "clean_file": lambda: file_decisions.replace_by_cleaned(
            attachment_id=page.thing.pk, reason_code="handled", **by
        ),
        "replace_file": lambda: _replace(page, words, by),
        "withdraw_file": lambda: file_decisions.withdraw_file(attachment_id=page.thing.pk, **words, **by),
    }
    if page.thing is None and do != "close":
        raise NotAllowed(_("What this case was about is no longer there. You can close it."))
    deeds[do]()
    return {
        "file": _("The letter is published on the request."),
        "discard": _("The letter is put away and not published."),
        "resend": _("The address is saved. Below stands what was sent again, and what was not and why."),
        "release": _("The files are public again."),
        "withdraw": _("The files stay hidden."),
        "hide": _("It is hidden, and the reporter is told."),
        "leave": _("The page stays as it is, and the reporter is told."),
        "answer": _("Your answer is on its way."),
        "approve": _("The invitation is on its way."),
        "decline": _("The person is told that they get no access."),
        "retry": _("It is tried again now."),
        "stands": _("The authority’s word stands, and the page shows one date again."),
        "undo": _("The row is taken back, and the date is counted without it."),
        "close": _("The case is closed."),
        "release_file": _("The file is public."),
        "clean_file": _("A clean file is in its place. It becomes public after its own check."),
        "replace_file": _("The new file is in its place. It becomes public after its own check."),
        "withdraw_file": _("The file stays hidden."),
    }[do]


def request_number(words: str) -> int:
    """A request's number from its number or the address of its page. Raises NotAllowed for anything else."""
    last = words.strip().split("#")[0].split("?")[0].rstrip("/").rpartition("/")[2]
    if last.isdecimal() and len(last) < 18:
        return int(last)
    found = FOIRequest.objects.filter(slug=last[:120]).values_list("pk", flat=True).first()
    if found is None:
        raise NotAllowed(_("No request has this number or address. Copy the address of its page and try again."))
    return found


def _replace(page: moderation_case.CasePage, words: dict, by: dict) -> None:
    new = words["file"]
    given = NewFile(new.name, new.content_type or "", new.read())
    file_decisions.replace_file(attachment_id=page.thing.pk, new=given, reason_code=words["reason_code"], **by)


def _files(page: moderation_case.CasePage, release: str, words: dict, by: dict) -> None:
    decisions = moderation.settle_files(message_id=page.thing.pk, release=release, **words, **by)
    last = decisions[-1] if decisions else None
    moderation.close_case(case_id=page.case.pk, decision=last, **by)


@staff_only
@require_safe
def letter_bytes(request: HttpRequest, number: int) -> HttpResponse:
    """A held letter as it reached us, to save; never shown by the browser."""
    page = moderation_case.load(number, now=timezone.now())
    if page is None or not isinstance(page.thing, InboundEmail):
        raise Http404
    response = HttpResponse(raw_of(page.thing), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="letter-{page.thing.pk}.eml"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
