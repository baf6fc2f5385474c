"""The first words of a further letter, so that nobody starts with an empty page."""

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .requester_letter import blank_letter, name_at_end

REVIEW = "internal_review"


def first_words(foi_request, kind: str, *, late: bool, name: str) -> str:
    """A letter to start from: empty for a follow-up, a reminder when the answer is late, a review when asked for."""
    if kind == REVIEW:
        body = _review(foi_request, late=late)
    elif late and foi_request.due_on:
        body = str(_reminder(foi_request)) % _facts(foi_request)
    else:
        body = ""
    return blank_letter(foi_request.authority.name, name=name, body=body)


def _reminder(foi_request) -> str:
    """Polite, with the rule and the date; a school may be in time as long as its terms are not known."""
    if "due_latest" in foi_request.clock and "terms_known" not in foi_request.clock:
        return _(
            "I sent this request, “%(title)s”, on %(sent)s. In term time a response should normally have been given "
            "promptly and by %(due)s. Please let me know when I can expect it."
        )
    return _(
        "I sent this request, “%(title)s”, on %(sent)s. By law a response should normally have been given promptly and "
        "by %(due)s. Please let me know when I can expect it."
    )


def completed(body: str, foi_request, *, name: str) -> str:
    """A draft as a whole letter: one that came by mail has neither salutation nor name."""
    if name_at_end(body) or body.lstrip().casefold().startswith("dear"):
        return body
    return blank_letter(foi_request.authority.name, name=name, body=body.strip())


def _review(foi_request, *, late: bool) -> str:
    why = (
        _("I ask for it because I have had no response. One was due by %(due)s.")
        if late and foi_request.due_on
        else _("[Say here what you are unhappy about: what is missing, or which reason you think is wrong.]")
    )
    opening = OPENINGS.get(foi_request.regime, OPENINGS["foia"])
    return (str(opening) + "\n\n" + why + "\n\n" + _("Everything that was written is published at %(url)s")) % _facts(
        foi_request
    )


# FOISA 2002 s.20(3): a requirement for review is in a lasting form, names the request and says why it is made.
OPENINGS = {
    "foia": gettext_lazy(
        "Please carry out an internal review of how you dealt with my request “%(title)s”, sent on %(sent)s."
    ),
    "eir": gettext_lazy(
        "Under regulation 11 of the Environmental Information Regulations 2004, please reconsider how you dealt with "
        "my request “%(title)s”, sent on %(sent)s."
    ),
    "foisa": gettext_lazy(
        "Under section 20 of the Freedom of Information (Scotland) Act 2002, I require a review of how you dealt with "
        "my request “%(title)s”, sent on %(sent)s."
    ),
    "eir-scotland": gettext_lazy(
        "Under regulation 16 of the Environmental Information (Scotland) Regulations 2004, please review how you dealt "
        "with my request “%(title)s”, sent on %(sent)s."
    ),
}


def _facts(foi_request) -> dict[str, str]:
    return {
        "title": foi_request.title,
        "sent": date_format(localtime(foi_request.sent_at).date(), "j F Y") if foi_request.sent_at else "",
        "due": date_format(foi_request.due_on, "j F Y") if foi_request.due_on else "",
        "url": f"{settings.SITE_URL}/request/{foi_request.slug}",
    }


def in_plain_words(error: Exception) -> str:
    """What the state machine refuses, for people: its own words name states."""
    text = str(error)
    if " cannot become " in text:
        return _("This request has moved on in the meantime, so that is not possible any more. Look at its page.")
    return text
