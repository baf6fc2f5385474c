"""The ledger for staff: all rows, each decision by its button, words needed, and few queries."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from requests_app.actions import objections, outcomes
from requests_app.actions.deadlines import note
from requests_app.models import Basis, ClockEvent, Decision, DecisionNote
from tests.factories import make_authority, make_letter, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
WHY = "public_wording"


@pytest.fixture
def staff(client):
    staff = make_staff()
    client.force_login(staff)
    return staff


def test_given_each_decision_when_its_button_is_pressed_then_it_is_made(client, staff):
    foi_request = make_request(authority=make_authority(is_school=True))
    path = f"/moderation/request/{foi_request.pk}/clock/"
    assert path in client.get(f"/moderation/request/{foi_request.pk}/").content.decode()
    asked = [
        ("receipt", {"on": "2011-06-17"}, "receipt_noted"),
        ("last_day", {"until": "2011-08-31"}, "last_day_set"),
        ("school", {"first": "2011-07-25", "last": "2011-08-26"}, "school_closed"),
        ("law", {"regime": "foia"}, "law_changed"),
    ]

    for do, fields, kind in asked:
        bare = client.post(path, {"do": do, **{f"{do}-{name}": value for name, value in fields.items()}})
        assert bare.status_code == 422 and "Write why" in bare.content.decode()
        data = {f"{do}-{name}": value for name, value in {**fields, WHY: f"Because of {do}."}.items()}
        assert client.post(path, {"do": do, **data}).url == path
        assert foi_request.events.filter(kind=kind).count() == 1

    row = ClockEvent.objects.get(kind="due_overridden")
    client.post(path, {"do": "take_back", "take_back-row": row.pk, "take_back-public_wording": "A slip."})
    page = client.get(path).content.decode()
    assert "taken back on" in page and "Because of last_day." in page and "A slip." in page
    assert Decision.objects.filter(actor=staff).count() == 5
    public = client.get(f"/request/{foi_request.slug}/deadline").content.decode()
    assert "Because of receipt." in public and "A slip." in public
    history = client.get(f"/request/{foi_request.slug}/details").content.decode()
    assert "Our staff set the last day to answer for this request alone" in history
    assert "from Freedom of Information Act 2000 (schools) to Freedom of Information Act 2000" in history
    for do in ("receipt", "last_day", "school", "law"):
        assert f"our staff wrote: Because of {do}." in history
    assert "our staff wrote: A slip." in history
    assert (
        "The request runs under another law, counted from the same receipt: Freedom of Information Act 2000, not "
        "Freedom of Information Act 2000 (schools)." in public
    )
    assert public.count("Note by our staff: Because of law.") == 1
    DecisionNote.objects.update(public_wording="")
    for page in ("details", "deadline"):
        erased = client.get(f"/request/{foi_request.slug}/{page}").content.decode()
        assert "our staff wrote" not in erased and "Because of law." not in erased


def test_given_a_row_that_our_staff_let_stand_then_why_is_read_by_everybody(client):
    officer = make_officer()
    foi_request = make_request(authority=officer.authority)
    letter = make_letter(foi_request)
    outcomes.describe_letter(
        message_id=letter.pk, described_as="clarification", side="authority", actor=officer.user, now=letter.at
    )
    claim = ClockEvent.objects.get(kind="clarification_requested")
    objections.do_not_agree(foi_request_id=foi_request.pk, event_id=claim.pk, actor=foi_request.requester)
    before = client.get(f"/request/{foi_request.slug}/deadline").content.decode()
    objections.settle_dispute(
        event_id=claim.pk, stands=True, public_wording="They cannot find it.", actor=make_staff(), now=timezone.now()
    )

    public = client.get(f"/request/{foi_request.slug}/deadline").content.decode()
    history = client.get(f"/request/{foi_request.slug}/details").content.decode()

    assert "What our staff decided" not in before
    assert "A row of the ledger stands: The authority asked a question." in public
    assert "Note by our staff: They cannot find it." in public
    assert "our staff wrote: They cannot find it." in history


def test_given_a_refusal_when_pressed_then_it_is_said_in_words(client, staff):
    foi_request = make_request()

    response = client.post(
        f"/moderation/request/{foi_request.pk}/clock/",
        {"do": "receipt", "receipt-on": "2011-06-01", "receipt-public_wording": "Their log."},
    )

    assert response.status_code == 422 and "was sent on 16 June 2011" in response.content.decode()
    assert client.get("/moderation/request/999999/clock/").status_code == 404


def test_given_an_open_fee_when_a_day_is_set_then_it_says_from_when_that_counts(client, staff):
    now = timezone.now()
    foi_request = make_request(sent_at=now)
    due = foi_request.due_on
    note(foi_request=foi_request, kind="fees_notice", on=timezone.localdate(now), basis=Basis.OFFICER)
    until = due + timedelta(days=7)

    path = f"/moderation/request/{foi_request.pk}/clock/"
    data = {"do": "last_day", "last_day-until": until.isoformat(), "last_day-public_wording": "Held abroad."}
    page = client.post(path, data, follow=True).content.decode()

    assert f"{until:%-d %B %Y} is set. It counts once the fee is paid; until then no last day runs." in page
    assert "No last day runs now." in page and f"{until:%-d %B %Y} was set, and counts once the fee is paid." in page
    foi_request.refresh_from_db()
    assert foi_request.due_on is None
    note(foi_request=foi_request, kind="fee_paid", on=timezone.localdate(now), basis=Basis.REQUESTER)
    assert foi_request.due_on == until
    assert "counts once the fee is paid" not in client.get(path).content.decode()


def test_given_an_open_question_when_the_only_receipt_is_taken_back_then_headline_and_ledger_agree(client, staff):
    foi_request = make_request("Lamp posts by street", requester=make_user("Rosa Quester"))
    letter = make_letter(foi_request)
    outcomes.describe_letter(
        message_id=letter.pk, described_as="clarification", side="requester", actor=foi_request.requester, now=letter.at
    )
    row = ClockEvent.objects.get(kind="received")
    words = {"take_back-row": row.pk, "take_back-public_wording": "Not proved."}
    client.post(f"/moderation/request/{foi_request.pk}/clock/", {"do": "take_back", **words})
    client.logout()

    page = client.get(f"/request/{foi_request.slug}").content.decode()
    why = client.get(f"/request/{foi_request.slug}/deadline").content.decode()

    assert "has asked Rosa Quester to clarify. It is not known when it received the request" in page
    assert "starts again when" not in page + why
    assert f'href="/request/{foi_request.slug}/deadline"' in page
    assert "This changes nothing." in why and "We do not know yet when the request arrived." in why
    client.force_login(foi_request.requester)
    own = client.get(f"/request/{foi_request.slug}").content.decode()
    assert "has asked you to clarify. It is not known when it received the request" in own


@pytest.mark.parametrize("rows", [1, 40])
def test_queries_do_not_grow_with_the_ledger(client, staff, django_assert_max_num_queries, rows):
    foi_request = make_request()
    for number in range(rows):
        on = date(2011, 6, 17) + timedelta(days=number)
        note(foi_request=foi_request, kind="clarification_requested", on=on, basis=Basis.STAFF, actor=staff)

    with django_assert_max_num_queries(7):
        assert client.get(f"/moderation/request/{foi_request.pk}/clock/").status_code == 200
