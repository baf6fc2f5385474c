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


def _pipe(raw: bytes, *arguments: str, database: str | None = None, **more: str) -> subprocess.CompletedProcess[bytes]:
    name = database or connection.settings_dict["NAME"]
    head, _, query = os.environ["DATABASE_URL"].partition("?")
    url = head.rpartition("/")[0] + "/" + name + (f"?{query}" if query else "")
    return subprocess.run(
        [sys.executable, "manage.py", "receive_mail", *arguments],
        input=raw,
        cwd=BASE,
        env={**os.environ, "DATABASE_URL": url, **more},
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


def test_given_a_mail_server_that_is_set_up_wrongly_when_it_pipes_then_it_keeps_the_letter():
    assert _pipe(b"Subject: x\n\ny\n").returncode == 75
    assert _pipe(b"Subject: x\n\ny\n", "--too", f"foi+request-1-{'a' * 16}@{DOMAIN}").returncode == 75


@pytest.mark.parametrize("wrong", [{"MAX_LETTER_MIB": "many"}, {"DATABASE_URL": "klingon://x"}, {"SECRET_KEY": ""}])
def test_given_settings_that_cannot_be_when_piped_then_the_status_says_try_again(wrong):
    done = _pipe(b"Subject: x\n\ny\n", "--to", f"foi+request-1-{'a' * 16}@{DOMAIN}", **wrong, FOITRACKER_EMBEDDED="0")

    assert done.returncode == 75, done.stderr


def test_given_a_letter_that_is_too_big_when_piped_then_its_sender_hears_of_it():
    to = f"foi+request-1-{'a' * 16}@{DOMAIN}"

    assert _pipe(b"Subject: x\n\n" + b"y" * 2_000_000, "--to", to, MAX_LETTER_MIB="1").returncode == 69
    assert not InboundEmail.objects.exists()
