"""Write a first letter: draft, the private way, preview, send. Every step keeps what was typed."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import drafting, publishing
from ..forms import requester_hints, starters
from ..forms.requester_compose import DraftForm, KnowsItIsPublicForm, LetterForm
from ..forms.requester_letter import blank_letter, name_at_end
from ..models import NotAllowed
from ..models.private import Draft
from ..selectors import requester_compose as selector
from ..selectors.similar import similar_requests
from .access import public_page


def cookie_hash(request: HttpRequest) -> str:
    """How this browser's unsent letters are known; empty without a cookie."""
    return drafting.hash_of(request.COOKIES.get(drafting.COOKIE, ""))


def _saved(request: HttpRequest, card: selector.AuthorityCard) -> tuple[Draft, str]:
    """The letter as posted, stored; and the cookie it is known by where there is no account."""
    form = DraftForm(request.POST)
    form.is_valid()
    user = request.user if request.user.is_authenticated else None
    cookie = "" if user else request.COOKIES.get(drafting.COOKIE, "") or drafting.new_cookie()
    draft = drafting.save_draft(
        user=user,
        cookie_hash=drafting.hash_of(cookie),
        authority_id=card.number,
        title=form.cleaned_data.get("title", ""),
        body=form.cleaned_data.get("body", ""),
        now=timezone.now(),
        draft_id=_number(request.POST.get("draft", "")),
    )
    return draft, cookie


def _number(text: str) -> int | None:
    """A draft's number as an address or a form brings it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def write_url(draft: Draft) -> str:
    """Where this letter is written on."""
    return f"{reverse('requester:write', args=[draft.authority.slug])}?draft={draft.pk}"


def _with_cookie(response: HttpResponse, cookie: str) -> HttpResponse:
    if cookie:
        response.set_cookie(
            drafting.COOKIE,
            cookie,
            max_age=drafting.KEPT,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(writes=True)
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter to one authority. POST saves it and goes on, or says what is missing."""
    card = selector.authority_card(slug)
    if card is None:
        raise Http404
    if not card.can_be_written_to:
        return render(request, "requester/cannot_write.html", {"card": card})
    if request.method != "POST":
        return _write_page(request, card, *_start(request, card))
    draft, cookie = _saved(request, card)
    if request.POST.get("action") == "save":
        messages.success(request, _("Your letter is saved."))
        return _with_cookie(redirect(write_url(draft)), cookie)
    form = LetterForm(request.POST)
    if not form.is_valid():
        return _with_cookie(_write_page(request, card, form, draft), cookie)
    drafting.leave_for_preview(draft_id=draft.pk, now=timezone.now())
    return _with_cookie(redirect(_next_step(draft)), cookie)


def _start(request: HttpRequest, card: selector.AuthorityCard) -> tuple[LetterForm, Draft | None]:
    draft = selector.draft_to(
        request.user,
        cookie_hash(request),
        authority_id=card.number,
        now=timezone.now(),
        number=_number(request.GET.get("draft", "")),
    )
    if draft is not None:
        return LetterForm(initial={"title": draft.title, "body": draft.body}), draft
    name = request.user.public_name if request.user.is_authenticated else ""
    starter = starters.BY_KEY.get(request.GET.get("starter", ""))
    body = blank_letter(card.name, name=name, body=str(starter.body) if starter else "")
    return LetterForm(initial={"title": str(starter.title) if starter else "", "body": body}), None


def _write_page(
    request: HttpRequest, card: selector.AuthorityCard, form: LetterForm, draft: Draft | None
) -> HttpResponse:
    title = draft.title if draft else ""
    return render(
        request,
        "requester/write.html",
        {
            "card": card,
            "form": form,
            "draft": draft,
            "starters": starters.STARTERS,
            "chosen": request.GET.get("starter", ""),
            "hints": requester_hints.hints_for(title, draft.body) if draft else (),
            "similar": similar_requests(title) if title else (),
            "steps": steps("write"),
            "kept_days": drafting.KEPT.days,
        },
    )


@require_POST
@public_page(writes=True)
def autosave(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what has been typed so far; for script. Answers when it was stored."""
    card = selector.authority_card(slug)
    if card is None or not card.can_be_written_to:
        raise Http404
    draft, cookie = _saved(request, card)
    return _with_cookie(JsonResponse({"saved_at": draft.saved_at.isoformat()}), cookie)


@require_safe
@public_page
def similar(request: HttpRequest) -> HttpResponse:
    """Requests like the title in ``?title=``, as a piece of a page; for script."""
    title = request.GET.get("title", "")[:200]
    return render(request, "requester/_similar.html", {"similar": similar_requests(title) if len(title) > 2 else ()})


def _draft_or_404(request: HttpRequest, number: int) -> Draft:
    draft = selector.own_draft(request.user, cookie_hash(request), number=number, now=timezone.now())
    if draft is None:
        raise Http404
    return draft


def _is_ready(draft: Draft) -> bool:
    return LetterForm({"title": draft.title, "body": draft.body}).is_valid()


def _next_step(draft: Draft) -> str:
    """Where a letter that nothing stops goes on: to the private way first, if it is about the writer."""
    if not draft.knows_it_is_public and requester_hints.private_matter(draft.title, draft.body):
        return reverse("requester:private", args=[draft.pk])
    return reverse("requester:preview", args=[draft.pk])


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(writes=True)
def private(request: HttpRequest, number: int) -> HttpResponse:
    """Everything here is public: is this letter about yourself? One ticked sentence goes on."""
    draft = _draft_or_404(request, number)
    form = KnowsItIsPublicForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        drafting.acknowledge_public(draft_id=draft.pk)
        return redirect("requester:preview", draft.pk)
    context = {
        "draft": draft,
        "form": form,
        "write_url": write_url(draft),
        "matter": requester_hints.private_matter(draft.title, draft.body),
        "steps": steps("write"),
    }
    return render(request, "requester/private.html", context)


@require_safe
@public_page
def private_way(request: HttpRequest) -> HttpResponse:
    """How to get one's own records, or a repair, without anything being public."""
    draft = None
    if number := _number(request.GET.get("draft", "")):
        draft = selector.own_draft(request.user, cookie_hash(request), number=number, now=timezone.now())
    context = {"draft": draft, "write_url": write_url(draft) if draft else ""}
    return render(request, "requester/private_way.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@public_page(writes=True)
def preview(request: HttpRequest, number: int) -> HttpResponse:
    """Exactly what becomes public, and under which name. POST sends it, or signs up first."""
    if sent := selector.sent_from(number, request.user):
        return redirect("requester:sent", sent)
    draft = _draft_or_404(request, number)
    if not _is_ready(draft):
        return redirect(write_url(draft))
    step = _next_step(draft)
    if step != request.path:
        return redirect(step)
    refused = None
    if request.method == "POST":
        if request.POST.get("shown") != draft.saved_at.isoformat():
            refused = _("The letter has changed since you last saw it. Read it once more before you send it.")
        elif not request.user.is_authenticated:
            return _sign_up_first(request, draft)
        elif not request.user.public_name:
            return redirect(f"{reverse('requester:name')}?{urlencode({'next': request.path})}")
        else:
            try:
                message = drafting.send_draft(draft_id=draft.pk, now=timezone.now())
            except NotAllowed as error:
                refused = str(error)
            else:
                return redirect("requester:sent", message.foi_request.slug)
    name = request.user.public_name if request.user.is_authenticated else ""
    context = {
        "draft": draft,
        "card": selector.authority_card(draft.authority.slug),
        "name": name or name_at_end(draft.body),
        "published": publishing.rendered(draft.body.strip(), foi_request=None, incoming=False),
        "hints": requester_hints.hints_for(draft.title, draft.body),
        "similar": similar_requests(draft.title),
        "steps": steps("preview", write_at=write_url(draft)),
        "write_url": write_url(draft),
        "refused": refused,
        "take_back_minutes": settings.TAKE_BACK_MINUTES,
    }
    return render(request, "requester/preview.html", context)


def _sign_up_first(request: HttpRequest, draft: Draft) -> HttpResponse:
    drafting.send_on_confirmation(draft_id=draft.pk)
    request.session["signup_name"] = name_at_end(draft.body)
    return redirect(f"{reverse('account_signup')}?{urlencode({'next': request.path})}")


@require_POST
@public_page(writes=False)
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Throw an unsent letter away and start again."""
    draft = selector.any_own_draft(request.user, cookie_hash(request), number=number, now=timezone.now())
    if draft is None:
        raise Http404
    drafting.discard(draft_id=draft.pk)
    messages.success(request, _("The letter is thrown away."))
    return redirect("requester:choose" if not request.user.is_authenticated else "requester:requests")


def steps(now: str, *, write_at: str = "") -> list[dict[str, str]]:
    """The journey of a letter, for the line at the top of its pages."""
    order = [
        ("choose", _("Choose an authority"), reverse("requester:choose")),
        ("write", _("Write"), write_at),
        ("preview", _("Check"), ""),
        ("sent", _("Sent"), ""),
    ]
    at = [key for key, *_rest in order].index(now)
    return [
        {
            "label": label,
            "state": "done" if i < at else "now" if i == at else "next",
            "url": url if i < at and now != "sent" else "",
        }
        for i, (_key, label, url) in enumerate(order)
    ]
