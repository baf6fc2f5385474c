"""Choose an authority: search by any word, with and without script."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ..forms.requester_compose import SearchForm
from ..selectors.requester_compose import AuthorityCard, find_authorities, find_nearly
from .access import public_page


@require_safe
@public_page(writes=True)
def choose(request: HttpRequest) -> HttpResponse:
    """The search box, and what ``?q=`` found; nothing has all the words: what has some, and topics to start from."""
    words = SearchForm(request.GET).words()
    found = find_authorities(words) if words else ()
    context = {
        "words": words,
        "found": found,
        "nearly": find_nearly(words) if words and not found else (),
        "topics": TOPICS,
    }
    return render(request, "requester/choose.html", context)


@require_safe
@public_page
def authority_search(request: HttpRequest) -> JsonResponse:
    """Suggestions for ``?q=``: a list of label, url and hint."""
    words = SearchForm(request.GET).words()
    found = find_authorities(words, limit=8) if len(words) > 1 else ()
    return JsonResponse([_suggestion(card) for card in found], safe=False)


def _suggestion(card: AuthorityCard) -> dict[str, str]:
    slug = card.slug if card.can_be_written_to else card.successor_slug or card.slug
    return {
        "label": card.name,
        "url": reverse("requester:write", args=[slug]),
        "hint": card.obstacle or card.standing_words,
    }


# Words to start from for somebody who does not know whom to ask; each is a search.
TOPICS = ("bins", "damp", "doctors", "parking", "planning", "police", "rent", "roads", "schools", "benefits")
