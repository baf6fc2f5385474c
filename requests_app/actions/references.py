"""What the authority calls a request: the reference of its last public letter that gives one."""

from ..models import Direction, FOIRequest, Prominence


def fold_reference(foi_request: FOIRequest) -> None:
    """Set and save the request's references, as written and as published, from its letters.

    A letter that is hidden tells nothing. The number beside a way to a portal opens a message there: it counts only
    where no other letter gives one. The caller holds the request's lock and touches it. One query, and one where it
    changes.
    """
    letters = foi_request.messages.filter(direction=Direction.INCOMING, prominence=Prominence.PUBLIC)
    named = letters.exclude(written_reference="").order_by("behind_portal", "-at", "-pk")
    written, published = named.values_list("written_reference", "authority_reference").first() or ("", "")
    if (written, published) != (foi_request.written_reference, foi_request.authority_reference):
        foi_request.written_reference, foi_request.authority_reference = written, published
        foi_request.save(update_fields=["written_reference", "authority_reference"])
