"""A fee that the authority asked for, and that the requester has paid."""

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..law.clock import FEE_PAID
from ..law.wire import unpack
from ..models import Basis, ClockEvent, Evidence, FOIRequest, NotAllowed, User
from ..permissions import refuse_suspended
from .deadlines import note
from .publication import record


@transaction.atomic
def say_paid(*, foi_request_id: int, on: date, actor: User, today: date) -> ClockEvent:
    """The requester says on which day the fee was paid: the clock goes on. FOIA 2000 s.9(2), s.10(2).

    Raises NotAllowed for anybody else, where no fee is open, and for a day in the future, before the notice or
    after the last day to pay.
    """
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    refuse_suspended(actor, "describe")
    if foi_request.requester_id != actor.pk:
        raise NotAllowed(_("Only the person who made this request can say that the fee is paid."))
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
