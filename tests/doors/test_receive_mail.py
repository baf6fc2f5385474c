"""The pipe: a mail server reads the exit status, so it is the whole answer."""

import os
import subprocess
import sys

import pytest
from django.db import connection

from requests_app.actions import inbound
from requests_app.mail.tokens import address_of
from requests_app.models import InboundEmail
from tests import factories
from tests.letters import DOMAIN, letter
from tests.running import BASE

pytestmark = pytest.mark.django_db(transaction=True)


def _pipe(raw: bytes, *arguments: str, database: str | None = None) -> subprocess.CompletedProcess[bytes]:
    name = database or connection.settings_dict["NAME"]
    head, _, query = os.environ["DATABASE_URL"].partition("?")
    url = head.rpartition("/")[0] + "/" + name + (f"?{query}" if query else "")
    return subprocess.run(
        [sys.executable, "manage.py", "receive_mail", *arguments],
        input=raw,
        cwd=BASE,
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_given_a_letter_on_standard_input_when_committed_then_the_status_is_0():
    foi_request = factories.make_request()
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender="foi@council.example", to=to)

    done = _pipe(raw, "--to", to, "--from", "foi@council.example")

    assert done.returncode == 0, done.stderr
    row = InboundEmail.objects.get()
    assert inbound.raw_of(row) == raw
    assert row.envelope_from == "foi@council.example"


def test_given_a_database_that_is_away_when_piped_then_the_status_says_try_again():
    done = _pipe(b"Subject: x\n\ny\n", "--to", f"foi+request-1-{'a' * 16}@{DOMAIN}", database="no_such_database")

    assert done.returncode == 75
    assert b"try again later" in done.stderr


def test_given_an_address_that_is_not_ours_when_piped_then_the_status_says_no_such_user():
    assert _pipe(b"Subject: x\n\ny\n", "--to", "someone@elsewhere.example").returncode == 67
    assert not InboundEmail.objects.exists()
