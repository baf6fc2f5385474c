"""What came back: for whom, and whether trying again may help. The older mail servers say it in words only."""

import pytest

from requests_app.mail.classify import Sort, classify
from requests_app.mail.parse import parse

US = "foi+request-12-abcdefghijklmnop@reply.example"


def report(*recipients: str, text: str = "Delivery report.", headers: str = "From: MAILER-DAEMON@mx.example") -> bytes:
    groups = "\n\n".join(recipients)
    return (
        f"{headers}\nTo: {US}\nSubject: Delivery report\nContent-Type: multipart/report; report-type=delivery-status;"
        f" boundary=b\n\n--b\nContent-Type: text/plain\n\n{text}\n--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example\n\n{groups}\n\n--b--\n"
    ).encode()


def recipient(action: str, status: str, diagnostic: str = "", address: str = "foi@borough.example") -> str:
    more = f"\nDiagnostic-Code: smtp; {diagnostic}" if diagnostic else ""
    return f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}{more}"


def words(subject: str, body: str, sender: str = "Mail Delivery System <MAILER-DAEMON@mx.example>"):
    head = f"From: {sender}\nTo: {US}\nReturn-Path: <>\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8"
    return classify(parse(f"{head}\n\n{body}".encode()))


@pytest.mark.parametrize(
    ("action", "status", "diagnostic", "permanent", "given_up"),
    [
        ("failed", "5.1.1", "550 5.1.1 no such user", True, True),
        ("failed", "5.7.1", "", True, True),
        ("failed", "5.0.0", "550 unknown", True, True),
        ("failed", "5.2.2", "552 5.2.2 over quota", True, True),
        ("failed", "4.2.2", "452 4.2.2 over quota", False, True),
        ("failed", "5.0.0", "452 4.2.2 mailbox full", False, True),
        ("failed", "4.4.7", "delivery time expired", True, True),
        ("delayed", "4.4.1", "connection timed out", False, False),
        ("delayed", "4.2.2", "452 4.2.2 mailbox full", False, False),
    ],
)
def test_a_report_tells_permanent_from_temporary(action, status, diagnostic, permanent, given_up):
    kind = classify(parse(report(recipient(action, status, diagnostic))))

    assert kind.kind == Sort.BOUNCE
    assert kind.bounce.recipients == ("foi@borough.example",)
    assert (kind.bounce.permanent, kind.bounce.given_up) == (permanent, given_up)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_success_is_no_bounce(action):
    assert classify(parse(report(recipient(action, "2.0.0")))).kind == Sort.AUTOMATIC


def test_each_recipient_is_told_by_its_own_fields():
    raw = report(
        recipient("failed", "5.1.1", address="gone@borough.example"),
        recipient("delivered", "2.1.5", address="here@borough.example"),
        recipient("failed", "4.2.2", address="full@borough.example"),
    )

    bounce = classify(parse(raw)).bounce

    assert bounce.recipients == ("gone@borough.example", "full@borough.example")
    assert bounce.permanent


def test_a_person_who_attaches_a_report_writes_a_letter():
    raw = report(recipient("failed", "5.1.1"), text="This is what we got.", headers="From: Jo <jo@borough.example>")
    raw = raw.replace(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;")

    assert classify(parse(raw)).kind == Sort.REPLY


@pytest.mark.parametrize(
    ("subject", "sender", "body", "permanent", "given_up"),
    [
        (
            "Undeliverable: Freedom of Information request",
            "System Administrator <postmaster@borough.example>",
            "Your message did not reach some or all of the intended recipients.\n\n      Subject:  Freedom of"
            " Information"
            " request\n      Sent:     16/06/2011 10:12\n\nThe following recipient(s) could not be reached:\n\n"
            "      foi@borough.example on 16/06/2011 10:12\n            The e-mail account does not exist at the"
            " organization this message was sent to.\n            <mx.borough.example #5.1.1>\n",
            True,
            True,
        ),
        (
            "failure notice",
            "MAILER-DAEMON@mx.example",
            "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your message"
            " to the"
            " following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
            "<foi@borough.example>:\n192.0.2.7 does not like recipient.\nRemote host said: 550 no mailbox here\n\n"
            "--- Below this line is a copy of the message.\n\nReturn-Path: <x@reply.example>\nask also"
            " clerk@parish.example\n",
            True,
            True,
        ),
        (
            "Undelivered Mail Returned to Sender",
            "MAILER-DAEMON@mx.example",
            "This is the mail system at host mx.example.\n\nI'm sorry to have to inform you that your message"
            " could not\n"
            "be delivered to one or more recipients. It's attached below.\n\n<foi@borough.example>: host"
            " mx.borough.example[192.0.2.7] said: 550 5.1.1 <foi@borough.example>: user unknown\n",
            True,
            True,
        ),
        (
            "Delayed Mail (still being retried)",
            "MAILER-DAEMON@mx.example",
            "####################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR"
            " MESSAGE. #\n\n"
            "Your message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5"
            " day(s) old.\n\n"
            "<foi@borough.example>: connect to mx.borough.example[192.0.2.7]:25: Connection timed out\n",
            False,
            False,
        ),
        (
            "Returned mail: see transcript for details",
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
            "   ----- The following addresses had permanent fatal errors -----\n<foi@borough.example>\n"
            "    (reason: 550 5.1.1 User unknown)\n\n   ----- Transcript of session follows -----\n"
            f"... while talking to mx.borough.example.:\n>>> MAIL From:<{US}>\n<<< 550 5.1.1 User unknown\n",
            True,
            True,
        ),
        (
            "Warning: could not send message for past 4 hours",
            "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
            "    ** THIS IS A WARNING MESSAGE ONLY **\n\n   ----- The following addresses had transient"
            " non-fatal errors"
            " -----\n<foi@borough.example>\n\nWarning: message still undelivered after 4 hours\nWill keep trying\n",
            False,
            False,
        ),
        (
            "Mail delivery failed: returning message to sender",
            "Mail Delivery System <Mailer-Daemon@mx.example>",
            "This message was created automatically by mail delivery software.\n\nA message that you sent could"
            " not be"
            " delivered to one or more of its\nrecipients. This is a permanent error. The following address(es)"
            " failed:\n\n"
            "  foi@borough.example\n    mailbox is full: retry timeout exceeded\n",
            False,
            True,
        ),
        (
            "DELIVERY FAILURE: User foi (foi@borough.example) not listed in Domino Directory",
            "Mail Router <postmaster@borough.example>",
            "Your message\n\n  Subject: Freedom of Information request\n\nwas not delivered to:\n\n "
            " foi@borough.example\n\n"
            "because:\n\n  User foi (foi@borough.example) not listed in Domino Directory\n",
            True,
            True,
        ),
        (
            "Delivery Status Notification (Failure)",
            "Mail Delivery Subsystem <mailer-daemon@mail.example>",
            "** Address not found **\n\nYour message wasn't delivered to foi@borough.example because the address"
            " couldn't be"
            " found, or is unable to receive mail.\n\nThe response from the remote server was:\n550 5.1.1 unknown\n",
            True,
            True,
        ),
        (
            "Delivery Status Notification (Delay)",
            "Mail Delivery Subsystem <mailer-daemon@mail.example>",
            "** Delivery incomplete **\n\nThere was a temporary problem delivering your message to"
            " foi@borough.example. We"
            " will retry for 47 more hours. You'll be notified if the delivery fails permanently.\n",
            False,
            False,
        ),
        (
            "[Postmaster] Email Delivery Failure",
            "postmaster@gateway.example",
            "Your message could not be delivered.\n\nTo: foi@borough.example\nReason: 550 Invalid Recipient\n",
            True,
            True,
        ),
        (
            "Delivery delayed:Freedom of Information request",
            "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@borough.example>",
            "Delivery is delayed to these recipients or groups:\n\nfoi@borough.example\n\nThis message hasn't"
            " been delivered"
            " yet. Delivery will continue to be attempted.\n",
            False,
            False,
        ),
        (
            "Undeliverable: FOI",
            "postmaster@borough.example",
            "Delivery has failed to these recipients or groups:\n\nfoi@borough.example\nThe recipient's mailbox"
            " is full and"
            " can't accept messages now. Please try resending your message later.\n\n#552 5.2.2 mailbox full#\n",
            True,
            True,
        ),
        (
            "Unzustellbar: Freedom of Information request",
            "postmaster@borough.example",
            "Fehler bei der Nachrichtenzustellung an folgende Empfänger:\n\nfoi@borough.example\n#550 5.1.1#\n",
            True,
            True,
        ),
    ],
)
def test_the_words_of_mail_servers(subject, sender, body, permanent, given_up):
    kind = words(subject, body, sender)

    assert kind.kind == Sort.BOUNCE
    assert kind.bounce.recipients == ("foi@borough.example",)
    assert (kind.bounce.permanent, kind.bounce.given_up) == (permanent, given_up)


@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        ("Re: Undeliverable: Freedom of Information request", "postmaster@borough.example"),
        ("FW: Undeliverable: Freedom of Information request", "Jo Bloggs <jo@borough.example>"),
        ("Failure notices served in 2010: our answer", "Jo Bloggs <jo@borough.example>"),
        ("Undeliverable post: your request", "Jo Bloggs <jo@borough.example>"),
    ],
)
def test_a_person_who_writes_about_mail_that_came_back(subject, sender):
    body = "The letter could not be delivered to clerk@parish.example in 2010; 12 more were undeliverable."
    raw = f"From: {sender}\nTo: {US}\nSubject: {subject}\n\n{body}"

    assert classify(parse(raw.encode())).kind == Sort.REPLY
