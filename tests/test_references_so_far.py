"""Migration 0030: what was known of the authorities' references is taken for written, and never twice."""

from importlib import import_module

import pytest
from django.db import connection

from requests_app.models import FOIRequest, Message
from tests import factories

COPIED = import_module("requests_app.migrations.0030_references_so_far").COPIED


@pytest.mark.django_db
def test_given_references_of_before_when_copied_then_a_letters_own_goes_before_a_portals_and_written_ones_stay():
    old, new = factories.make_request("Roads"), factories.make_request("Rails")
    factories.make_letter(old, body="We received it.", authority_reference="FOI/7")
    factories.make_letter(old, body="Log in.", authority_reference="PORTAL-99", behind_portal=True)
    factories.make_letter(new, body="We received it.", authority_reference="FOI/JONES/8")
    Message.objects.filter(foi_request=old).update(written_reference="")
    FOIRequest.objects.filter(pk=old.pk).update(authority_reference="PORTAL-99", written_reference="")
    Message.objects.filter(foi_request=new, direction="incoming").update(authority_reference="FOI/[name]/8")
    FOIRequest.objects.filter(pk=new.pk).update(authority_reference="FOI/[name]/8", written_reference="FOI/JONES/8")

    for _time in range(2):
        with connection.cursor() as cursor:
            cursor.execute(COPIED)

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.authority_reference, old.written_reference) == ("FOI/7", "FOI/7")
    assert (new.authority_reference, new.written_reference) == ("FOI/[name]/8", "FOI/JONES/8")
    assert set(old.messages.exclude(written_reference="").values_list("written_reference", flat=True)) == {
        "FOI/7",
        "PORTAL-99",
    }
