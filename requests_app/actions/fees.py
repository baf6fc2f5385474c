"""A fee that the authority asked for, and that the requester has paid."""

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..law.clock import FEE_PAID
from ..law.wire import unpack
from ..models import Basis, ClockEvent, Evidence, FOIRequest, NotAllowed, User
from ..permissions import refuse_suspended
from .deadlines import note, standing_events, take_back
from .publication import record


def own_payment(foi_request: FOIRequest) -> ClockEvent | None:
    """What the requester said of the last fee's payment, while it makes a difference to the count; else None."""
    standing = unpack(foi_request.clock)
    if not standing.skips or standing.responded_on:
        return None
    paid = standing_events(foi_request).filter(kind=FEE_PAID, basis=Basis.REQUESTER, on=standing.skips[-1][1])
    return paid.order_by("pk").last()


def _own(foi_request_id: int, actor: User) -> FOIRequest:
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    refuse_suspended(actor, "describe")
    if foi_request.requester_id != actor.pk:
        raise NotAllowed(_("Only the person who made this request can say that the fee is paid."))
    return foi_request


def _take_back(foi_request: FOIRequest, paid: ClockEvent, actor: User) -> None:
    paid.foi_request = foi_request
    record(foi_request, "fee_paid_taken_back", actor=actor, on=paid.on.isoformat())
    take_back(event=paid, basis=Basis.REQUESTER, actor=actor)


@transaction.atomic
def say_not_paid(*, foi_request_id: int, actor: User) -> None:
    """The requester takes back that they have paid: the fee is open again.

    Raises NotAllowed for anybody else, and where no payment that they told of makes a difference.
    """
    foi_request = _own(foi_request_id, actor)
    said_before = own_payment(foi_request)
    if said_before is None:
        raise NotAllowed(_("There is no payment of yours on this clock that could be taken back."))
    _take_back(foi_request, said_before, actor)


@transaction.atomic
def say_paid(*, foi_request_id: int, on: date, actor: User, today: date) -> ClockEvent:
    """The requester says on which day the fee was paid: the clock goes on. FOIA 2000 s.9(2), s.10(2).

    Said a second time, the day replaces the one that they said before. Raises NotAllowed for anybody else, where no
    fee is open, and for a day in the future, before the notice or after the last day to pay.
    """
    foi_request = _own(foi_request_id, actor)
    said_before = own_payment(foi_request)
    if said_before is not None and unpack(foi_request.clock).fee_on is None:
        if said_before.on == on:
            return said_before
        _take_back(foi_request, said_before, actor)
    standing = unpack(foi_request.clock)
    if standing.fee_on is None:
        raise NotAllowed(_("No fee is open. If the authority has asked for one, say first that its letter was that."))
    if on > today:
        raise NotAllowed(_("This day is still to come. Give the day on which you paid."))
    if on < standing.fee_on:
        raise NotAllowed(
            _("The authority asked for the fee on %(day)s, and the day you gave is before it. Give the day you paid.")
            % {"day": date_format(standing.fee_on, "j F Y")}
        )
    if standing.fee_by and on > standing.fee_by:
        raise NotAllowed(
            _("The time to pay ended on %(day)s, so the request has lapsed. You can make a new one.")
            % {"day": date_format(standing.fee_by, "j F Y")}
        )
    record(foi_request, "fee_paid", actor=actor, on=on.isoformat())
    return note(
        foi_request=foi_request, kind=FEE_PAID, on=on, basis=Basis.REQUESTER, evidence=Evidence.FORM, actor=actor
    )
