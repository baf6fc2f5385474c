"""A letter of the requester that did not arrive: whether there is one, and what its writer reads on top of the page."""

from collections.abc import Iterable
from urllib.parse import quote

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..exports.thread import Letter, Lost
from ..law.clock import RUNNING
from ..models import MessageKind, Status

LOST = frozenset({"bounced", "failed"})
UNSENT = frozenset({"sending", "retrying"})
WHY = {
    "bounced": gettext_lazy("The mail server of %(authority)s sent it back."),
    "failed": gettext_lazy("It could not be sent to %(authority)s."),
}
RUNS_ON = gettext_lazy("The time limit of your request runs on without it.")
REVIEW_WAITS = gettext_lazy("The time for the review begins when it arrives.")
WHAT_NEXT = gettext_lazy(
    "You need do nothing now: our staff look for an address that works, and send it again. This page will say when it"
    " has arrived."
)


def way_of_request(letters: Iterable[Letter], *, state: str | None) -> str:
    """ "lost" or "unsent" while the request itself has not arrived; "" where it has, or nothing is known of it."""
    first = next((one for one in letters if one.kind == MessageKind.REQUEST and one.delivery), None)
    if first is None or state != "not-received":
        return ""
    if first.delivery.state in LOST:
        return "lost"
    return "unsent" if first.delivery.state in UNSENT else ""


def lost_letter(letters: Iterable[Letter], *, way: str, state: str | None, status: str, authority: str) -> Lost | None:
    """What the requester reads of a letter that did not arrive: the request itself, else the newest; else None."""
    sent = [one for one in letters if one.delivery and one.delivery.state != "cancelled"]
    if status == Status.WITHDRAWN or not sent:
        return None
    letter = sent[0] if way == "lost" else sent[-1]
    if letter.delivery.state not in LOST:
        return None
    said = [str(WHY[letter.delivery.state]) % {"authority": authority}]
    if letter.kind == MessageKind.INTERNAL_REVIEW:
        said.append(str(REVIEW_WAITS))
    elif state in RUNNING:
        said.append(str(RUNS_ON))
    about = _("A better address for %(authority)s") % {"authority": authority}
    return Lost(
        title=_("Your letter of %(day)s did not arrive") % {"day": date_format(letter.on, "j F Y")},
        text=" ".join([*said, str(WHAT_NEXT)]),
        url=f"{reverse('public:contact')}?about={quote(about)}",
    )
