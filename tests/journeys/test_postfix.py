"""A citizen's whole way once more, with Debian's Postfix on the README's lines between the site and the world."""

import pytest

from foitracker import mailbox
from requests_app.actions.inbound import raw_of
from requests_app.models import InboundEmail, InboundState
from tests import postfix
from tests.journeys.test_citizen import whole_way

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(postfix.missing()), reason=str(postfix.missing())),
    pytest.mark.parametrize("running_site", ["postfix"], indirect=True),
]


def test_the_whole_way_of_a_request_through_postfix(site, visit, sign_in):
    whole_way(site, visit, sign_in)

    reports = InboundEmail.objects.filter(recipient__startswith="bounce+")
    came = [raw_of(row) for row in InboundEmail.objects.exclude(pk__in=reports)]
    left = [mailbox.read(site.home, caught.id) for caught in mailbox.messages(site.home, limit=1000)]
    # Two answers; confirmation, request, receipts, question and news.
    assert len(came) == 2 and len(left) >= 6
    for raw in came + left:
        assert b"by mx.foitracker.example (Postfix) with ESMTP" in raw
    # The request asked for a report of its delivery. This Postfix handed it to a server that gives none, and says so.
    (report,) = reports
    assert b"Action: relayed" in raw_of(report)
    assert report.state == InboundState.NOTED
