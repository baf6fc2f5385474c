"""What a letter from the authority may repeat: what went to it and what came from it before."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..mail.letter_foot import letter_foot
from ..models import Direction, FOIRequest, Message

MOST_SENT, MOST_CAME = 20, 10
MOST_LOOKED_AT = 60


@dataclass(frozen=True)
class Thread:
    """Texts that are known as published, newest first: ``sent`` by the requester, ``came`` before.

    ``foot`` is what stands under what the requester sent, not masked; ``us``: the requester's names.
    """

    sent: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    foot: str = ""
    us: tuple[str, ...] = ()


def thread_of(foi_request: FOIRequest, letters: Iterable[Message]) -> Thread:
    """The thread in these letters of the request, oldest first, with the foot that ours carry. No query.

    What is published of them counts, as masked when they came or when a rule changed last: it only folds.
    """
    newest = list(letters)[::-1]
    sent = [letter for letter in newest if letter.direction == Direction.OUTGOING]
    came = [letter.published_text for letter in newest if letter.direction == Direction.INCOMING]
    return Thread(
        sent=tuple(letter.published_text for letter in sent[:MOST_SENT]),
        came=tuple(came[:MOST_CAME]),
        foot=letter_foot(foi_request) if sent else "",
        us=tuple(dict.fromkeys(letter.author_name for letter in sent)),
    )
