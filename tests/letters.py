"""Letters as authorities and people send them, as bytes ready for a door."""

import email.policy
from email.message import EmailMessage
from email.utils import make_msgid

DOMAIN = "reply.foitracker.example"
ACKNOWLEDGED = (
    "Thank you for your letter. We have passed it to the right team, who will answer within 20 working days.\n"
)


def letter(
    *,
    sender: str,
    to: str,
    text: str = "Dear requester,\n\nWe hold the information; it is attached.\n\nInformation team\n",
    subject: str = "Re: Freedom of Information request",
    message_id: str | None = None,
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """One letter. ``headers``: further fields, with underscores for hyphens; ``files``: name, type, bytes."""
    made = EmailMessage(policy=email.policy.SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Date"] = "Thu, 23 Jun 2011 10:00:00 +0100"
    made["Message-ID"] = message_id or make_msgid(domain="council.example")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def failure_report(*, to: str, original_id: str, failed: str = "foi@council.example") -> bytes:
    """A delivery report as RFC 3464 has it: nobody will try again."""
    return (
        f"From: MAILER-DAEMON@mail.example\r\nTo: {to}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Message-ID: <report-1@mail.example>\r\nDate: Thu, 16 Jun 2011 11:00:00 +0100\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nThe mail system could not deliver your letter: no such user.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original_id}\r\nSubject: Hi\r\n\r\n--b--\r\n"
    ).encode()
