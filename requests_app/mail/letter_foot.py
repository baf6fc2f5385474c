"""The foot of a requester's letters, by itself: what an authority repeats of them is known by it."""

from ..models import FOIRequest
from .compose import answer_url, page_url
from .filled import Filling
from .wrapping import wrap


def letter_foot(foi_request: FOIRequest) -> str:
    """What stands under every letter to the authority, as it goes out; no query."""
    values = {
        "foi_request.written_reference": foi_request.written_reference,
        "request_url": page_url(foi_request),
        "report_url": page_url(foi_request) + "/report",
        "answer_url": answer_url(foi_request),
    }
    return wrap(Filling({name: value for name, value in values.items() if value}).part("_footer_letter"))
