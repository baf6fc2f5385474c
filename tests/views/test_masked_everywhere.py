"""A letter full of addresses and numbers comes in by mail: none of them is in any form of the page, for anybody.

Looked for as bytes, and as what is left of them when blanks, marks and encodings are taken away: never with the mask.
"""

import io
import re
import zipfile
from datetime import timedelta
from html import unescape
from urllib.parse import unquote

import pypdf
import pytest
from django.test import Client
from django.utils import timezone

from requests_app.actions import calendar_feeds, digests, following, redaction_rules, reminders
from requests_app.actions.concealment import hide
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import Attachment, FOIRequest, InboundEmail, Message, OutboundEmail, Rhythm
from requests_app.selectors import paths
from tests.arrivals import arrive
from tests.factories import (
    make_annotation,
    make_authority,
    make_letter,
    make_officer,
    make_request,
    make_staff,
    make_user,
)
from tests.letters import letter

pytestmark = pytest.mark.django_db
# What every canary becomes when only small letters and digits are left: each address has a "canary" or the domain,
# each number its last nine digits, each insurance number its six, and the rule's words are two that stand nowhere else.
CANARY = re.compile(r"canary|lanternmail|7700900[0-9]{3}|qq123[0-9]{3}|ab987[0-9]{3}c|zebedee|quill")
WORD = "ombrometer"
BODY = f"""Dear requester,

The {WORD} was read by canary.one@lanternmail.example (canary+two@lanternmail.museum) and
"canary three"@lanternmail.engineering; write to <mailto:canary4@lanternmail.example> or see
https://forms.example/?to=canary5%40lanternmail.example&x=1 or https://x.example/canary6@lanternmail.example/.
canary7 (at) lanternmail.gov.uk, canary8 [at] lanternmail [dot] gov [dot] uk, canary.nine at lanternmail.gov.uk,
canary10\u200b@lantern\u00admail.example, canary11＠lanternmail．example, canary12@bücher-lanternmail.example,
canary13&#64;lanternmail.example, canary14@
lanternmail.example and canary15@lanternmail.
example. CANARY16@LANTERNMAIL.EXAMPLE <CANARY16@LANTERNMAIL.EXAMPLE>

Mobile: 07700 900101. 07700900102, +44 7700 900103, +44 (0)7700-900-104, 0044 7700 900105, (07700) 900106,
07700\u00a0900107, 07700.900.108, ０７７００ ９００１０９, 07700\u200b900110, tel:+447700900111, 07700
900112, https://wa.me/447700900113, m07700900114. Our switchboard is 020 7946 0999.

NI: QQ 12 34 56 C, QQ123457C, qq 12 34 58 c, AB-98-76-54-C, AB\u00a098\u00a076\u00a055\u00a0C.

Zebedee
Quill wrote it. The reference is FOI-2011-0046277 of 23/06/2011, and it cost £07,700.

On 16 June 2011 canary17@lanternmail.example wrote:
> Please ask canary18@lanternmail.example, 07700 900115, QQ 12 34 59 C, ZEBEDEE QUILL.
"""
REFERENCE = "FOI/07700900141"
FILES = (
    ("canary20@lanternmail.example.pdf", "application/pdf", b"%PDF-1.4 plain"),
    ("ombrometer canary21@lanternmail.example statement.txt", "text/plain", b"plain"),
    ("call_07700900116.txt", "text/plain", b"plain"),
    ("canary22@lanternmail.example", "text/plain", b"plain"),
    ("QQ 12 34 60 C.csv", "text/csv", b"a,b\n"),
    ("Zebedee Quill 2009.txt", "text/plain", b"plain"),
    ("07700 900117 (+44) 7700 900118.docx", "application/octet-stream", b"plain"),
)


class Thread:
    def __init__(self) -> None:
        seed_bank_holidays()
        self.requester = make_user("Requesting Person", email="canary.self@lanternmail.example")
        self.follower = make_user("Following Person")
        self.foi_request = make_request(
            f"The {WORD}, canary30@lanternmail.example, 07700 900130, QQ 12 34 61 C and Zebedee Quill",
            authority=make_authority(email="foi-canary@lanternmail.example"),
            requester=self.requester,
            body=f"Dear Council,\n\nWhat does the {WORD} say? canary31@lanternmail.example, 07700 900131, "
            "canary.self at lanternmail example, QQ 12 34 62 C, Zebedee Quill.\n\nYours\n\nR",
        )
        self.rule = redaction_rules.make_rule(
            scope="site", pattern="Zebedee Quill", is_regex=False, replacement="[name]", reason_code="personal",
            actor=make_staff(), now=timezone.now(),
        )  # fmt: skip
        redaction_rules.carry_through(now=timezone.now())
        for user in (self.requester, self.follower):
            following.follow(user=user, foi_request=self.foi_request, rhythm=Rhythm.AT_ONCE, now=timezone.now())
        raw = letter(
            sender='"Zebedee Quill canary32@lanternmail.example 07700 900132" <foi-canary@lanternmail.example>',
            to="x@reply.foitracker.example",
            subject=f"Re: {WORD} canary33@lanternmail.example 07700 900133 QQ 12 34 63 C Zebedee Quill",
            text=BODY,
            files=FILES,
        )
        self.row = arrive(FOIRequest.objects.get(pk=self.foi_request.pk), raw)
        self.letter = Message.objects.get(inbound_email=self.row)
        # Its reference is a number to be masked, and a word of the rule: the page prints it, and letters quote it.
        referring = letter(
            sender="foi-canary@lanternmail.example",
            to="x@reply.foitracker.example",
            subject="Your request",
            text=f"Our ref: {REFERENCE}\n\nWe will answer soon, says Zebedee Quill.\n",
        )
        arrive(FOIRequest.objects.get(pk=self.foi_request.pk), referring)
        self.annotation = make_annotation(
            self.foi_request, body=f"The {WORD}: canary34@lanternmail.example 07700 900134 QQ123464C Zebedee Quill"
        )
        self.officer = make_officer(self.foi_request.authority).user
        self.neighbour = make_request(f"Another {WORD}")
        make_letter(self.neighbour)


@pytest.fixture
def thread() -> Thread:
    return Thread()


def client_of(user) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def outputs(thread: Thread, user) -> dict[str, str]:
    """Every form in which this reader can get hold of the request: address → head and body."""
    client = client_of(user)
    now = timezone.now()
    request = FOIRequest.objects.get(pk=thread.foi_request.pk)
    here, there = paths.foi_request(request.slug), paths.foi_request(thread.neighbour.slug)
    authority = paths.authority(request.authority.slug)
    files = [f"{here}/file/{file.pk}/{file.name}" for file in Attachment.objects.filter(message__foi_request=request)]
    forms = ("", "/deadline", "/deadline.ics", "/details", "/similar", "/report", ".json", ".atom", ".txt", ".zip")
    addresses = [
        *(here + form for form in forms),
        *files,
        *(there + form for form in ("", "/similar", ".json")),
        "/", "/list", "/list.json", "/list.csv", "/list.atom",
        *(f"/search{kind}?q={WORD}" for kind in ("", ".json", ".csv", ".atom")),
        authority, *(f"{authority}.{kind}" for kind in ("json", "csv", "atom")), "/body/all-authorities.csv",
        paths.person(thread.requester.pk, thread.requester.public_name),
    ]  # fmt: skip
    forms = ("describe", "take-back", "withdraw", "follow-up", "next", "annotate", "sent", "fee-paid", "do-not-agree")
    addresses += [f"{here}/{form}{f'/{thread.letter.pk}' if form == 'describe' else ''}" for form in forms]
    # Also by the names and the slug under which they came, which are no longer theirs.
    given = Attachment.objects.filter(message__foi_request=request).exclude(given_name="")
    addresses += [f"{here}/file/{file.pk}/nothing-of-its-name" for file in given]
    addresses += [f"{here}/file/{file.pk}/as/text{kind}" for file in given for kind in ("", ".json")]
    addresses += [f"{here}/report?message={thread.letter.pk}", f"{here}/nothing-here", f"{authority}/about.json"]
    addresses += [f"/new/similar?title={WORD}", "/robots.txt"]
    if user == thread.requester:
        on = timezone.localdate()
        addresses += [
            f"{here}/complaint",
            f"{here}/complaint/bundle.pdf?on={on}",
            f"{here}/complaint/bundle.zip?on={on}",
        ]
        addresses += ["/my/requests/", "/my/following/", "/my/calendar/"]
        addresses.append(f"/calendar/{calendar_feeds.make_feed(user=user, now=now)}.ics")
    if user == thread.officer:
        feed = calendar_feeds.make_feed(user=user, authority_id=request.authority_id, now=now)
        addresses.append(f"/calendar/{feed}.ics")
        case = f"/inbox/request/{request.pk}/"
        addresses += [case, "/inbox/", f"/inbox/{request.authority.slug}/"]
        addresses += [f"{case}describe/{thread.letter.pk}/", f"{case}published/{thread.letter.pk}/"]
    found = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (200, 301, 302, 403, 404, 405, 409, 410), (address, answer.status_code)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        found[address] = f"{head}\n{_words(body)}"
    return found


def _words(body: bytes) -> str:
    """The bytes, and the text of what is packed in them."""
    said = body.decode("utf-8", "replace")
    if body.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(body))
        said += "\n".join(f"{name}\n{_words(archive.read(name))}" for name in archive.namelist())
    if body.startswith(b"%PDF") and b"%%EOF" in body:
        reader = pypdf.PdfReader(io.BytesIO(body))
        said += "\n".join(page.extract_text() for page in reader.pages) + str(reader.metadata) + str(reader.outline)
    return said


def leaks(said: str) -> list[str]:
    """Canaries in a text, as it stands and with only small letters and digits left."""
    plain = unescape(unquote(said)).translate({ord("０") + n: str(n) for n in range(10)})
    bare = re.sub(r"[^0-9a-z]", "", plain.lower())
    return [bare[max(0, match.start() - 30) : match.end() + 30] for match in CANARY.finditer(bare)] or CANARY.findall(
        said.lower()
    )


STATES = [None, ("letter", False), ("letter", True), ("request", False), ("request", True), ("title", False)]


@pytest.mark.parametrize("state", STATES)
def test_no_address_or_number_of_a_letter_full_of_them_is_in_any_form(thread, state):
    if state:
        thing, from_all = state
        hide(
            thing=thread.letter if thing == "letter" else FOIRequest.objects.get(pk=thread.foi_request.pk),
            title=thing == "title",
            reason_code="personal",
            public_wording="Personal information.",
            from_all=from_all,
            actor=make_staff(),
            now=timezone.now(),
        )
    readers = {"anybody": None, "requester": thread.requester, "officer": thread.officer, "other": thread.follower}

    found = {(name, address): said for name, user in readers.items() for address, said in outputs(thread, user).items()}

    assert {where: leaks(said) for where, said in found.items() if leaks(said)} == {}
    # The letter is really there to be read, and what is no canary stays.
    here = paths.foi_request(FOIRequest.objects.get(pk=thread.foi_request.pk).slug)
    if state is None:
        for form in ("", ".json", ".txt", ".zip"):
            said = " ".join(found["anybody", here + form].split())
            assert "020 7946 0999" in said and "FOI-2011-0046277" in said and "£07,700" in said
        assert WORD in found["anybody", f"/search?q={WORD}"]


def test_no_address_or_number_is_in_a_letter_that_tells_of_it(thread):
    digests.tell_at_once(now=timezone.now() + timedelta(minutes=5))
    morning = timezone.now().replace(hour=11)
    for days in range(4, 12):
        reminders.sweep(now=morning + timedelta(days=days))

    told = [row for row in OutboundEmail.objects.all() if row.template not in ("request_letter", "follow_up")]

    assert {"response_received"} <= {row.template for row in told}
    assert any(row.to_user == thread.follower for row in told)
    assert any("was_this_the_answer" in row.template for row in told), {row.template for row in told}
    words = {row: f"{row.subject}\n{row.body}" for row in told}
    # The authority, and nobody else, reads its own reference as it wrote it.
    assert any(REFERENCE in said for row, said in words.items() if row.to_user is None)
    words |= {row: said.replace(REFERENCE, "") for row, said in words.items() if row.to_user is None}
    assert {row.template: leaks(said) for row, said in words.items() if leaks(said)} == {}


def test_what_was_read_before_a_rule_is_served_to_nobody_after_it(thread):
    """Stored copies, and the validators that browsers and caches kept of them."""
    client = Client()
    here = paths.foi_request(FOIRequest.objects.get(pk=thread.foi_request.pk).slug)
    forms = [*(here + form for form in ("", ".json", ".txt", ".atom")), f"/search?q={WORD}", "/list", here + "/details"]
    kept = {form: client.get(form) for form in forms}
    assert any("switchboard" in answer.content.decode() for answer in kept.values())

    redaction_rules.make_rule(
        scope="request", target=thread.foi_request.pk, pattern="switchboard", is_regex=False,
        replacement="[thing]", reason_code="personal", actor=make_staff(), now=timezone.now(),
    )  # fmt: skip
    redaction_rules.carry_through(now=timezone.now())

    for form, before in kept.items():
        for asked in ({}, {"if_none_match": before.headers.get("ETag", "")}):
            after = client.get(form, headers=asked)
            said = after.content.decode() + str(after.headers)
            assert (after.status_code, "switchboard" in said) == (200, False) or before.content == after.content, form
        assert ("switchboard" in before.content.decode()) == ("[thing]" in said), form


def test_what_came_and_what_was_written_is_kept_as_it_was(thread):
    row = InboundEmail.objects.get(pk=thread.row.pk)

    assert "canary.one@lanternmail.example" in thread.letter.body
    assert "07700 900131" in thread.foi_request.messages.first().body
    assert Attachment.objects.filter(given_name="Zebedee Quill 2009.txt").exists()
    assert row.message == thread.letter


def test_the_search_for_canaries_finds_them_where_they_are(thread):
    for canary in [
        "Canary One@x",
        "0 7 7 0 0 900101",
        "07700&#160;900 101",
        "QQ 12 34 56 C",
        "Zebedee\n> Quill",
        "%63anary",
    ]:
        assert leaks(canary)
