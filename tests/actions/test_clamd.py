"""A letter with the test file of virus scanners, and a real clamd: held; clamd away: nothing is public; back: it is."""

import pytest
from django.utils import timezone

from requests_app.actions import file_checks
from requests_app.models import Case, CaseKind, Release
from requests_app.models.private import CheckState, FileCheck
from tests import clamd
from tests.arrivals import arrive, our_address
from tests.letters import letter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("files_here"),
    pytest.mark.skipif(bool(clamd.missing()), reason=str(clamd.missing())),
]


def test_given_a_real_clamd_then_the_test_file_is_held_and_its_absence_holds_all(
    foi_request, council, settings, tmp_path
):
    two = (("invoice.com", "application/octet-stream", clamd.EICAR), ("notes.txt", "text/plain", b"Nothing in it."))
    with clamd.running(tmp_path) as address:
        settings.CLAMD = address
        raw = letter(sender=council, to=our_address(foi_request), files=two)
        bad, good = arrive(foi_request, raw, clear=False).message.attachments.all()

        assert file_checks.check(bad.pk) == CheckState.FOUND
        assert file_checks.check(good.pk) == CheckState.CLEAR

    bad.refresh_from_db()
    case = Case.objects.get(kind=CaseKind.FILE_HELD)
    assert (bad.release, case.urgent, case.details["codes"]) == (Release.HELD, True, ["virus"])
    assert "Eicar" in bad.file_check.findings[0]["names"][0]

    raw = letter(sender=council, to=our_address(foi_request), files=(("more.txt", "text/plain", b"More."),))
    (more,) = arrive(foi_request, raw, clear=False).message.attachments.all()
    assert file_checks.check(more.pk) == "scanner_away"
    more.refresh_from_db()
    assert more.release == Release.CHECKING
    assert Case.objects.open().filter(kind=CaseKind.SCANNER_AWAY).exists()

    with clamd.running(tmp_path) as address:
        settings.CLAMD = address
        FileCheck.objects.update(next_attempt_at=timezone.now())
        file_checks.check_waiting()

    more.refresh_from_db()
    assert more.release == Release.PUBLIC
    assert not Case.objects.open().filter(kind=CaseKind.SCANNER_AWAY).exists()
