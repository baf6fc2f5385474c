"""What a deed would do to a request: done, looked at, and undone before anybody else can see it."""

from collections.abc import Callable

from django.db import transaction

from ..models import FOIRequest


def tried(deed: Callable[[], object], *, foi_request_id: int) -> FOIRequest:
    """The request as it would be after the deed, which is rolled back; nothing is sent, stored or told.

    The very action is run, so that the dry run cannot say anything else than the deed does. Raises what it raises.
    """
    with transaction.atomic():
        deed()
        foi_request = FOIRequest.objects.get(pk=foi_request_id)
        transaction.set_rollback(True)
    return foi_request
