"""What the authority calls a request: the reference of its last public letter that gives one."""

from ..models import Direction, FOIRequest, Prominence


def fold_reference(foi_request: FOIRequest) -> None:
    """Set and save the request's ``authority_reference`` from its letters; one that is hidden tells nothing.

    The caller holds the request's lock and touches it. One query, and one where it changes.
    """
    letters = foi_request.messages.filter(direction=Direction.INCOMING, prominence=Prominence.PUBLIC)
    named = letters.exclude(authority_reference="").order_by("-at", "-pk")
    reference = named.values_list("authority_reference", flat=True).first() or ""
    if reference != foi_request.authority_reference:
        foi_request.authority_reference = reference
        foi_request.save(update_fields=["authority_reference"])
