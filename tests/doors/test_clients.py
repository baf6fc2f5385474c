"""Letters of every shape brought by real clients, Debian's Postfix, swaks and a bare socket, to a real door."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from foitracker.embedded import Engines, children_of
from foitracker.processes import Child, Children
from foitracker.supervisor import free_port
from requests_app.actions import inbound
from requests_app.models import InboundEmail, InboundState
from tests import factories, postfix
from tests.arrivals import our_address
from tests.engines import environment
from tests.letters import letter
from tests.running import BASE, wait_until
from tests.wires import Wire

pytestmark = pytest.mark.django_db(transaction=True)
COUNCIL = "foi@exampleton.example"
MIB = 1024 * 1024
HEAD = b"From: <foi@exampleton.example>\r\nSubject: Re: request\r\nMessage-ID: <1@exampleton.example>\r\n"
BROKEN = {
    "no header": b"Only words.\r\n",
    "nothing at all": b"",
    "only a header": HEAD,
    "a dot on each line": HEAD + b"\r\n.\r\n..\r\n...a\r\n.\r\n",
    "no final boundary": HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nCut off here\r\n',
    "NUL and controls": HEAD + b"\r\nOne\x00two\x07\x1b[31m\r\n",
    "bare line ends": HEAD + b"\r\nOne\ntwo\rthree\n.\nfour\r\n",
    "no charset that exists": HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe\xfd\r\n",
    "a header without end": HEAD[:-2] + b"X: " + b"y" * 300_000 + b"\r\n\r\nText\r\n",
}


def sane(to: str) -> dict[str, bytes]:
    plain = letter(sender=COUNCIL, to=to, message_id="<1@exampleton.example>")
    head = plain.split(b"Content-Type")[0]
    words = b" ".join(b"word%d" % number for number in range(330_000))
    return {
        "plain": plain,
        "8-bit": head + b"Content-Type: text/plain; charset=windows-1252\r\n\r\nIt cost \xa3 5 in caf\xe9s.\r\n",
        "3 MB of words in one line": head + b"Content-Type: text/plain\r\n\r\n" + words + b"\r\n",
    }


def stuffed(raw: bytes) -> bytes:
    return re.sub(rb"(\A|\r\n)\.", rb"\1..", raw)


def by_socket(port: int, to: list[str], raw: bytes) -> list[int]:
    with Wire(port) as wire:
        for line in (b"LHLO council.example", f"MAIL FROM:<{COUNCIL}> BODY=8BITMIME".encode()):
            assert wire.say(line) == [250]
        assert [code for one in to for code in wire.say(f"RCPT TO:<{one}>".encode())] == [250] * len(to)
        assert wire.say(b"DATA") == [354]
        wire.wire.sendall(stuffed(raw))
        end = b"." if raw.endswith(b"\r\n") or not raw else b"\r\n."
        return [*wire.say(end), *(wire.reply() for _other in to[1:])]


def by_swaks(port: int, to: list[str], raw: bytes) -> list[int]:
    with tempfile.NamedTemporaryFile() as file:
        # Told to change nothing, it adds neither dots nor the end.
        file.write(stuffed(raw) + b".\r\n")
        file.flush()
        said = subprocess.run(
            [
                *("swaks", "--protocol", "LMTP", "--server", "127.0.0.1", "--port", str(port), "--from", COUNCIL),
                *("--to", ",".join(to), "--data", f"@{file.name}", "--no-data-fixup", "--suppress-data"),
            ],
            capture_output=True,
            check=False,
            timeout=170,
        )
    assert said.returncode == 0, said.stdout[-2000:] + said.stderr
    return [int(code) for code in re.findall(rb"(?m)^<-  (250) 2\.0\.0 Stored", said.stdout)]


CLIENTS: dict[str, Callable] = {"socket": by_socket, "swaks": by_swaks}


@pytest.fixture
def requests(transactional_db):
    authority = factories.make_authority(email=COUNCIL)
    return [factories.make_request(authority=authority) for _number in range(3)]


@pytest.fixture
def children(tmp_path):
    return Children(tmp_path)


@contextmanager
def door(children: Children, port: int, *options: str, **more: object) -> Iterator[Child]:
    """A door in a process of its own, as it is run; on the test's database unless told another."""
    children.start(
        "lmtp", [sys.executable, BASE / "manage.py", "lmtp", *options], env=environment(LMTP_PORT=port, **more)
    )
    child = children.running[-1]
    try:
        wait_until(lambda: child.ended() or postfix.listens(port, postfix.smtplib.LMTP), seconds=60)
        yield child
    finally:
        if not child.ended():
            children.stop(["lmtp"], within=8)


def rows() -> dict[str, InboundEmail]:
    return {row.recipient: row for row in InboundEmail.objects.order_by("pk")}


@pytest.mark.parametrize("client", CLIENTS)
def test_given_any_letter_for_three_when_brought_then_each_has_it_byte_for_byte_and_it_is_filed(
    client, lmtp_port, requests
):
    if client == "swaks" and not shutil.which("swaks"):
        pytest.skip("swaks is not installed: apt install swaks")
    to = [our_address(one) for one in requests]
    for name, raw in sane(to[0]).items():
        InboundEmail.objects.filter(state=InboundState.RECEIVED).delete()

        assert CLIENTS[client](lmtp_port, to, raw) == [250, 250, 250], name

        stored = list(InboundEmail.objects.order_by("-pk")[:3])
        assert {row.recipient for row in stored} == set(to)
        assert {inbound.raw_of(row) for row in stored} == {raw}, name
        assert inbound.place(stored[0].pk) in (InboundState.PLACED, InboundState.HELD), name


def test_given_broken_letters_when_brought_then_each_is_stored_and_filed_or_held(lmtp_port, requests):
    for name, raw in BROKEN.items():
        InboundEmail.objects.filter(state=InboundState.RECEIVED).delete()
        to = [our_address(requests[0])]

        assert by_socket(lmtp_port, to, raw) == [250], name

        row = InboundEmail.objects.latest("pk")
        assert inbound.raw_of(row) == raw, name
        assert inbound.place(row.pk) in (InboundState.PLACED, InboundState.HELD), name


@pytest.mark.skipif(bool(postfix.missing()), reason=str(postfix.missing()))
def test_given_two_recipients_in_one_transaction_when_postfix_brings_letters_then_both_have_each(
    children, lmtp_port, requests
):
    to = [our_address(one) for one in requests[:2]]
    with postfix.running(
        children, lmtp_port=lmtp_port, relay_port=free_port(), more="lmtp_line_length_limit = 0"
    ) as server:
        for number, (name, raw) in enumerate({**sane(to[0]), **BROKEN}.items(), 1):
            raw = raw.replace(b"<1@", b"<%d@" % number)
            server.send(COUNCIL, to, raw)
            wait_until(lambda count=2 * number: InboundEmail.objects.count() >= count, seconds=30)
            one, other = InboundEmail.objects.order_by("-pk")[:2]
            assert {one.recipient, other.recipient} == set(to), name
            if name not in BROKEN:
                assert inbound.raw_of(one) == inbound.raw_of(other) and inbound.raw_of(one).endswith(raw), name
            assert inbound.place(one.pk) in (InboundState.PLACED, InboundState.HELD), name
    assert InboundEmail.objects.count() == 2 * number


@pytest.mark.slow
def test_given_forty_megabytes_when_brought_then_the_door_stays_small_and_every_byte_is_kept(children, requests):
    to, port = [our_address(one) for one in requests[:2]], free_port()
    content = os.urandom(1024) * (29 * 1024)
    raw = letter(sender=COUNCIL, to=to[0], files=(("plans.bin", "application/octet-stream", content),))
    assert len(raw) > 40_000_000

    with door(children, port) as child:
        assert by_socket(port, to, raw) == [250, 250]
        status = Path(f"/proc/{child.process.pid}/status").read_text()

    stored = rows()
    assert set(stored) == set(to)
    assert all(inbound.raw_of(row) == raw for row in stored.values())
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    assert peak < 250, f"the door took {peak:.0f} MB"


@pytest.mark.slow
def test_given_a_door_asked_to_stop_within_a_letter_then_the_letter_is_stored_and_the_idle_are_sent_away(
    children, requests
):
    to, port = our_address(requests[0]), free_port()
    with door(children, port) as child, Wire(port) as idle, Wire(port) as busy:
        for line in (b"LHLO x", b"MAIL FROM:<a@b.example>", f"RCPT TO:<{to}>".encode(), b"DATA"):
            busy.say(line)
        busy.wire.sendall(b"Subject: half\r\n\r\n")
        child.process.send_signal(signal.SIGTERM)
        assert idle.reply() == 421
        assert busy.say(b"and the other half\r\n.") == [250]
        assert busy.reply() == 421
        wait_until(child.ended, seconds=8)
        assert child.process.returncode == 0
    assert InboundEmail.objects.count() == 1


@pytest.mark.slow
def test_given_two_doors_on_one_port_when_letters_come_then_either_takes_them_and_one_may_go(children, requests):
    to, port = our_address(requests[0]), free_port()
    with door(children, port, "--reuse-port") as first:
        with door(children, port, "--reuse-port"):
            for number in range(12):
                assert by_socket(port, [to], HEAD.replace(b"<1@", b"<%d@" % number) + b"\r\nText\r\n") == [250]
        assert first.ended() or by_socket(port, [to], HEAD.replace(b"<1@", b"<99@") + b"\r\nText\r\n") == [250]
    assert InboundEmail.objects.count() >= 12


@pytest.mark.slow
def test_given_a_database_stopped_in_between_then_4xx_and_the_retry_files_it_once(monkeypatch):
    for name in ("DATABASE_URL", "CELERY_BROKER_URL"):
        monkeypatch.delenv(name, raising=False)
    # The engines' own user must be able to pass.
    home = Path(tempfile.mkdtemp(prefix="foitracker-stopped-"))
    home.chmod(0o711)
    try:
        with children_of(home) as children:
            engines = Engines(children)
            engines.start()
            env = {**os.environ, **engines.addresses(), "DJANGO_SETTINGS_MODULE": "tests.settings"}
            env.pop("FOITRACKER_EMBEDDED", None)
            _in(env, "manage.py", "migrate", "--verbosity", "0")
            to = _in(env, "-c", MAKE).split()[-1]
            port = free_port()
            raw = letter(sender=COUNCIL, to=to, message_id="<once@exampleton.example>")
            with door(children, port, **engines.addresses(), DJANGO_SETTINGS_MODULE="tests.settings"):
                assert by_socket(port, [to], raw.replace(b"once", b"first")) == [250]
                children.stop(["postgres"], within=5)
                assert by_socket(port, [to], raw) == [451]
                engines.start_one("postgres")
                assert by_socket(port, [to], raw) == [250]
                assert by_socket(port, [to], raw) == [250]
            assert _in(env, "-c", PLACE).split()[-2:] == ["2", "2"]
            engines.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)


DJANGO = "import django; django.setup()\nfrom tests import factories\nfrom tests.arrivals import our_address\n"
MAKE = (
    DJANGO + f"a = factories.make_authority(email={COUNCIL!r})\nprint(our_address(factories.make_request(authority=a)))"
)
PLACE = (
    DJANGO + "from requests_app.actions import inbound\nfrom requests_app.models import InboundEmail, Message\n"
    "inbound.place_waiting()\n"
    "print(InboundEmail.objects.count(), Message.objects.filter(direction='incoming').count())"
)


def _in(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, *words], env=env, cwd=BASE, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
