"""Single-use links in letters: GET shows what the link does, a button does it, once. Nobody signs in by them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ..actions import officers
from ..actions.held import settle_sender
from ..actions.links import find_link
from ..actions.takedown import take_down
from ..models import LinkKind, NotAllowed, OneTimeLink
from ..selectors.authority_link import LinkPage, load
from .access import public_page
from .authority_access import private
from .throttle import wait


# The token is the secret that a forged form would need; and under "no-referrer" browsers send "Origin: null".
@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """One page for each kind of link; used, old and unknown ones say so, and what to do instead."""
    row = find_link(token) if len(token) <= 100 else None
    page = load(row, now=timezone.now())
    problem, done = page.problem if page else _unknown(), ""
    choice = request.POST.get("do", "")
    if request.method == "POST" and row and page and not problem and choice in page.choices:
        try:
            done = _use(row, page, choice)
        except NotAllowed as error:
            problem = str(error)
    status = 410 if problem and page else 404 if problem else 200
    if page is None and (slow_down := wait(request, "link", most=30, minutes=10)):
        problem, status = slow_down, 429
    context = {"page": page, "problem": problem, "done": done}
    return private(render(request, "authority/link.html", context, status=status), referrer="no-referrer")


def _unknown() -> str:
    return _("This link is not one of ours, or it was cut when it was copied. Open it again from the letter.")


def _use(row: OneTimeLink, page: LinkPage, choice: str) -> str:
    """Do what the button says; gives back what has happened, in words."""
    now = timezone.now()
    if row.kind == LinkKind.TAKE_DOWN:
        take_down(link_id=row.pk, now=now)
        return _(
            "The files are hidden now. A person looks at them, and they stay hidden for at least three working "
            "days. The page says that you asked for a check. The time limit for your answer does not change."
        )
    if row.kind == LinkKind.PUBLISH_SENDER:
        published = settle_sender(link_id=row.pk, publish=choice == "yes", now=now)
        if choice == "yes":
            return (
                _("Published. Later letters from this address are published when they arrive.")
                if published
                else (_("Thank you. Later letters from this address are published when they arrive."))
            )
        return _("Thank you. It is not published, and neither are later letters from this address.")
    officers.vouch(link_id=row.pk, says_yes=choice == "yes", now=now)
    if choice == "yes":
        return _("Thank you. Our staff look at it, and then write to your colleague.")
    return _("Thank you. This person gets no access, and we do not ask you about this again.")
