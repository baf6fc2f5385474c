"""Complain to the regulator: who may open it, what it says and when, and the bundle that goes with it."""

import hashlib
import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate
from pypdf import PdfReader

from requests_app.actions.deadlines import note
from requests_app.actions.holidays import seed_bank_holidays
from requests_app.models import Direction, FOIRequest, Message, Prominence, Standing, Status
from requests_app.permissions import as_party
from requests_app.selectors.clock_words import standing_of
from requests_app.selectors.complaint import advice, regulator_of
from requests_app.selectors.complaint_bundle import bundle
from requests_app.selectors.request_page import load
from tests.factories import (
    make_annotation,
    make_authority,
    make_file,
    make_letter,
    make_request,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(db, settings, tmp_path):
    seed_bank_holidays()
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def at(day: int, month: int = 7, hour: int = 10) -> datetime:
    return datetime(2011, month, day, hour, 0, tzinfo=UTC)


def described(letter: Message, as_what: str) -> Message:
    Message.objects.filter(pk=letter.pk).update(described_as=as_what)
    return letter


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def get_bundle(client: Client, foi_request: FOIRequest, form: str) -> bytes:
    response = client.get(f"/request/{foi_request.slug}/complaint/bundle.{form}?on={localdate().isoformat()}")
    assert response.status_code == 200
    return body_of(response)


@pytest.mark.parametrize("form", ["pdf", "zip"])
@pytest.mark.parametrize("on", ["0001-01-01", "1066-10-14", "9999-12-31", "", "x"])
def test_given_a_day_that_no_bundle_has_then_it_leads_to_todays(client, form, on):
    foi_request = make_request()
    client.force_login(foi_request.requester, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = client.get(f"/request/{foi_request.slug}/complaint/bundle.{form}?on={on}")

    assert response.url.endswith(f"?on={localdate().isoformat()}")


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def advised(foi_request: FOIRequest, on: date):
    foi_request.refresh_from_db()
    page = load(foi_request.slug, user=foi_request.requester, today=on)
    return advice(page, standing_of(foi_request.clock), today=on)


def scottish_request() -> FOIRequest:
    return make_request(authority=make_authority(standing=Standing.FOISA))


# ---- who ----


@pytest.mark.parametrize("path", ["", "/bundle.pdf", "/bundle.zip"])
def test_given_anybody_but_the_requester_then_it_is_not_there(path):
    foi_request = make_request()
    address = f"/request/{foi_request.slug}/complaint{path}"
    assert Client().get(address).headers["Location"].startswith("/account/login/")
    assert signed_in(make_user()).get(address).status_code == 404
    assert signed_in(make_staff()).get(address).status_code == 404


def test_given_a_letter_hidden_from_all_then_not_even_a_requester_of_our_staff_gets_it():
    staff = make_staff()
    foi_request = make_request(requester=staff)
    hidden = make_letter(foi_request, body="An UNSPEAKABLE thing.")
    type(hidden).objects.filter(pk=hidden.pk).update(
        prominence=Prominence.NOBODY, concealed_reason="personal", concealed_wording="It named a child."
    )
    text = words_of(get_bundle(signed_in(staff), foi_request, "pdf"))
    assert "UNSPEAKABLE" not in text
    assert "It named a child." in text
    assert as_party(staff).is_staff is False
    assert staff.is_staff is True


# ---- what it says ----


def test_given_a_request_not_yet_late_then_it_is_too_early(client):
    said = advised(make_request(), date(2011, 7, 15))
    assert (said.verdict, said.code, said.first) == ("early", "running", None)
    assert "Friday 15 July 2011" in said.why[0]


def test_given_silence_after_the_day_then_now_and_a_reminder_first_until_one_was_sent():
    foi_request = make_request()
    said = advised(foi_request, date(2011, 7, 16))
    assert (said.verdict, said.code, said.first.label) == ("now", "silence", "Send a polite reminder")
    make_letter(foi_request, Direction.OUTGOING, "Any news?", at=at(15))
    assert advised(foi_request, date(2011, 7, 18)).reminders == ()
    reminder = make_letter(foi_request, Direction.OUTGOING, "Any news now?", at=at(18))
    said = advised(foi_request, date(2011, 7, 19))
    assert (said.verdict, said.first) == ("now", None)
    assert [letter.number for letter in said.reminders] == [reminder.pk]
    assert len(said.wrote_again) == 2


def test_given_an_extension_then_only_after_it_has_run_out():
    foi_request = make_request()
    note(
        foi_request=foi_request,
        kind="extension_claimed",
        on=date(2011, 7, 14),
        until=date(2011, 8, 5),
        basis="requester",
    )
    said = advised(foi_request, date(2011, 8, 5))
    assert (said.verdict, said.code) == ("early", "running-from")
    assert "Saturday 6 August 2011" in said.why[0]
    assert advised(foi_request, date(2011, 8, 6)).verdict == "now"


def test_given_a_letter_that_nobody_described_then_that_comes_first():
    foi_request = make_request()
    make_letter(foi_request, at=at(12))
    said = advised(foi_request, date(2011, 8, 1))
    assert (said.verdict, said.code) == ("early", "undescribed")
    assert "/describe/" in said.first.url


def test_given_an_answer_then_a_review_comes_first_and_after_its_outcome_six_weeks_run():
    foi_request = make_request()
    answer = described(make_letter(foi_request, at=at(12)), "answer")
    note(foi_request=foi_request, kind="responded", on=date(2011, 7, 12), basis="requester", message=answer)
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.ANSWERED)
    said = advised(foi_request, date(2011, 7, 20))
    assert (said.verdict, said.code) == ("early", "answered")
    assert said.first.url.endswith("?kind=internal_review")
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 7, 20), basis="requester")
    assert advised(foi_request, date(2011, 8, 1)).code == "review-runs"
    assert advised(foi_request, date(2011, 10, 1)).code == "review-unanswered"
    note(foi_request=foi_request, kind="ir_outcome", on=date(2011, 8, 10), basis="requester")
    said = advised(foi_request, date(2011, 9, 21))
    assert (said.verdict, said.code) == ("now", "review-answered")
    assert "by Wednesday 21 September 2011" in said.why[1]
    assert advised(foi_request, date(2011, 9, 22)).verdict == "late"


def test_given_scotland_then_silence_needs_a_review_first_and_the_commissioner_decides(settings):
    foi_request = scottish_request()
    said = advised(foi_request, date(2011, 8, 1))
    assert (said.verdict, said.code) == ("early", "silence-review-first")
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 8, 1), basis="requester")
    said = advised(foi_request, date(2011, 9, 1))
    assert (said.verdict, said.code) == ("now", "review-unanswered")
    assert "six months" in said.why[1]
    assert regulator_of("eir-scotland").name == settings.SCOTTISH_COMMISSIONER_NAME
    assert regulator_of("eir").name == settings.REGULATOR_NAME


def test_given_a_body_that_no_law_binds_then_there_is_nobody_to_complain_to():
    foi_request = make_request(authority=make_authority(standing=Standing.NONE))
    said = advised(foi_request, date(2012, 1, 1))
    assert (said.verdict, said.code) == ("none", "no-law")
    text = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint").content.decode()
    assert "regulator’s page" not in text
    assert "<textarea" not in text


def test_given_a_question_or_a_withdrawal_then_it_says_so():
    foi_request = make_request()
    note(foi_request=foi_request, kind="clarification_requested", on=date(2011, 6, 20), basis="requester")
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.AWAITING_CLARIFICATION)
    assert advised(foi_request, date(2011, 8, 1)).code == "asked"
    asked_to_pay = make_request()
    note(foi_request=asked_to_pay, kind="fees_notice", on=date(2011, 6, 20), basis="requester")
    assert advised(asked_to_pay, date(2011, 8, 1)).first.url.endswith("/fee-paid")
    assert advised(asked_to_pay, date(2012, 8, 1)).code == "lapsed"
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.WITHDRAWN)
    assert advised(foi_request, date(2011, 8, 1)).verdict == "none"
    assert advised(make_request(received=False), date(2011, 8, 1)).code == "not-received"


def test_given_silence_then_the_words_to_copy_are_facts_with_days_and_law():
    foi_request = make_request("Grit <b>& salt</b>")
    make_letter(foi_request, Direction.OUTGOING, "Any news?", at=at(18))
    text = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint").content.decode()
    words = text.partition("<textarea")[2].partition("</textarea>")[0]
    assert "I complain under the Freedom of Information Act 2000 section 50." in words
    assert "Grit &lt;b&gt;&amp; salt&lt;/b&gt;" in words
    assert "by Friday 15 July 2011 (Freedom of Information Act 2000 section 10(1) and 10(6))" in words
    assert "I wrote again on Monday 18 July 2011." in words
    assert "No answer had come by" in words
    assert foi_request.requester.public_name in words


# ---- the bundle ----


def a_thread() -> FOIRequest:
    foi_request = make_request("Playground inspections since 2008")
    make_letter(foi_request, body="Only an acknowledgement, from someone@council.example.", at=at(17, 6))
    make_letter(foi_request, Direction.OUTGOING, "Any news?", at=at(18))
    answer = described(make_letter(foi_request, body="Here are the figures.", at=at(20)), "answer")
    make_file(answer, "figures.csv", b"year,number\n2008,4\n", content_type="text/csv")
    make_file(answer, "figures.csv", b"year,number\n2009,5\n", content_type="text/csv")
    note(foi_request=foi_request, kind="responded", on=date(2011, 7, 20), basis="requester", message=answer)
    make_annotation(foi_request, body="A REMARK by somebody.")
    foi_request.refresh_from_db()
    return foi_request


def test_given_a_thread_then_the_chronology_is_in_order_and_every_letter_is_whole():
    foi_request = a_thread()
    text = words_of(get_bundle(signed_in(foi_request.requester), foi_request, "pdf"))
    told = text.partition("What happened, in order")[2].partition("What happened, in order")[2]
    order = [
        "Sent the request (letter 1).",
        "The request was received.",
        "Wrote (letter 2).",
        "Wrote again (letter 3).",
        "Wrote (letter 4). An answer. With 2 files.",
        "The authority answered.",
    ]
    places = [told.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    assert "Please send me the dates of every playground inspection." in text
    assert "Here are the figures." in text
    assert "someone@council.example" not in text
    assert "A REMARK" not in text
    assert "bank holiday in Northern Ireland" in text


def test_given_the_same_day_then_both_are_the_same_to_the_byte():
    foi_request = a_thread()
    client = signed_in(foi_request.requester)
    for form in ("pdf", "zip"):
        assert get_bundle(client, foi_request, form) == get_bundle(client, foi_request, form)


def test_given_the_zip_then_its_list_of_sums_is_true_and_the_pdf_is_the_pdf():
    foi_request = a_thread()
    client = signed_in(foi_request.requester)
    archive = zipfile.ZipFile(io.BytesIO(get_bundle(client, foi_request, "zip")))
    assert archive.testzip() is None
    names = archive.namelist()
    assert names[:2] == ["README.txt", "bundle.pdf"]
    assert "letters/004-2011-07-20-received/1-figures.csv" in names
    assert "letters/004-2011-07-20-received/2-figures.csv" in names
    assert archive.read("bundle.pdf") == get_bundle(client, foi_request, "pdf")
    sums = dict(
        reversed(line.split("  ", 1))
        for line in archive.read("README.txt").decode().splitlines()
        if re.match("[0-9a-f]{64}  ", line)
    )
    assert set(sums) == set(names) - {"README.txt"}
    assert all(hashlib.sha256(archive.read(name)).hexdigest() == said for name, said in sums.items())


def test_given_a_letter_for_the_two_sides_then_it_is_there_and_marked():
    foi_request = make_request()
    letter = make_letter(foi_request, body="A QUARRELSOME letter.")
    type(letter).objects.filter(pk=letter.pk).update(
        prominence=Prominence.PARTIES, concealed_reason="personal", concealed_wording="It names a person."
    )
    text = words_of(get_bundle(signed_in(foi_request.requester), foi_request, "pdf"))
    assert "QUARRELSOME" in text
    assert "Others see: It names a person." in text
    assert "Do not publish this bundle." in text


def test_given_a_file_that_is_held_then_its_bytes_are_not_in_the_zip():
    foi_request = make_request()
    make_file(make_letter(foi_request), "check.txt", b"HELD BACK", release="held")
    archive = zipfile.ZipFile(io.BytesIO(get_bundle(signed_in(foi_request.requester), foi_request, "zip")))
    assert not any("check" in name for name in archive.namelist())
    assert "held for a check" in archive.read("letters/002-2011-06-16-received/letter.txt").decode()


@pytest.mark.parametrize("on", ["", "?on=2999-01-01", "?on=2000-01-01", "?on=yesterday"])
def test_given_no_day_or_one_that_cannot_be_then_it_leads_to_today(on):
    foi_request = make_request()
    response = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint/bundle.pdf{on}")
    assert response.status_code == 302
    assert response.headers["Location"].endswith(f"/complaint/bundle.pdf?on={localdate().isoformat()}")


def test_given_too_many_tries_then_the_page_says_when_to_go_on(monkeypatch):
    monkeypatch.setattr("requests_app.views.requester_complaint.MOST", 1)
    foi_request = make_request()
    client = signed_in(foi_request.requester)
    get_bundle(client, foi_request, "pdf")
    response = client.get(f"/request/{foi_request.slug}/complaint/bundle.pdf?on={localdate().isoformat()}")
    assert response.status_code == 429
    assert "Try again in" in response.content.decode()


@pytest.mark.parametrize(("path", "queries"), [("complaint", 9), ("complaint/bundle.zip", 21)])
def test_given_a_long_thread_then_no_more_queries(path, queries, django_assert_num_queries):
    small, large = make_request(), make_request()
    for number in range(12):
        make_file(described(make_letter(large, at=at(number + 1)), "other"), "a.txt", f"{number}".encode())
    for foi_request in (small, large):
        client = signed_in(foi_request.requester)
        address = f"/request/{foi_request.slug}/{path}?on={localdate().isoformat()}"
        body_of(client.get(address))
        with django_assert_num_queries(queries):
            response = client.get(address)
            body_of(response)
        assert response.status_code == 200


def test_given_the_page_then_words_to_copy_only_once_a_complaint_makes_sense():
    early, late = make_request(sent_at=timezone.now()), make_request()
    reminder = make_letter(late, Direction.OUTGOING, "Any news?", at=at(18))
    for foi_request, shown in ((early, False), (late, True)):
        text = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint").content.decode()
        assert ("<textarea" in text) is shown
        assert "/complaint/bundle.pdf?on=" in text
    assert f"#outgoing-{reminder.pk}" in text
    assert "after the answer was due" in text


def test_given_the_requesters_own_page_then_it_leads_there_and_nobody_elses_does():
    foi_request = make_request()
    address = f"/request/{foi_request.slug}/complaint"
    assert address in signed_in(foi_request.requester).get(f"/request/{foi_request.slug}").content.decode()
    assert address not in Client().get(f"/request/{foi_request.slug}").content.decode()


def test_given_a_question_back_then_the_bundle_speaks_of_the_requester_by_name():
    foi_request = make_request()
    note(foi_request=foi_request, kind="clarification_requested", on=date(2011, 6, 20), basis="requester")
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.AWAITING_CLARIFICATION)
    text = words_of(get_bundle(signed_in(foi_request.requester), foi_request, "pdf"))
    assert f"has asked {foi_request.requester.public_name} to clarify" in text
    assert "asked you to clarify" not in text


def words_to_copy(foi_request) -> list[str]:
    text = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint").content.decode()
    return text.partition("<textarea")[2].partition("</textarea>")[0].splitlines()


def test_given_reply_reminder_and_review_then_the_letter_has_each_once_in_order_of_day():
    foi_request = make_request("Grit")
    described(make_letter(foi_request, body="Which streets?", at=at(20, 6)), "clarification")
    make_letter(foi_request, Direction.OUTGOING, "All of them.", at=at(21, 6))
    make_letter(foi_request, Direction.OUTGOING, "Any news?", at=at(25))
    review = make_letter(foi_request, Direction.OUTGOING, "A review, please.", at=at(27))
    Message.objects.filter(pk=review.pk).update(kind="internal_review")
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 7, 27), basis="requester", message=review)

    facts = [line[2:] for line in words_to_copy(foi_request) if line.startswith("- ")][1:]

    assert [fact.partition(" on ")[0] for fact in facts] == [
        "Sent",
        "Received",
        "I replied to the authority’s question",
        "An answer was due promptly and by Friday 15 July 2011 (Freedom of Information Act 2000 section 10(1) and "
        "10(6)).",
        "I wrote again",
        "I asked for an internal review",
        facts[-1].partition(" on ")[0],
    ]
    assert facts[-1].startswith("The review had not been answered by")
    page = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint").content.decode()
    tried = page.partition("These letters of yours show it:")[2].partition("</ul>")[0]
    assert "Monday 25 July 2011" in tried and "Wednesday 27 July 2011" in tried and "21 June" not in tried


def test_given_a_reply_to_a_question_alone_then_it_is_not_called_trying_to_resolve_it():
    foi_request = make_request("Grit")
    described(make_letter(foi_request, body="Which streets?", at=at(20)), "clarification")
    make_letter(foi_request, Direction.OUTGOING, "All of them.", at=at(21))

    page = signed_in(foi_request.requester).get(f"/request/{foi_request.slug}/complaint").content.decode()

    assert "You have not written again since your request." in page
    assert "Send a polite reminder" in page


def test_given_a_file_that_is_gone_from_the_store_then_the_zip_comes_whole_with_a_note():
    foi_request = a_thread()
    file = foi_request.messages.get(described_as="answer").attachments.first()
    file.content.storage.delete(file.content.name)

    response = signed_in(foi_request.requester).get(
        f"/request/{foi_request.slug}/complaint/bundle.zip?on={localdate().isoformat()}"
    )
    archive = zipfile.ZipFile(io.BytesIO(body_of(response)))

    assert archive.testzip() is None
    (gone,) = [name for name in archive.namelist() if name.endswith(".missing.txt")]
    assert "figures.csv cannot be read in the file store" in archive.read(gone).decode()
    public = zipfile.ZipFile(io.BytesIO(body_of(Client().get(f"/request/{foi_request.slug}.zip"))))
    assert public.testzip() is None
    assert [name for name in public.namelist() if name.endswith(".missing.txt")]


def test_given_a_change_of_law_then_the_chronology_tells_it_in_whole_sentences():
    foi_request = a_thread()
    foi_request.events.create(
        kind="due_date_moved", at=at(2, 7), data={"from": "2011-07-15", "to": "2011-07-18", "why": "law"}
    )
    page = load(foi_request.slug, user=as_party(foi_request.requester), today=localdate(), texts=True)

    told = [line.what for line in bundle(page, foi_request, today=localdate()).chronology]

    (moved,) = [what for what in told if "another law" in what]
    assert moved.endswith("from 15 July 2011 to 18 July 2011. The request runs under another law now.")
    assert not [what for what in told if ".." in what]


def test_given_a_review_asked_for_after_its_last_day_then_it_says_that_it_may_be_declined():
    foi_request = make_request("Grit")
    note(foi_request=foi_request, kind="responded", on=date(2011, 7, 11), basis="requester")
    note(foi_request=foi_request, kind="ir_requested", on=date(2011, 10, 3), basis="requester")
    FOIRequest.objects.filter(pk=foi_request.pk).update(status=Status.INTERNAL_REVIEW)

    said = advised(foi_request, date(2011, 10, 10))

    assert said.code == "review-runs" and "so " + foi_request.authority.name + " may decline it." in said.why[1]
    note(foi_request=foi_request, kind="ir_outcome", on=date(2011, 10, 20), basis="requester")
    assert not [words for words in advised(foi_request, date(2011, 10, 21)).why if "decline" in words]
