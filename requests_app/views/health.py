"""What machines ask: is this process alive, and can it serve? Both also say when beat was last seen."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from ..models import Heartbeat
from ..selectors.heartbeat import last_seen
from .access import public_page


@public_page
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers at all; a database that is away is not its fault."""
    return _answer({"alive": True, "beat": _beat()}, status=200)


@public_page
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """200 where requests can be served; 503 while the database is away. A beat that is late stops no page."""
    beat = _beat()
    ready = beat is not None
    return _answer({"ready": ready, "database": ready, "beat": beat}, status=200 if ready else 503)


def _beat() -> dict[str, object] | None:
    """When beat was last seen; None where the database cannot be asked."""
    now = timezone.now()
    try:
        beat = last_seen(now=now)[Heartbeat.BEAT]
    except Error:
        connection.close()
        return None
    return {"seen_seconds_ago": beat.seconds_ago(now), "late": beat.late}


def _answer(said: dict[str, object], *, status: int) -> HttpResponse:
    response = JsonResponse(said, status=status)
    response["Cache-Control"] = "no-store"
    return response
