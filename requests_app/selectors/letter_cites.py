"""Which exemptions one letter from an authority cites, in words for the person who asked."""

from django.utils.translation import gettext as _

from ..law.cited import Cited, citations_in
from ..law.exemptions import exemption_for
from ..models import Direction, Message
from ..publishing import quoting


def cites(letter: Message) -> tuple[str, ...]:
    """Each exemption that the letter's own words cite: "section 40(2), Personal information". One query.

    What it repeats of the requester's letters cites nothing.
    """
    sent = letter.foi_request.messages.filter(direction=Direction.OUTGOING).order_by("-at")[:20]
    ours = list(sent.values_list("published_text", "author_name"))
    segments = quoting.split(
        letter.published_text, [text for text, _name in ours], us=dict.fromkeys(name for _text, name in ours)
    )
    return tuple(_in_words(cited) for cited in citations_in(quoting.visible(segments)))


def _in_words(cited: Cited) -> str:
    if cited.law.startswith("eir"):
        return _("regulation %(place)s") % {"place": cited.place}
    named = exemption_for(cited.place) if cited.law == "foia" else None
    if named is None:
        return _("section %(place)s") % {"place": cited.place}
    return _("section %(place)s, %(title)s") % {"place": cited.place, "title": named.title}
