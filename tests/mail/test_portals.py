"""Letters that only say where the answer can be fetched."""

import pytest

from requests_app.mail.classify import Sort, classify
from requests_app.mail.parse import parse


def read(body: str, headers: str = "From: foi@borough.example\nSubject: Re: FOI"):
    return classify(parse(f"{headers}\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()))


@pytest.mark.parametrize(
    "body",
    [
        "Jo Bloggs has sent you a secure email using Egress Protect. To read it, click the link and sign in.",
        "You have received a secure message from Borough of Example. To view the message, log in or register an"
        " account.",
        "Read the message at https://switch.egress.com/ui/abc123",
        "You have received an encrypted message. Open it with Galaxkey Secure.",
        "You have been sent an encrypted email through Mimecast Secure Messaging. Click here to open the message.",
        "Your request has been answered. Please log in to our portal to view the response.",
        "A response to your request FOI 123 is now available in your account. Log in at https://my.borough.example/",
        "An update to your request has been posted. Please sign in to the FOI portal to view the documents.",
        "The documents have been uploaded to our secure portal, where you can download them once registered.",
        "Jo Bloggs has sent you a protected message. Sign in with a one-time passcode to read the message.",
        "Jo shared 2 files with you. To open the files please sign in with the code that we send.",
    ],
)
def test_the_answer_lies_behind_the_authoritys_door(body):
    for headers in (
        "From: noreply@borough.example\nSubject: Your request",
        "Return-Path: <>\nAuto-Submitted: auto-generated",
    ):
        kind = read(body, headers)

        assert kind.portal
        assert kind.kind == Sort.REPLY


@pytest.mark.parametrize(
    "body",
    [
        "Thank you for your request. You can track its progress by logging in to your account.",
        "We publish our answers in a disclosure log at https://borough.example/log. There were 214 homes.",
        "You will be able to log in to view the response when it is ready.",
        "Please find our response to your request as follows. There were 214 homes. The report is on our web site.",
        "The council uses Egress for personal data. It spent £5,000 on it in 2010.",
        "The council's portal was visited 12,000 times in 2010. We hold no information on who visited it.",
        "To complain, log in to the portal of the regulator.",
        "The information is already published. Go to https://borough.example/data to see the figures.",
    ],
)
def test_a_portal_that_is_only_mentioned(body):
    assert not read(body).portal


def attached(name: str) -> bool:
    body = (
        "From: foi@borough.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n"
        f"You have received a secure message. Open the attachment and log in to read your message.\n--b\n"
        f'Content-Type: application/octet-stream; name="{name}"\n\nx\n--b--\n'
    )
    return classify(parse(body.encode())).portal


def test_a_sealed_file_is_a_door_too_and_any_other_file_is_an_answer():
    assert attached("securedoc_20260101.html")
    assert attached("message.rpmsg")
    assert attached("SecureMessageAtt.htm")
    assert attached("letter.gxk")
    assert not attached("answer.pdf")
