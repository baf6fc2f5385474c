"""What machines ask: is this process alive, and can it serve? Both also tell of beat and of the virus scanner."""

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import Heartbeat
from ..selectors.heartbeat import last_seen, scanner_away_since
from .access import public_page


@public_page
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all; a database that is away is not its fault."""
    return _answer({"alive": True, "beat": _beat(), "scanner": _scanner()}, status=200)


@public_page
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where requests can be served; 503 while the database is away. A beat that is late stops no page."""
    beat = _beat()
    ready = beat is not None
    said = {"ready": ready, "database": ready, "beat": beat, "scanner": _scanner()}
    return _answer(said, status=200 if ready else 503)


def _beat() -> dict[str, object] | None:
    """When beat was last seen; None where the database cannot be asked."""
    now = timezone.now()
    try:
        beat = last_seen(now=now)[Heartbeat.BEAT]
    except Error:
        connection.close()
        return None
    return {"seen_seconds_ago": beat.seconds_ago(now), "late": beat.late}


def _scanner() -> dict[str, object] | None:
    """Whether files are scanned, and since when nobody answers; None where the database cannot be asked."""
    try:
        since = scanner_away_since()
    except Error:
        connection.close()
        return None
    away = bool(settings.CLAMD and since)
    return {"configured": bool(settings.CLAMD), "away_since": since.isoformat() if away else None}


def _answer(said: dict[str, object], *, status: int) -> HttpResponse:
    response = JsonResponse(said, status=status)
    response["Cache-Control"] = "no-store"
    return response
