"""Asks, once a letter and only where a decision needs it, whether its sender is who its From says."""

from collections.abc import Iterator
from functools import cached_property, partial
from itertools import count

from django.conf import settings

from ..models import InboundEmail
from . import trust
from .auth_results import MOST_BYTES
from .dns_records import NotAnswered, resolver_at, texts
from .parse import ParsedEmail
from .trust import Standing, Verdict

# As many as placing has for a letter, each after a longer pause. After the last it is held: never published unchecked.
TRIES = 5


def is_asked_for() -> bool:
    """Whether this site looks at all: a trusted server is named, or signatures are checked here."""
    return bool(settings.TRUSTED_AUTHSERV_ID or settings.CHECK_DKIM)


class Voucher:
    """The verdict on one stored letter.

    The trusted server's word goes first: it saw where the letter came from. Its signatures are checked here where it
    said nothing, or could not reach the domain's name servers. Costs one query; looking at signatures some more, one
    for each mebibyte and signature, and up to five questions to a name server. Raises ``dns_records.NotAnswered``
    where that does not answer, but for the last try.
    """

    def __init__(self, row: InboundEmail, letter: ParsedEmail) -> None:
        self.row, self.letter = row, letter

    @cached_property
    def verdict(self) -> Verdict:
        heard = None
        if settings.TRUSTED_AUTHSERV_ID:
            heard = trust.heard(
                next(self._pieces(), b"")[:MOST_BYTES],
                sender=self.letter.from_address,
                server=settings.TRUSTED_AUTHSERV_ID,
                hops=settings.TRUSTED_AUTHSERV_HOPS,
            )
        if settings.CHECK_DKIM and (heard is None or heard.failed == ("temporary",)):
            return self._checked()
        return heard or trust.UNKNOWN

    def _checked(self) -> Verdict:
        ask = partial(texts, resolver_at(settings.DNS_RESOLVER))
        try:
            return trust.checked(self._pieces, sender=self.letter.from_address, texts=ask)
        except NotAnswered:
            if self.row.attempts < TRIES:
                raise
            return Verdict(Standing.FAILED, ("dns",))

    @property
    def is_disowned(self) -> bool:
        """What the sender's domain offers was tried, and does not hold."""
        return is_asked_for() and self.verdict.standing is Standing.FAILED

    @property
    def is_vouched_for(self) -> bool:
        """Whether the domain stands behind the letter; always where nobody looks."""
        return not is_asked_for() or self.verdict.standing is Standing.PASSED

    def _pieces(self) -> Iterator[bytes]:
        """One at a time: the letter is in memory already, as it is read; with its pieces it would be twice."""
        for number in count():
            piece = self.row.pieces.filter(number=number).values_list("content", flat=True).first()
            if piece is None:
                return
            yield bytes(piece)
