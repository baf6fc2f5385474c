"""The foot of a requester's letters, by itself: what an authority repeats of them is known by it."""

from django.conf import settings
from django.template import Context, engines
from django.utils import translation

from ..models import FOIRequest
from ..site_facts import site_facts
from .compose import answer_url, page_url, wrap


def letter_foot(foi_request: FOIRequest) -> str:
    """What stands under every letter to the authority, as it goes out; no query."""
    words = {
        **site_facts(),
        "foi_request": foi_request,
        "request_url": page_url(foi_request),
        "report_url": page_url(foi_request) + "/report",
        "answer_url": answer_url(foi_request),
    }
    with translation.override(settings.LANGUAGE_CODE):
        foot = engines["django"].engine.get_template("mail/_footer_letter.txt")
        return wrap(foot.render(Context(words, autoescape=False)))
