"""What is done now and then so that nothing waits for ever and nothing is kept that should not be."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module

from django.db import connection
from django.utils import timezone

from ..models import OneTimeLink
from .accounts import purge_unconfirmed
from .drafting import purge_expired
from .retention import forget_old
from .takedown import release_checked_files

# Used and expired links are kept so long that "already used" can still be said.
LINKS_KEPT = timedelta(days=90)


def tidy(*, now: datetime) -> None:
    """Drop expired drafts, unconfirmed accounts, links and sessions; make files public again whose check has ended."""
    purge_expired(now=now)
    purge_unconfirmed(now=now)
    forget_old(now=now)
    OneTimeLink.objects.filter(expires_at__lt=now - LINKS_KEPT).delete()
    release_checked_files(on=timezone.localdate(now), now=now)
    import_module("django.contrib.sessions.backends.db").SessionStore.clear_expired()


@contextmanager
def one_at_a_time(name: str) -> Iterator[bool]:
    """Whether this process is the only one doing ``name`` now; the lock goes with its connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (first,) = cursor.fetchone()
    try:
        yield first
    finally:
        if first and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
