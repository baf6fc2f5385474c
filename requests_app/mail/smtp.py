"""SMTP as Django speaks it, but keeping what the server answered and saying when content begins to leave."""

import smtplib
from collections.abc import Callable

from django.core.mail.backends import smtp

START_MAIL_INPUT = 354
REPORT = "NOTIFY=SUCCESS,FAILURE"


class Handover:
    """One letter's handing over: ``began`` is called after the server's 354, before any content leaves.

    ``reply`` is what the server said to the content; empty until then. ``asks_report``: a report is wanted of
    its delivery too, not only of its failure.
    """

    def __init__(self, began: Callable[[], None], *, asks_report: bool = False) -> None:
        self.began = began
        self.asks_report = asks_report
        self.under_way = False
        self.reply = ""

    def heard(self, code: int, said: bytes) -> None:
        if code == START_MAIL_INPUT:
            self.under_way = True
            self.began()
        elif self.under_way:
            self.under_way = False
            self.reply = f"{code} {said.decode('utf-8', 'replace')}"[:500]


class EmailBackend(smtp.EmailBackend):
    """Django's SMTP backend, with the same settings, for one letter."""

    def __init__(self, *args, handover: Handover, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.handover = handover

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        handover = self.handover

        class Connection(super().connection_class):
            def getreply(self):
                code, said = super().getreply()
                handover.heard(code, said)
                return code, said

            def rcpt(self, recip, options=()):
                """Ask for a report of success where the server knows how (RFC 3461); others would refuse the word."""
                if handover.asks_report and self.has_extn("dsn"):
                    options = [*options, REPORT]
                return super().rcpt(recip, options)

        return Connection

    def close(self) -> None:
        """Say QUIT; a server that is gone by now has the letter all the same."""
        try:
            super().close()
        except (OSError, smtplib.SMTPException):
            self.connection = None
