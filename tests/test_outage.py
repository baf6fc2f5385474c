"""The broker stops, or hangs: nobody on the site is told or kept waiting, and all of it flows soon after its return."""

import email
import email.policy
import smtplib
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.cache import cache

from foitracker import demo
from foitracker.processes import Children, tail
from foitracker.supervisor import Supervisor, free_port
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.mail import compose
from requests_app.mail.tokens import address_of
from requests_app.models import FOIRequest, InboundEmail, InboundState, OutboundEmail, OutboundState
from tests import factories
from tests.engines import Broker, MailServer, environment, mail_server
from tests.letters import DOMAIN, letter
from tests.running import wait_until
from tests.visitor import Visitor

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the services are children tied to their parent"),
]
LONGEST = 5.0  # seconds an answer may take on a busy machine; a wait for the broker would be counted at least once
SETTLED = 60.0
BODY = "Dear Council,\n\nHow many bins did you miss last year?\n\nYours faithfully,\n\nA. Okafor"


@dataclass
class Site:
    """The services of the demonstration on the test's database."""

    url: str
    lmtp_port: int
    mail: MailServer
    broker: Broker
    supervisor: Supervisor

    def caught(self, *, to: str, saying: str) -> bool:
        for raw in list(self.mail.letters):
            one = email.message_from_bytes(raw, policy=email.policy.default)
            if to in str(one["To"]) and saying in f"{one['Subject']}\n{one.get_body(('plain',)).get_content()}":
                return True
        return False


@contextmanager
def running(home: Path, broker: Broker, mail: MailServer):
    port, lmtp_port = free_port(), free_port()
    home.mkdir()
    children = Children(home)
    env = environment(
        CELERY_BROKER_URL=broker.url,
        FOITRACKER_HOME=home,
        SITE_URL=f"http://localhost:{port}",
        LMTP_PORT=lmtp_port,
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=mail.port,
    )
    env.pop("FOITRACKER_EMBEDDED", None)
    supervisor = Supervisor(children, stop_order=demo.STOP_ORDER)
    try:
        for service in demo.services(children, env=env, port=port):
            supervisor.start(service)
        for name, answers in (
            ("web", lambda: demo.home_page_answers(port)),
            ("lmtp", lambda: demo.door_answers(lmtp_port)),
            ("worker", lambda: OutboundEmail.objects.filter(state=OutboundState.SENT).exists()),
        ):
            _wait_for(children, name, answers)
        yield Site(f"http://localhost:{port}", lmtp_port, mail, broker, supervisor)
    finally:
        supervisor.stop()


def _wait_for(children: Children, name: str, answers) -> None:
    until = time.monotonic() + 60
    while not answers():
        for child in children.running:
            assert not child.ended(), f"{child.name} ended:\n{tail(child.log, 30)}"
        assert time.monotonic() < until, f"{name} does not answer:\n{tail(children.home / 'log' / f'{name}.log', 30)}"
        time.sleep(0.1)


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path / "broker")
    broker.start()
    yield broker
    broker.stop()


@dataclass
class Content:
    """Who and what was there before the broker went."""

    asked: FOIRequest
    citizen: str
    officer: str
    council: str


@pytest.fixture
def content(transactional_db, tmp_path, settings) -> Content:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "files")},
        },
    }
    cache.clear()  # counters of tries
    seed_bank_holidays()
    council = factories.make_authority("Exampleton Council", slug="exampleton", email="foi@exampleton.example")
    officer = factories.make_officer(council, factories.make_user("R. Shah"))
    asked = factories.make_request(authority=council, requester=factories.make_user("A. Okafor"), received=False)
    compose.post_letter(asked.messages.get())
    return Content(asked, asked.requester.email, officer.user.email, "foi@exampleton.example")


@pytest.fixture
def site(content, broker, tmp_path):
    with mail_server() as mail, running(tmp_path / "site", broker, mail) as site:
        yield site


def public_pages(asked: FOIRequest) -> list[str]:
    page = f"/request/{asked.slug}"
    return [
        *("/", "/list", "/list.json", "/search?q=playground", "/search.atom?q=playground", "/body/", "/new"),
        *(f"/body/{asked.authority.slug}", f"/user/{asked.requester.slug}", "/help/", "/contact"),
        *(page, *(f"{page}.{kind}" for kind in ("json", "atom", "txt", "zip"))),
        *(f"{page}/deadline", f"{page}/details", f"{page}/similar", f"{page}/report"),
        *("/authorities.json?q=exam", "/account/login/", "/account/signup/", "/inbox/ask-for-access/"),
    ]


def use_everything(site: Site, content: Content, *, word: str) -> None:
    """Read every kind of public page, sign up, file a request, answer on the web and by mail."""
    visitor, citizen, officer = Visitor(site.url), Visitor(site.url), Visitor(site.url)
    for path in public_pages(content.asked):
        assert visitor.get(path).status == 200, path
    visitor.submit(
        "/account/signup/",
        marker="public_name",
        public_name="Ms Newcomer",
        email=f"{word}@people.example",
        password1="three odd words",
        terms="on",
    )
    citizen.sign_in(content.citizen, factories.PASSWORD)
    preview = citizen.submit("/new/exampleton", marker="title", title=f"Bins {word}", body=BODY, action="preview")
    sent = citizen.submit(preview.path, marker="shown")
    assert sent.path.startswith("/request/"), sent.text
    officer.sign_in(content.officer, factories.PASSWORD)
    case = f"/inbox/request/{content.asked.pk}/"
    officer.submit(case, marker="body", body=f"Dear P,\n\nThree {word}.\n\nR. Shah", kind="in_full", do="preview")
    published = officer.submit(f"{case}preview/")
    assert "/published/" in published.path, published.text
    began = time.monotonic()
    raw = letter(sender=content.council, to=address_of(content.asked, "request", DOMAIN), text=f"By mail: {word}.")
    with smtplib.LMTP("127.0.0.1", site.lmtp_port, timeout=30) as door:
        assert door.sendmail(content.council, [address_of(content.asked, "request", DOMAIN)], raw) == {}
    assert time.monotonic() - began < LONGEST
    answers = [*visitor.answers, *citizen.answers, *officer.answers]
    assert [str(each) for each in answers if each.status >= 400] == []
    assert [str(each) for each in answers if each.seconds > LONGEST] == []


def everything_came(site: Site, content: Content, *, word: str) -> bool:
    """The letters that all this makes have left, and the one that came by mail is on the page.

    A worker that had a letter in hand when the broker went may end over it; it is started anew, as in the demo.
    """
    site.supervisor.look()
    return (
        site.caught(to=f"{word}@people.example", saying="/confirm/")
        and site.caught(to=content.council, saying=f"Bins {word}")
        and site.caught(to=content.citizen, saying=content.asked.title)
        and f"By mail: {word}." in Visitor(site.url).get(f"/request/{content.asked.slug}").text
        and not InboundEmail.objects.filter(state=InboundState.RECEIVED).exists()
        and not OutboundEmail.objects.exclude(state=OutboundState.SENT).exists()
    )


def test_given_a_broker_that_stops_or_hangs_then_nothing_fails_and_all_flows_on_its_return(site, content, broker):
    for word, goes, returns in (("stopped", broker.stop, broker.start), ("hanging", broker.hang, broker.go_on)):
        goes()
        use_everything(site, content, word=word)
        assert not site.caught(to=content.council, saying=f"Bins {word}")
        returns()
        took = wait_until(lambda word=word: everything_came(site, content, word=word), seconds=SETTLED)
        print(f"{word}: settled {took:.1f} s after its return")
