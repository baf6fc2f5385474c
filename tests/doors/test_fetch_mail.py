"""Letters fetched from a real mailbox (Dovecot): kept here before they go there, once, and over TLS only."""

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from foitracker.processes import Children
from requests_app.actions import fetching, inbound
from requests_app.mail import imap
from requests_app.models import Case, InboundEmail, InboundState
from tests import dovecot, factories
from tests.arrivals import our_address
from tests.engines import environment
from tests.letters import letter
from tests.running import BASE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(bool(dovecot.missing()), reason=str(dovecot.missing())),
]


@pytest.fixture(scope="module")
def _server(tmp_path_factory):
    with dovecot.running(Children(tmp_path_factory.mktemp("dovecot"))) as server:
        yield server


@pytest.fixture
def server(_server, settings, monkeypatch):
    """The running server with an empty mailbox, named in the settings; its certificate is one of those trusted."""
    _server.delete(only_mark=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(_server.certificate))
    settings.IMAP_HOST, settings.IMAP_PORT, settings.IMAP_SECURITY = "127.0.0.1", _server.port, "tls"
    settings.IMAP_USER, settings.IMAP_PASSWORD = dovecot.USER, dovecot.PASSWORD
    return _server


@pytest.fixture
def foi_request(transactional_db):
    return factories.make_request()


def answer(foi_request, number: int = 0, **fields) -> bytes:
    council = foi_request.authority.addresses.get().email
    fields = {"sender": council, "to": our_address(foi_request), "message_id": f"<{number}@council.example>", **fields}
    return letter(**fields)


def fetch(**how):
    return fetching.fetch_mail(fetching.account(), **how)


def test_given_letters_in_the_mailbox_when_fetched_then_each_is_kept_byte_for_byte_and_gone_there(server, foi_request):
    letters = [answer(foi_request), answer(foi_request, 1, text="Zahlen für £ 5\n" * 3)]
    letters.append(
        b"Delivered-To: " + our_address(foi_request).encode() + b"\r\n" + answer(foi_request, 2, to="x@y.example")
    )
    server.bring(*letters)

    done = fetch()

    assert (done.stored, done.left, server.count()) == (3, 0, 0)
    rows = list(InboundEmail.objects.order_by("pk"))
    assert [inbound.raw_of(row) for row in rows] == letters
    assert {row.recipient for row in rows} == {our_address(foi_request)}
    assert inbound.place(rows[0].pk) == InboundState.PLACED


def test_given_a_letter_for_three_requests_when_fetched_then_it_is_filed_in_three(server, foi_request):
    requests = [foi_request, *(factories.make_request(authority=foi_request.authority) for _more in range(2))]
    server.bring(answer(foi_request, to=", ".join(map(our_address, requests[:2])), Cc=our_address(requests[2])))

    fetch()

    assert [inbound.place(row.pk) for row in InboundEmail.objects.order_by("pk")] == [InboundState.PLACED] * 3
    assert {one.messages.filter(direction="incoming").count() for one in requests} == {1}


def test_given_a_letter_for_nobody_here_when_fetched_then_it_is_held_for_a_person(server, foi_request):
    server.bring(answer(foi_request, to="enquiries@elsewhere.example"))

    fetch()

    row = InboundEmail.objects.get()
    assert inbound.place(row.pk) == InboundState.HELD
    row.refresh_from_db()
    assert (row.reason, row.recipient) == ("unknown_address", "enquiries@elsewhere.example")


def test_given_a_folder_for_what_is_done_when_fetched_then_letters_move_there(server, foi_request, settings):
    settings.IMAP_DONE_FOLDER = "Done"
    before = server.count("Done")
    server.bring(answer(foi_request))

    fetch()

    assert (server.count(), server.count("Done")) == (0, before + 1)


def test_given_what_somebody_else_marked_as_deleted_when_fetched_then_it_is_neither_read_nor_removed(
    server, foi_request
):
    server.bring(answer(foi_request))
    server.delete(only_mark=True)
    server.bring(answer(foi_request, 1))

    fetch()

    assert InboundEmail.objects.get().message_id == "1@council.example"
    assert server.count() == 1


def test_given_more_letters_than_one_run_takes_when_fetched_then_the_oldest_come_first(server, foi_request):
    server.bring(*(answer(foi_request, number) for number in range(5)))

    assert fetch(most=2).stored == 2

    assert list(InboundEmail.objects.order_by("pk").values_list("message_id", flat=True)) == [
        "0@council.example",
        "1@council.example",
    ]
    assert (fetch().stored, server.count()) == (3, 0)


def test_given_a_letter_over_the_limit_when_fetched_then_it_stays_there_with_a_case_and_the_next_is_taken(
    server, foi_request, settings, client
):
    settings.MAX_LETTER_BYTES = 20_000
    big = ("a.bin", "application/octet-stream", b"x" * 30_000)
    server.bring(answer(foi_request, files=(big,)), answer(foi_request, 1))

    done = fetch()
    fetch()

    assert (done.stored, done.left, server.count()) == (1, 1, 1)
    case = Case.objects.get()
    assert case.details == {"reason": "LetterTooBig"}
    client.force_login(factories.make_staff())
    assert "It stays in the mailbox." in client.get(f"/moderation/case/{case.pk}/").content.decode()
    assert client.get("/moderation/").status_code == 200


def test_given_a_database_that_goes_when_a_letter_is_stored_then_the_mailbox_keeps_it(server, foi_request, monkeypatch):
    server.bring(answer(foi_request))
    with monkeypatch.context() as patched:
        patched.setattr(fetching, "receive", _away)
        with pytest.raises(CommandError, match="keeps its letters"):
            call_command("fetch_mail")
    assert server.count() == 1

    assert fetch().stored == 1
    assert InboundEmail.objects.count() == 1


def _away(**fields):
    raise OperationalError("the connection is closed")


def test_given_a_process_killed_between_commit_and_removal_when_fetched_again_then_there_is_one_letter(
    server, foi_request
):
    server.bring(answer(foi_request))
    program = (
        "import os, signal, django; django.setup()\n"
        "from requests_app.actions import fetching\n"
        "fetching.reached = lambda point: os.kill(os.getpid(), signal.SIGKILL)\n"
        "fetching.fetch_mail(fetching.account())\n"
    )
    named = {"IMAP_HOST": "127.0.0.1", "IMAP_PORT": server.port, "IMAP_USER": dovecot.USER}
    killed = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(**named, IMAP_PASSWORD=dovecot.PASSWORD, SSL_CERT_FILE=server.certificate),
        cwd=BASE,
        timeout=60,
        check=False,
    )
    assert killed.returncode == -9
    assert (InboundEmail.objects.count(), server.count()) == (1, 1)

    done = fetch()

    assert (done.stored, InboundEmail.objects.count(), server.count()) == (1, 1, 0)


def test_given_a_certificate_that_nobody_vouches_for_then_nothing_is_said_to_the_server(
    server, foi_request, monkeypatch
):
    server.bring(answer(foi_request))
    monkeypatch.delenv("SSL_CERT_FILE")

    with pytest.raises(CommandError, match="certificate verify failed"):
        call_command("fetch_mail")
    assert not InboundEmail.objects.exists()


def test_given_a_port_without_tls_then_it_is_used_only_where_somebody_chose_how(server, foi_request, settings):
    settings.IMAP_PORT = server.plain_port
    server.bring(answer(foi_request), answer(foi_request, 1))

    with pytest.raises(imap.MailboxAway):
        fetch()
    settings.IMAP_SECURITY = "starttls"
    assert fetch(most=1).stored == 1
    settings.IMAP_SECURITY = "none"
    assert fetch().stored == 1


def test_given_a_wrong_password_or_no_mailbox_then_the_command_says_so(server, settings):
    settings.IMAP_PASSWORD = "wrong"
    with pytest.raises(CommandError, match="mailbox cannot be read"):
        call_command("fetch_mail")
    settings.IMAP_HOST = ""
    with pytest.raises(CommandError, match="IMAP_HOST is not set"):
        call_command("fetch_mail")
