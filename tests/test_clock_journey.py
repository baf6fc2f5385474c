"""One request through six months: a question, a fresh start, an extension, silence, a review, silence again.

The test moves the time. Pages are asked for over HTTP, letters leave over SMTP and arrive through the door's own
code, and every morning the sweep that beat calls is run. At each stage: the page's sentence, the date, the
explanation, and the mail of that morning.
"""

import email
import email.policy
import html
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.cache import cache
from django.test import Client
from django.utils.html import strip_tags

from foitracker.supervisor import free_port
from requests_app.actions import delivery, inbound, reminders
from requests_app.mail.tokens import address_of
from requests_app.models import FOIRequest, Message, OutboundEmail, Status
from requests_app.models.private import Draft
from tests import factories
from tests.letters import DOMAIN, letter

LONDON = ZoneInfo("Europe/London")
COUNCIL, PERSON = "foi@exampleton.example", "ada.okafor@people.example"
LETTER = "Dear Council,\n\nHow many street lamps were out of order?\n\nYours faithfully,\n\nAda Okafor"


class Caught:
    """What reached the mail server, as (to, words)."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str]] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        read = email.message_from_bytes(envelope.content, policy=email.policy.default)
        words = " ".join(read.get_body(("plain",)).get_content().split())
        self.letters.append((envelope.rcpt_tos[0], f"{read['Subject']} | {words}"))
        return "250 OK"

    def take(self) -> list[tuple[str, str]]:
        taken, self.letters = self.letters, []
        return taken


@pytest.fixture
def post_box(settings):
    """A mail server that the outbox really speaks to."""
    caught = Caught()
    server = Controller(caught, hostname="127.0.0.1", port=free_port())
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = server.hostname, server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield caught
    server.stop()


class Walk:
    """The requester, the authority, the passing days, and what can be seen at each."""

    def __init__(self, traveller, post_box: Caught) -> None:
        self.traveller, self.post_box = traveller, post_box
        self.person = factories.make_user("Ada Okafor", email=PERSON)
        self.council = factories.make_authority("Exampleton Borough Council", email=COUNCIL, slug="exampleton")

    def at(self, day: str, hour: int = 12) -> None:
        self.traveller.move_to(datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=LONDON))
        cache.clear()

    def mornings(self, first: str, last: str) -> dict[str, list[tuple[str, str]]]:
        """Each day's nine o'clock, both ends included: sweep, deliver, and what arrived on the days that had mail."""
        found, day = {}, date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            self.at(day.isoformat(), 9)
            reminders.sweep(now=datetime.now(LONDON))
            delivery.deliver_waiting()
            if arrived := self.post_box.take():
                found[day.isoformat()] = arrived
            day += timedelta(days=1)
        return found

    @property
    def client(self) -> Client:
        client = Client()
        client.force_login(self.person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    @property
    def foi_request(self) -> FOIRequest:
        return FOIRequest.objects.get()

    def page(self, beside: str = "") -> str:
        """The words that anybody reads now on the request's page, or beside it."""
        answer = Client().get(f"/request/{self.foi_request.slug}{beside}")
        assert answer.status_code == 200
        return " ".join(
            html.unescape(strip_tags(re.sub(r"<(style|script).*?</\1>", "", answer.content.decode()))).split()
        )

    def file(self) -> None:
        self.client.post("/new/exampleton", {"title": "Broken street lamps", "body": LETTER, "action": "preview"})
        draft = Draft.objects.get()
        sent = self.client.post(f"/new/draft/{draft.pk}/preview", {"shown": draft.saved_at.isoformat()})
        assert sent.status_code == 302, sent.content.decode()
        delivery.deliver_waiting()

    def write(self, words: str, kind: str = "follow_up") -> None:
        path = f"/request/{self.foi_request.slug}/follow-up?kind={kind}"
        checked = self.client.post(path, {"body": words, "action": "preview"})
        draft = Draft.objects.get(sent_as=None)
        assert self.client.post(checked.url, {"shown": draft.saved_at.isoformat()}).status_code == 302
        delivery.deliver_waiting()

    def council_writes(self, words: str, **said: str) -> None:
        """A letter from the authority arrives and the requester says what it was."""
        raw = letter(sender=COUNCIL, to=address_of(self.foi_request, "request", DOMAIN), text=words)
        numbers = inbound.receive(
            recipients=[address_of(self.foi_request, "request", DOMAIN)], raw=raw, door="test", envelope_from=COUNCIL
        )
        for number in numbers:
            inbound.place(number)
        came = Message.objects.filter(direction="incoming").latest("pk")
        path = f"/request/{self.foi_request.slug}/describe/{came.pk}"
        assert self.client.post(path, said).status_code == 302
        delivery.deliver_waiting()


def to(whom: str, arrived: list[tuple[str, str]]) -> str:
    """The one letter of a morning to this address."""
    (words,) = [words for address, words in arrived if address == whom]
    return words


@pytest.mark.slow
@pytest.mark.django_db
def test_given_half_a_year_of_one_request_then_page_date_explanation_and_mail_are_right_at_each_step(post_box):
    with time_machine.travel(datetime(2026, 12, 16, 10, tzinfo=LONDON), tick=True) as traveller:
        walk = Walk(traveller, post_box)

        # Sent on 16 December; Christmas, 28 December, New Year and 4 January (Scotland) do not count.
        walk.at("2026-12-16", 10)
        walk.file()
        assert [address for address, _words in post_box.take()] == [COUNCIL]
        assert walk.foi_request.due_on == date(2027, 1, 19)
        walk.at("2026-12-17")
        assert "should normally respond promptly and by Tuesday 19 January 2027" in walk.page()
        why = walk.page("/deadline")
        for words in (
            "Monday 28 December 2026: not counted, bank holiday",
            "Monday 4 January 2027: not counted, bank holiday in Scotland",
            "Tuesday 19 January 2027: working day 20",
        ):
            assert words in why
        mail = walk.mornings("2026-12-17", "2027-01-18")
        assert list(mail) == ["2027-01-12", "2027-01-18"]
        for day in mail:
            assert "19 January 2027" in to(COUNCIL, mail[day])
            assert "Not a new request; not from a court or regulator." in to(COUNCIL, mail[day])

        # On working day 19 the council asks a question: the clock stops.
        walk.at("2027-01-18")
        walk.council_writes("Which wards do you mean?\n\nInformation team", what="clarification")
        post_box.take()
        assert (walk.foi_request.due_on, walk.foi_request.status) == (None, Status.AWAITING_CLARIFICATION)
        assert "has asked Ada Okafor to clarify. The time limit starts again when Ada Okafor replies." in walk.page()
        assert "The time limit stops until the reply" in walk.page("/deadline")
        mail = walk.mornings("2027-01-19", "2027-01-24")
        assert list(mail) == ["2027-01-21"] and len(mail["2027-01-21"]) == 1
        assert "question" in to(PERSON, mail["2027-01-21"])

        # The reply starts it again in full.
        walk.at("2027-01-25")
        walk.write("Dear Council,\n\nAll wards, please.\n\nYours faithfully,\n\nAda Okafor")
        assert [address for address, _words in post_box.take()] == [COUNCIL]
        assert walk.foi_request.due_on == date(2027, 2, 22)
        assert "should normally respond promptly and by Monday 22 February 2027" in walk.page()
        assert "The time limit starts again, in full" in walk.page("/deadline")
        mail = walk.mornings("2027-01-26", "2027-02-16")
        assert list(mail) == ["2027-02-15"]
        assert "22 February 2027" in to(COUNCIL, mail["2027-02-15"])

        # An extension, claimed in time, does not move the date; after it the page speaks of the estimate.
        walk.at("2027-02-17")
        walk.council_writes(
            "We need more time to weigh the public interest, until 19 March.\n\nInformation team",
            what="more_time",
            until="2027-03-19",
        )
        post_box.take()
        assert walk.foi_request.due_on == date(2027, 2, 22)
        assert "promptly and by Monday 22 February 2027" in walk.page()
        assert "expects to reply by Friday 19 March 2027. This does not move the date" in walk.page("/deadline")
        walk.at("2027-02-23")
        assert "expects to reply by Friday 19 March 2027. The regulator expects this to take no more than 40" in (
            walk.page()
        )
        assert "in all, Tuesday 23 March 2027" in walk.page()
        mail = walk.mornings("2027-02-18", "2027-03-19")
        # The council is reminded of its own estimate (17 March does not count); nobody is called late.
        assert list(mail) == ["2027-03-11", "2027-03-18"]
        for day in mail:
            assert len(mail[day]) == 1 and "19 March 2027" in to(COUNCIL, mail[day])

        # The estimate has passed: both sides hear of it once, and again when all normal time is over.
        mail = walk.mornings("2027-03-20", "2027-03-24")
        assert list(mail) == ["2027-03-22", "2027-03-24"]
        assert "Response is delayed." in walk_page_on(walk, "2027-03-22")
        for day in mail:
            assert {address for address, _words in mail[day]} == {COUNCIL, PERSON}
        assert "19 March 2027" in to(PERSON, mail["2027-03-22"])
        assert "complain" in to(PERSON, mail["2027-03-24"])
        walk.at("2027-03-24")
        assert "This is well past the time normally allowed." in walk.page()

        # A review is asked for; Good Friday, Easter Monday and 3 May do not count.
        walk.at("2027-03-25")
        walk.write("Dear Council,\n\nPlease review this.\n\nYours faithfully,\n\nAda Okafor", kind="internal_review")
        assert [address for address, _words in post_box.take()] == [COUNCIL]
        assert walk.foi_request.status == Status.INTERNAL_REVIEW
        assert (
            "It should normally answer by Monday 26 April 2027; in exceptional cases by Tuesday 25 May 2027."
            in walk.page()
        )
        assert "A review was asked for. It should be answered by Monday 26 April 2027." in walk.page("/deadline")
        mail = walk.mornings("2027-03-26", "2027-04-26")
        assert list(mail) == ["2027-04-19", "2027-04-23"]
        assert "26 April 2027" in to(COUNCIL, mail["2027-04-19"])

        # The review is late too.
        walk.at("2027-04-27")
        assert "The review is delayed." in walk.page()
        mail = walk.mornings("2027-04-27", "2027-05-26")
        walk.at("2027-05-26")
        assert "The longest time for answering it ended on Tuesday 25 May 2027." in walk.page()
        assert list(mail) and {address for day in mail for address, _words in mail[day]} == {COUNCIL, PERSON}
        assert "complain" in to(PERSON, mail[max(mail)])

        letters = OutboundEmail.objects.order_by("pk").values_list("to_address", "subject", "created_at__date")
        assert len({*letters}) == len(letters), "nobody is told the same thing twice on one day"


def walk_page_on(walk: Walk, day: str) -> str:
    walk.at(day)
    return walk.page()
