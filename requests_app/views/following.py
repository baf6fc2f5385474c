"""Follow and stop; what is followed; the one-click way out of its mail."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ..actions import following
from ..models import Authority, FOIRequest, Follow, NotAllowed, Prominence, Rhythm
from ..permissions import visible_to
from ..selectors.following import followed_by
from .access import public_page, signed_in


@signed_in(writes=False)
@require_safe
def my_following(request: HttpRequest) -> HttpResponse:
    requests, authorities = followed_by(request.user, today=timezone.localdate())
    context = {"requests": requests, "authorities": authorities, "rhythms": Rhythm.choices, "section": "following"}
    return render(request, "requester/following.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def follow_request(request: HttpRequest, slug: str) -> HttpResponse:
    """POST follows; GET (the way back from signing in) shows the button."""
    foi_request = get_object_or_404(FOIRequest.objects.filter(visible_to(request.user)), slug=slug)
    return _follow(request, back=f"/request/{slug}", title=_title_for_all(foi_request), foi_request=foi_request)


def _title_for_all(foi_request: FOIRequest) -> str:
    """The title, or what everybody reads in its place. The page of a link in a mail does not know its reader."""
    if foi_request.prominence != Prominence.PUBLIC:
        return foi_request.concealed_wording
    hidden = foi_request.title_prominence != Prominence.PUBLIC
    return foi_request.title_concealed_wording if hidden else foi_request.title


def _what(row: Follow) -> str:
    return row.authority.name if row.authority else _title_for_all(row.foi_request)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def follow_authority(request: HttpRequest, slug: str) -> HttpResponse:
    """POST follows; GET (the way back from signing in) shows the button."""
    authority = get_object_or_404(Authority, slug=slug)
    return _follow(request, back=f"/body/{slug}", title=authority.name, authority=authority)


def _follow(request: HttpRequest, *, back: str, title: str, **target) -> HttpResponse:
    if request.method != "POST":
        already = Follow.objects.filter(user=request.user, **target).exists()
        return render(request, "requester/follow.html", {"title": title, "back": back, "already": already})
    try:
        following.follow(user=request.user, now=timezone.now(), rhythm=_rhythm(request, Rhythm.DAILY), **target)
        messages.success(request, _("You follow %(what)s now.") % {"what": title})
    except NotAllowed as error:
        messages.error(request, str(error))
    return HttpResponseRedirect(back)


def _rhythm(request: HttpRequest, otherwise: str) -> str:
    return request.POST.get("rhythm") or otherwise


@signed_in(writes=False)
@require_POST
def unfollow_request(request: HttpRequest, slug: str) -> HttpResponse:
    foi_request = get_object_or_404(FOIRequest.objects.filter(visible_to(request.user)), slug=slug)
    following.unfollow(user=request.user, foi_request=foi_request)
    messages.success(request, _("You no longer follow this request."))
    return redirect(f"/request/{slug}")


@signed_in(writes=False)
@require_POST
def unfollow_authority(request: HttpRequest, slug: str) -> HttpResponse:
    authority = get_object_or_404(Authority, slug=slug)
    following.unfollow(user=request.user, authority=authority)
    messages.success(request, _("You no longer follow %(what)s.") % {"what": authority.name})
    return redirect(f"/body/{slug}")


@signed_in(writes=False)
@require_POST
def change(request: HttpRequest, number: int) -> HttpResponse:
    """Another rhythm for one line of the table, or its end."""
    row = get_object_or_404(Follow.objects.select_related("foi_request", "authority"), pk=number, user=request.user)
    try:
        if "stop" in request.POST:
            following.unfollow(user=request.user, foi_request=row.foi_request, authority=row.authority)
            messages.success(request, _("You no longer follow it."))
        else:
            rhythm = _rhythm(request, "")
            following.set_rhythm(user=request.user, follow_id=number, rhythm=rhythm, now=timezone.now())
            messages.success(request, _saved(rhythm))
    except NotAllowed as error:
        messages.error(request, str(error))
    return redirect("requester:following")


def _saved(rhythm: str) -> str:
    if rhythm == Rhythm.NONE:
        return _("Saved. You get no mail about it; news is marked here.")
    return _("Saved. You hear of it %(often)s.") % {"often": Rhythm(rhythm).label}


@signed_in(writes=False)
@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    following.mark_seen(user=request.user, now=timezone.now())
    return redirect("requester:following")


@csrf_exempt  # The token in the address is the proof; mail programs send no cookie. It can only end mail. RFC 8058.
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the button (scanners open links); POST ends the letters that the token came with."""
    follows = following.meant_by(token)
    if not follows:
        raise Http404
    if request.method == "POST":
        following.unsubscribe(token=token)
    # Letters are forwarded: a link that ends several does not say what they are about.
    what = _what(follows[0]) if following.is_of_one(token) else ""
    context = {"what": what, "done": request.method == "POST"}
    response = render(request, "requester/unsubscribe.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response
