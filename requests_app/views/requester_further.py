"""Write again on one's own request: a follow-up, a request for review, or "I no longer need it"."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..actions import correspondence, drafting, publishing
from ..forms import requester_further as words
from ..forms.requester_compose import DraftForm, FollowUpForm
from ..forms.requester_hints import hints_for
from ..models import MOVES, FOIRequest, MessageKind, NotAllowed, Status
from ..models.private import Draft
from ..selectors.advice_words import review_terms
from ..selectors.clock_words import standing_of
from ..selectors.requester_compose import draft_on
from ..selectors.requester_requests import can_be_reviewed, own_request, state_of
from .access import signed_in


def own_or_404(request: HttpRequest, slug: str) -> FOIRequest:
    """One's own request that was made here; 404 for strangers, and for one that is only shown here."""
    foi_request = own_request(request.user, slug)
    if foi_request is None or foi_request.is_imported:
        raise Http404
    return foi_request


def _kind(request: HttpRequest, foi_request: FOIRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind == MessageKind.INTERNAL_REVIEW and can_be_reviewed(foi_request) else MessageKind.FOLLOW_UP


def _url(name: str, foi_request: FOIRequest, kind: str) -> str:
    return reverse(f"requester:{name}", args=[foi_request.slug]) + f"?kind={kind}"


def _save(request: HttpRequest, foi_request: FOIRequest, kind: str) -> Draft:
    form = DraftForm(request.POST)
    form.is_valid()
    return drafting.save_draft(
        user=request.user,
        cookie_hash="",
        foi_request_id=foi_request.pk,
        kind=kind,
        title=foi_request.title,
        body=form.cleaned_data.get("body", ""),
        now=timezone.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def follow_up(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter, ``?kind=follow_up`` or ``internal_review``. POST saves it and goes on to the check."""
    foi_request = own_or_404(request, slug)
    kind = _kind(request, foi_request)
    if request.method == "POST":
        draft = _save(request, foi_request, kind)
        form = FollowUpForm(request.POST)
        if request.POST.get("action") == "save":
            messages.success(request, _("Your letter is saved."))
            return redirect(_url("follow_up", foi_request, kind))
        if form.is_valid():
            drafting.leave_for_preview(draft_id=draft.pk, now=timezone.now())
            return redirect(_url("follow_up_preview", foi_request, kind))
    else:
        draft = draft_on(request.user, foi_request_id=foi_request.pk, kind=kind, now=timezone.now())
        late = state_of(foi_request, localdate()) in ("overdue", "very-overdue")
        name = request.user.public_name
        if draft:
            body = words.completed(draft.body, foi_request, name=name)
        else:
            body = words.first_words(foi_request, kind, late=late, name=name)
        form = FollowUpForm(initial={"body": body})
    return render(
        request,
        "requester/follow_up.html",
        {
            "foi_request": foi_request,
            "form": form,
            "kind": kind,
            "is_review": kind == MessageKind.INTERNAL_REVIEW,
            "offers_review": can_be_reviewed(foi_request) and kind == MessageKind.FOLLOW_UP,
            "here": _url("follow_up", foi_request, kind),
            "autosave": _url("follow_up_autosave", foi_request, kind),
            "review_url": _url("follow_up", foi_request, MessageKind.INTERNAL_REVIEW),
            "review_terms": review_terms(foi_request.regime, standing_of(foi_request.clock)),
            "section": "my-requests",
        },
    )


@require_POST
@signed_in(writes=True)
def autosave(request: HttpRequest, slug: str) -> JsonResponse:
    """Keep what has been typed so far; for script."""
    foi_request = own_or_404(request, slug)
    draft = _save(request, foi_request, _kind(request, foi_request))
    return JsonResponse({"saved_at": draft.saved_at.isoformat()})


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Exactly what becomes public. POST sends it."""
    foi_request = own_or_404(request, slug)
    kind = _kind(request, foi_request)
    draft = draft_on(request.user, foi_request_id=foi_request.pk, kind=kind, now=timezone.now())
    if draft is None or not FollowUpForm({"body": draft.body}).is_valid():
        return redirect(_url("follow_up", foi_request, kind))
    refused = None
    if request.method == "POST":
        if request.POST.get("shown") != draft.saved_at.isoformat():
            refused = _("The letter has changed since you last saw it. Read it once more before you send it.")
        else:
            try:
                message = drafting.send_draft(draft_id=draft.pk, now=timezone.now())
            except NotAllowed as error:
                refused = words.in_plain_words(error)
            else:
                messages.success(request, _("Your letter is on its way."))
                return redirect(reverse("public:request", args=[foi_request.slug]) + f"#{message.anchor}")
    context = {
        "foi_request": foi_request,
        "draft": draft,
        "published": publishing.rendered(draft.body.strip(), foi_request=None, incoming=False),
        "hints": hints_for("", draft.body),
        "refused": refused,
        "back": _url("follow_up", foi_request, kind),
        "here": _url("follow_up_preview", foi_request, kind),
        "is_review": kind == MessageKind.INTERNAL_REVIEW,
        "section": "my-requests",
    }
    return render(request, "requester/follow_up_preview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in(writes=True)
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """ "I no longer need it": shows the one sentence that goes out. POST sends it."""
    foi_request = own_or_404(request, slug)
    refused = None
    if request.method == "POST":
        try:
            correspondence.withdraw(foi_request_id=foi_request.pk, actor=request.user, now=timezone.now())
        except NotAllowed as error:
            refused = words.in_plain_words(error)
        else:
            messages.success(request, _("You have withdrawn this request. Nobody will be reminded of it any more."))
            return redirect("public:request", foi_request.slug)
    context = {
        "foi_request": foi_request,
        "is_withdrawn": foi_request.status == Status.WITHDRAWN,
        "can_be_withdrawn": Status.WITHDRAWN in MOVES[foi_request.status],
        "refused": refused,
        "section": "my-requests",
    }
    return render(request, "requester/withdraw.html", context)
