"""The scanner's client: against a real clamd, and against one that is away, silent or talks nonsense."""

import socket
import threading

import pytest

from requests_app import scanner
from tests import clamd, made_files


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    if why := clamd.missing():
        pytest.skip(why)
    with clamd.running(tmp_path_factory.mktemp("clamd")) as address:
        yield address


def test_a_real_clamd_knows_the_test_file_alone_and_in_a_zip(address):
    assert "Eicar" in scanner.scan(clamd.EICAR, address=address)
    assert "Eicar" in scanner.scan(made_files.zipped({"a/b.com": clamd.EICAR}), address=address)
    assert scanner.scan(b"The letter of a council.", address=address) == ""
    assert scanner.scan(b"", address=address) == ""


def test_a_file_larger_than_it_takes_is_not_scanned(address):
    with pytest.raises(scanner.NotScanned, match="size limit"):
        scanner.scan(b"x" * 3_000_000, address=address)


@pytest.fixture
def answering():
    """A server on a port of its own that answers every connection with the same bytes."""
    servers: list[socket.socket] = []

    def start(answer: bytes) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)

        def serve() -> None:
            while True:
                try:
                    link, _peer = server.accept()
                except OSError:
                    return
                with link:
                    link.recv(65536)
                    if answer:
                        link.sendall(answer)
                    link.shutdown(socket.SHUT_WR)

        threading.Thread(target=serve, daemon=True).start()
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def test_over_tcp_the_answer_is_the_same(answering):
    assert scanner.scan(b"words", address=answering(b"stream: OK\0")) == ""
    assert scanner.scan(b"words", address=answering(b"stream: Win.Test.A-1 FOUND\0")) == "Win.Test.A-1"


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0", b"x" * 100_000])
def test_whatever_is_no_answer_is_not_taken_for_one(answering, answer):
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(b"words", address=answering(answer))


def test_nobody_there_is_said_so(tmp_path):
    with pytest.raises(scanner.ScannerAway):
        scanner.scan(b"words", address=f"unix:{tmp_path}/nobody.ctl")
    assert not scanner.answers(address=f"unix:{tmp_path}/nobody.ctl")


def test_an_address_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="unix:/path or tcp"):
        scanner.scan(b"words", address="http://scanner.example")


def test_one_that_says_nothing_is_not_waited_for_without_end(answering, monkeypatch):
    monkeypatch.setattr(scanner, "SCAN_SECONDS", 0.3)
    server = socket.create_server(("127.0.0.1", 0))
    with server, pytest.raises(scanner.ScannerAway):
        scanner.scan(b"words", address=f"tcp://127.0.0.1:{server.getsockname()[1]}")
