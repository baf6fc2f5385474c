"""What an officer says of the clock itself by a form: when the school is closed, that a fee was paid.

Rows by the authority's word; each can be taken back by a later row, by the same authority.
"""

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..law import clock
from ..law.wire import unpack
from ..models import Basis, ClockEvent, Evidence, FOIRequest, NotAllowed, Officer
from ..permissions import refuse_suspended
from .clock_decisions import refuse_closure
from .deadlines import note, standing_events, take_back
from .objections import settle_by_agreement
from .publication import record

# What may be taken back, and how the history calls it.
TAKEN_BACK_AS = {clock.SCHOOL_CLOSED: "school_closed_taken_back", clock.FEE_PAID: "fee_received_taken_back"}


def _locked(foi_request_id: int, officer: Officer) -> FOIRequest:
    foi_request = FOIRequest.objects.select_for_update(of=("self",)).get(pk=foi_request_id)
    refuse_suspended(officer.user, "answer_as_officer")
    if officer.authority_id != foi_request.authority_id or officer.ended_at is not None:
        raise NotAllowed(_("Only officers of the authority that was asked can say this."))
    return foi_request


@transaction.atomic
def school_says_closed(
    *, foi_request_id: int, officer: Officer, first: date, last: date, are_all: bool = False
) -> ClockEvent:
    """Days on which the school has no session, both ends included, as its own word.

    ``are_all``: with those noted before they are all in the time that runs; only then is the date a firm one. Raises
    NotAllowed for another authority's officer, and for days that cannot be.
    """
    foi_request = _locked(foi_request_id, officer)
    refuse_closure(foi_request, first, last)
    record(foi_request, "school_closed", actor=officer.user, on=first.isoformat(), until=last.isoformat())
    return note(
        foi_request=foi_request,
        kind=clock.SCHOOL_CLOSED,
        on=first,
        until=last,
        basis=Basis.OFFICER,
        evidence=Evidence.TERMS if are_all else Evidence.FORM,
        actor=officer.user,
    )


@transaction.atomic
def fee_received(*, foi_request_id: int, officer: Officer, on: date, today: date) -> ClockEvent:
    """The authority says on which day it received the fee: the clock goes on. FOIA 2000 s.9(2), s.10(2).

    Raises NotAllowed for another authority's officer, where no fee is open, and for a day in the future, before the
    notice or after the last day to pay.
    """
    foi_request = _locked(foi_request_id, officer)
    standing = unpack(foi_request.clock)
    if standing.fee_on is None or standing.responded_on:
        raise NotAllowed(_("No fee is open for this request. Perhaps the requester has said already that it is paid."))
    if on > today:
        raise NotAllowed(_("This day is still to come. Give the day on which the fee was paid."))
    if on < standing.fee_on:
        raise NotAllowed(
            _("You asked for the fee on %(day)s, and the day you gave is before it. Give the day of the payment.")
            % {"day": date_format(standing.fee_on, "j F Y")}
        )
    if standing.fee_by and on > standing.fee_by:
        raise NotAllowed(
            _("The time to pay ended on %(day)s, so the request has lapsed. You may answer it all the same.")
            % {"day": date_format(standing.fee_by, "j F Y")}
        )
    record(foi_request, "fee_received", actor=officer.user, on=on.isoformat())
    return note(
        foi_request=foi_request,
        kind=clock.FEE_PAID,
        on=on,
        basis=Basis.OFFICER,
        evidence=Evidence.FORM,
        actor=officer.user,
    )


@transaction.atomic
def take_back_own(*, foi_request_id: int, officer: Officer, event_id: int) -> ClockEvent:
    """Take back what an officer of this authority said by a form; both rows stay in the history.

    Raises NotAllowed for another's row, for one that was taken back already, and once the request is answered: what
    the count was then is not changed by one side alone.
    """
    foi_request = _locked(foi_request_id, officer)
    event = standing_events(foi_request).filter(pk=event_id, kind__in=TAKEN_BACK_AS, basis=Basis.OFFICER).first()
    if event is None:
        raise NotAllowed(_("This was taken back already, or is not your authority’s to take back. Reload the page."))
    if foi_request.responded_on:
        raise NotAllowed(_("The request is answered, so its count stays as it is. Write to us if it is wrong."))
    event.foi_request = foi_request
    settle_by_agreement(event=event)  # what the requester does not agree with is no longer said
    until = {"until": event.until.isoformat()} if event.until else {}
    record(foi_request, TAKEN_BACK_AS[event.kind], actor=officer.user, on=event.on.isoformat(), **until)
    return take_back(event=event, basis=Basis.OFFICER, actor=officer.user)
