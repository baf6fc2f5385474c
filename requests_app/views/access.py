"""Who may open a page: one decorator per audience. What may be done there, the actions ask the state machine.

Not signed in: to the sign-in page, and back. Signed in but not of the audience: 404, so that private pages
do not say that they exist. Suspended: reading stays open; a page that writes shows the decision's public words.
Every view carries ``audience``, which the permission sweep compares with its table.
"""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import Officer
from ..permissions import is_staff, suspension_of

View = Callable[..., HttpResponse]
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def public_page(view: View | None = None, *, writes: bool = False) -> View:
    """A page for everybody.

    ``writes``: it is part of writing something, so suspended people see why they cannot. Without it nothing
    about the visitor is read, so that an anonymous page needs neither session nor cookie.
    """
    return _guard(view, audience="public", allowed=None, writes=writes)


def signed_in(view: View | None = None, *, writes: bool | None = None) -> View:
    """A page for people with an account.

    ``writes``: True, suspended people see why they cannot, on GET too; None, only when they send something;
    False, never (unfollowing, one's own account: what a suspension leaves open).
    """
    return _guard(view, audience="signed_in", allowed=lambda user: True, writes=writes)


def officer_only(view: View | None = None, *, writes: bool | None = None) -> View:
    """A page for people who work for an authority here. ``writes`` as in `signed_in`."""
    return _guard(view, audience="officer", allowed=_is_officer, writes=writes)


def staff_only(view: View | None = None) -> View:
    """A page for our staff; a suspended account has no such power, and sees 404 like any stranger."""
    return _guard(view, audience="staff", allowed=is_staff, writes=False)


def _is_officer(user) -> bool:
    return Officer.objects.serving().filter(user=user.pk).exists()


def _guard(view: View | None, *, audience: str, allowed: Callable | None, writes: bool | None) -> View:
    def decorate(inner: View) -> View:
        @wraps(inner)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if allowed is not None:
                if not request.user.is_authenticated:
                    return redirect_to_login(_way_back(request))
                if not allowed(request.user):
                    raise Http404
            asks = writes is True or (writes is None and request.method not in READING)
            if asks and request.user.is_authenticated and (sanction := suspension_of(request.user)):
                return render(request, "requester/suspended.html", {"sanction": sanction}, status=403)
            response = inner(request, *args, **kwargs)
            if audience != "public" or writes:  # somebody's own words: for no shared cache
                response.headers.setdefault("Cache-Control", "private, no-cache")
            return response

        guarded.audience = audience
        guarded.writes = writes
        return guarded

    return decorate(view) if view is not None else decorate


def _way_back(request: HttpRequest) -> str:
    """Where to return after signing in; a POST has lost its body by then, so it goes back to its page."""
    return request.get_full_path() if request.method in READING else request.path
