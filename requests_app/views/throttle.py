"""How often one place on the network may try something without an account. Counted in PostgreSQL, not in Redis."""

import hashlib
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import ngettext


def wait(request: HttpRequest, action: str, *, most: int, minutes: int) -> str:
    """Count one try; empty while there are at most ``most`` in these minutes, else words that say when to go on.

    The network address is never kept, only a hash of it that changes with every stretch of time.
    """
    stretch, gone = divmod(time.time(), minutes * 60)
    try:
        where = get_adapter().get_client_ip(request)
    except PermissionDenied:
        where = "unknown"
    said = f"{settings.SECRET_KEY}:{action}:{where}:{int(stretch)}"
    key = f"tries:{action}:{hashlib.sha256(said.encode()).hexdigest()}"
    tries = cache.get(key, 0) + 1
    cache.set(key, tries, minutes * 60)
    if tries <= most:
        return ""
    left = max(1, round((minutes * 60 - gone) / 60))
    return ngettext(
        "There were too many tries from where you are. Try again in %(count)d minute.",
        "There were too many tries from where you are. Try again in %(count)d minutes.",
        left,
    ) % {"count": left}
