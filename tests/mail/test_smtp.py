"""The conversation with a mail server: a report of delivery is asked for where the server knows how, and only there."""

import socketserver
import threading
from contextlib import contextmanager

import pytest
from django.core.mail import EmailMessage

from requests_app.mail.smtp import EmailBackend, Handover


class Talk(socketserver.StreamRequestHandler):
    """Says yes to everything, and refuses words after the address that it did not offer, as RFC 5321 has it."""

    def handle(self) -> None:
        self.say("220 ready")
        while line := self.rfile.readline().decode().strip():
            self.server.heard.append(line)
            verb = line[:4].upper()
            if verb == "EHLO":
                self.say("250-here", *self.server.offers, "250 SIZE 1000000")
            elif verb == "RCPT" and "NOTIFY" in line and "250-DSN" not in self.server.offers:
                self.say("555 unknown parameter")
            elif verb == "DATA":
                self.say("354 go on")
                while self.rfile.readline() != b".\r\n":
                    pass
                self.say("250 2.0.0 kept")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def server(*offers: str):
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as made:
        made.offers, made.heard = offers, []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        try:
            yield made
        finally:
            made.shutdown()


def send(made, *, asks_report: bool) -> Handover:
    handover = Handover(lambda: None, asks_report=asks_report)
    backend = EmailBackend(host="127.0.0.1", port=made.server_address[1], handover=handover)
    assert backend.send_messages([EmailMessage("Hello", "Hello.", "bounce+1-x@reply.example", ["foi@there.example"])])
    return handover


@pytest.mark.parametrize(
    ("offers", "asks_report", "said"),
    [
        (["250-DSN"], True, "rcpt TO:<foi@there.example> NOTIFY=SUCCESS,FAILURE"),
        (["250-DSN"], False, "rcpt TO:<foi@there.example>"),
        ([], True, "rcpt TO:<foi@there.example>"),
    ],
)
def test_a_report_is_asked_for_only_where_it_is_wanted_and_offered(offers, asks_report, said):
    with server(*offers) as made:
        handover = send(made, asks_report=asks_report)

        assert said in made.heard
        assert handover.reply == "250 2.0.0 kept"
