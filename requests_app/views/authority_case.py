"""One request in the inbox: read the thread, write an answer with files, look at it, publish it."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import draft_files, estimates, officer_drafts, outcomes, receipt
from ..actions.publishing import NewFile, rendered
from ..forms.authority_case import AnswerForm, DescribeForm, kinds_for
from ..law.wire import unpack
from ..models import NotAllowed, Side
from ..models.private import OfficerDraft, OfficerDraftFile
from ..selectors import authority_case
from .access import officer_only


def _load(request: HttpRequest, number: int) -> authority_case.CasePage:
    page = authority_case.load(number, user=request.user, today=timezone.localdate())
    if page is None:
        raise Http404
    return page


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """The thread and the form. Every POST saves first, files included; then it does what its button says.

    A POST without a button is the page saving by itself while somebody types: 204.
    """
    page = _load(request, number)
    if request.method == "POST":
        return _save(request, page)
    if request.method == "GET" and page.foi_request.received_on is None:
        opened = {"foi_request_id": page.foi_request.pk, "officer": request.user, "now": timezone.now()}
        page = _load(request, number) if receipt.note_opened(**opened) else page
    draft = page.draft
    form = AnswerForm(
        regime=page.foi_request.regime,
        initial={
            "body": draft.body if draft else _first_words(page),
            "kind": officer_drafts.kind_of(draft) if draft else "",
            "until": draft.until if draft else None,
        },
    )
    return _show(request, page, form)


def _save(request: HttpRequest, page: authority_case.CasePage) -> HttpResponse:
    do = request.POST.get("do", "")
    form = AnswerForm(
        request.POST,
        request.FILES,
        regime=page.foi_request.regime,
        strict=do == "preview",
        first_words=_first_words(page),
        kept_count=len(page.files),
        kept_bytes=page.size,
    )
    is_valid = form.is_valid()
    body = form.cleaned_data.get("body", request.POST.get("body", "").replace("\x00", ""))
    if do == "insert":
        body = _with_section(body, request.POST.get("section", ""), dict(page.sections))
    draft = officer_drafts.save_draft(
        foi_request_id=page.foi_request.pk,
        officer=page.officer,
        body=body,
        kind=form.cleaned_data.get("kind", ""),
        files=[
            NewFile(file.name, file.content_type or "", file.read()) for file in form.cleaned_data.get("files") or []
        ],
        now=timezone.now(),
        until=form.cleaned_data.get("until"),
    )
    if do == "preview" and (refused := _estimate_refused(page, draft)):
        form.add_error("until", refused)
        is_valid = False
    if do.startswith("remove-") and do[7:].isdecimal() and len(do) < 26:
        officer_drafts.remove_file(draft=draft, file_id=int(do[7:]))
        messages.info(request, _("The file is removed from your draft."))
    if not do:
        return HttpResponse(status=204)
    if not is_valid:
        return _show(request, _load(request, page.foi_request.pk), form, status=422)
    if do == "preview":
        return redirect("authority:preview", number=page.foi_request.pk)
    if do == "discard":
        officer_drafts.discard_draft(draft=draft)
        messages.info(request, _("Your draft is deleted."))
        return redirect("authority:case", number=page.foi_request.pk)
    if do == "save":
        messages.success(request, _("Saved. Only you can see it until you publish."))
    address = redirect("authority:case", number=page.foi_request.pk)
    address["Location"] += "#answer"
    return address


def _estimate_refused(page: authority_case.CasePage, draft: OfficerDraft) -> str:
    """Why the day by which the draft expects an answer is not possible; empty where it is, or is not needed."""
    about = {"described_as": draft.described_as, "until": draft.until, "today": timezone.localdate()}
    try:
        estimates.refuse_own_estimate(foi_request=page.foi_request, **about)
    except NotAllowed as error:
        return str(error)
    return ""


def _with_section(body: str, section: str, sections: dict[str, str]) -> str:
    """The text with a sentence about one section at its end; unchanged for a section that is not offered."""
    if section not in sections:
        return body
    words = _(
        "We withhold [say what] under section %(section)s (%(title)s) of the Freedom of Information Act 2000, "
        "because [say why]."
    ) % {"section": section, "title": sections[section].lower()}
    return f"{body.rstrip()}\n\n{words}\n"


def _first_words(page: authority_case.CasePage) -> str:
    return _("Dear %(name)s,\n\n\n\nYours sincerely,\n\n%(officer)s\n%(authority)s\n") % {
        "name": page.thread.requester,
        "officer": page.officer.user.public_name,
        "authority": page.foi_request.authority.name,
    }


def _show(request: HttpRequest, page: authority_case.CasePage, form: AnswerForm, status: int = 200) -> HttpResponse:
    context = {"page": page, "form": form, "time": authority_case.time_hints(page), "section": "inbox"}
    return render(request, "authority/case.html", context, status=status)


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """The answer exactly as the public will see it; POST publishes it."""
    page = _load(request, number)
    if page.draft is None:
        messages.info(request, _("There is no draft of yours here. If you have just published it, it is on the page."))
        return redirect("authority:case", number=number)
    refused = _estimate_refused(page, page.draft)
    problem = ""
    if request.method == "POST":
        try:
            letter = officer_drafts.publish_draft(draft_id=page.draft.pk, now=timezone.now())
        except NotAllowed as error:
            problem = str(error)
        else:
            return redirect("authority:published", number=number, letter=letter.pk)
    draft_files.check_at_once(page.draft)
    made = rendered(page.draft.body, foi_request=page.foi_request, incoming=True)
    kind = officer_drafts.kind_of(page.draft)
    standing = unpack(page.foi_request.clock)
    context = {
        "page": page,
        "letter": authority_case.previewed_letter(page, html=mark_safe(made.html), now=timezone.localtime()),  # noqa: S308
        "kind": dict(kinds_for(page.foi_request.regime)).get(kind, ""),
        "described_as": page.draft.described_as,
        "is_stopped": bool(standing.asked_on or standing.fee_on),
        "until": page.draft.until,
        "files": authority_case.files_to_look_at(page),
        "time": authority_case.time_hints(page),
        "only_absolute": kind == "more_time" and authority_case.rests_on_absolute_ones(page, made.text),
        "names_no_section": kind in ("refused", "in_part") and "section" not in made.text.lower(),
        "has_blanks": "[say " in page.draft.body,
        "problem": problem or refused,
        "is_refused": bool(refused),
        "section": "inbox",
    }
    return render(request, "authority/preview.html", context, status=409 if problem else 200)


@officer_only
@require_POST
def preview_file(request: HttpRequest, number: int, file: int) -> HttpResponse:
    """What the officer does about something hidden in a file of the draft: take it out, remove the file, or say why."""
    page = _load(request, number)
    if page.draft is None or not page.draft.files.filter(pk=file).exists():
        raise Http404
    do = request.POST.get("do", "")
    try:
        if do == "clean":
            draft_files.clean(draft=page.draft, file_id=file)
            messages.success(request, _("A clean file is in its place. Download it and look at it before you publish."))
        elif do == "vouch":
            draft_files.vouch(draft=page.draft, file_id=file, why=request.POST.get("why", "").replace("\x00", ""))
            messages.success(request, _("The file becomes public with your answer."))
        elif do == "remove":
            officer_drafts.remove_file(draft=page.draft, file_id=file)
            messages.info(request, _("The file is removed from your draft."))
    except NotAllowed as error:
        messages.error(request, str(error))
    return redirect("authority:preview", number=number)


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def published(request: HttpRequest, number: int, letter: int) -> HttpResponse:
    """After publishing: where it is, who is told, what it did to the clock. POST takes its files down for a check."""
    page = _load(request, number)
    shown = authority_case.letter_of(page, letter)
    if shown is None or shown.side != "authority":
        raise Http404
    if request.method == "POST":
        try:
            officer_drafts.take_down_own(message_id=letter, officer=page.officer, now=timezone.now())
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The files are hidden. Our staff look at them and write to your authority."))
        return redirect("authority:published", number=number, letter=letter)
    context = {
        "page": page,
        "letter": shown,
        "can_take_down": any(file.url for file in shown.files),
        "section": "inbox",
    }
    return render(request, "authority/published.html", context)


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, number: int, letter: int) -> HttpResponse:
    """Say what a letter was that the authority sent by mail: the authority's own word, shown beside the requester's."""
    page = _load(request, number)
    shown = authority_case.letter_of(page, letter)
    if shown is None or shown.side != "authority":
        raise Http404
    form = DescribeForm(request.POST if request.method == "POST" else None, regime=page.foi_request.regime)
    if request.method == "POST" and form.is_valid():
        described_as, outcome = officer_drafts.ANSWER_KINDS[form.cleaned_data["kind"]]
        field = None
        try:
            if described_as in estimates.MORE_TIME:
                field = "until"
                estimates.refuse_estimate(form.cleaned_data["until"], on=timezone.localdate(shown.on))
                field = None
            outcomes.describe_letter(
                message_id=letter,
                described_as=described_as,
                outcome=outcome or None,
                side=Side.AUTHORITY,
                actor=request.user,
                now=timezone.now(),
                until=form.cleaned_data["until"],
            )
        except NotAllowed as error:
            form.add_error(field, str(error))
        else:
            return redirect("authority:published", number=number, letter=letter)
    hints = authority_case.time_hints(page)
    context = {"page": page, "letter": shown, "form": form, "time": hints, "section": "inbox"}
    return render(request, "authority/describe.html", context, status=422 if form.errors else 200)


@officer_only
@require_safe
def draft_file(request: HttpRequest, number: int, file: int) -> FileResponse:
    """A file of the officer's own draft, to download and check."""
    row = get_object_or_404(
        OfficerDraftFile,
        pk=file,
        draft__foi_request=number,
        draft__officer__user=request.user,
        draft__officer__ended_at=None,
    )
    response = FileResponse(row.content.open("rb"), as_attachment=True, filename=row.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
