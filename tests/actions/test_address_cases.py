"""Mail that fails at one address of an authority: one case, sent again with one press, closed when all arrived."""

import importlib
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from requests_app.actions import address_cases, cases, delivery, moderation, receipt, undelivered
from requests_app.mail import compose
from requests_app.models import Case, CaseKind, FOIRequest, NotAllowed, OutboundEmail, Status
from requests_app.selectors import moderation_undelivered
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def authority():
    return factories.make_authority(email="foi@council.example")


@pytest.fixture
def staff():
    return factories.make_staff()


def sent(authority, count: int = 1) -> list[OutboundEmail]:
    """The first letters of so many requests, taken by our own mail server."""
    rows = []
    for number in range(count):
        foi_request = factories.make_request(f"Request {number}", authority=authority, received=False)
        rows.append(compose.post_letter(foi_request.messages.get()))
        delivery.deliver(rows[-1].pk)
    return rows


def bounce(row: OutboundEmail, reason: str = "550 5.1.1 no such user") -> None:
    undelivered.note_bounce(outbound_id=row.pk, reason=reason, now=timezone.now())


def the_case() -> Case:
    return Case.objects.get(kind=CaseKind.UNDELIVERABLE)


def press(staff, email: str):
    return moderation.correct_address_and_resend(case_id=the_case().pk, email=email, actor=staff, now=timezone.now())


def test_given_ten_letters_that_come_back_then_there_is_one_case_that_lists_them_with_their_evidence(authority):
    rows = sent(authority, 10)

    for row in rows:
        bounce(row, f"550 5.1.1 number {row.pk}")

    page = moderation_undelivered.load(the_case(), now=timezone.now())
    assert the_case().thing_id == authority.addresses.get().pk
    assert [letter.tries[0].bounce_reason for letter in page.letters] == [f"550 5.1.1 number {row.pk}" for row in rows]
    assert page.waiting == 10 and page.last_through is None


def test_given_a_corrected_address_then_every_letter_goes_there_once_and_the_case_closes_when_all_arrived(
    authority, staff
):
    for row in sent(authority, 3):
        bounce(row)

    done = press(staff, "desk@council.example")

    assert [row.to_address for row in done.sent] == ["desk@council.example"] * 3 and not done.kept
    assert not press(staff, "desk@council.example").sent  # pressed twice: nothing goes twice
    for row in done.sent:
        assert the_case().closed_at is None
        delivery.deliver(row.pk)
    assert the_case().closed_at is not None and the_case().closed_by is None
    assert FOIRequest.objects.filter(received_on=None).count() == 0


def test_given_a_mail_server_of_ours_only_then_the_case_waits_for_the_time_in_which_letters_come_back(
    authority, staff, settings
):
    settings.RECEIPT_WAIT_HOURS = 24
    (row,) = sent(authority)
    bounce(row)

    (again,) = press(staff, "foi@council.example").sent
    delivery.deliver(again.pk)

    now = timezone.now()
    assert address_cases.close_all_well(now=now + 23 * HOUR) == 0
    assert address_cases.close_all_well(now=now + 25 * HOUR) == 1


def test_given_a_delivery_that_is_confirmed_then_the_case_closes_at_once(authority, staff, settings):
    settings.RECEIPT_WAIT_HOURS = 24
    (row,) = sent(authority)
    bounce(row)
    (again,) = press(staff, "foi@council.example").sent
    delivery.deliver(again.pk)

    receipt.note_delivered(outbound_id=again.pk, evidence="dsn", at=timezone.now())

    assert the_case().closed_at is not None


def test_given_the_new_address_is_dead_too_then_the_case_moves_there(authority, staff):
    (row,) = sent(authority)
    bounce(row)
    first = the_case()
    (again,) = press(staff, "desk@council.example").sent
    delivery.deliver(again.pk)
    bounce(again)

    open_one = Case.objects.open().get()
    assert open_one.pk != first.pk
    assert authority.addresses.get(pk=open_one.thing_id).email == "desk@council.example"


def test_given_letters_that_need_no_sending_then_they_stay_with_the_reason(authority, staff):
    withdrawn, answered, suspended, wanted = sent(authority, 4)
    for row in (withdrawn, answered, suspended, wanted):
        bounce(row)
    FOIRequest.objects.filter(pk=withdrawn.foi_request_id).update(status=Status.WITHDRAWN)
    factories.make_letter(answered.foi_request, at=timezone.now())
    moderation.suspend(
        user=suspended.foi_request.requester,
        reason_code="abusive",
        public_wording="Misuse.",
        actor=staff,
        now=timezone.now(),
    )

    done = press(staff, "desk@council.example")

    assert [row.message_id for row in done.sent] == [wanted.message_id]
    assert done.kept == {
        withdrawn.message_id: "withdrawn",
        answered.message_id: "answered",
        suspended.message_id: "suspended",
    }
    page = moderation_undelivered.load(the_case(), now=timezone.now())
    assert [bool(letter.was_kept) for letter in page.letters] == [True, True, True, False]


def test_given_a_letter_that_is_tried_again_when_the_address_is_corrected_then_it_goes_there_instead(authority, staff):
    stuck, returned = sent(authority, 2)
    OutboundEmail.objects.filter(pk=stuck.pk).update(state="queued", accepted_at=None, last_error="451 try later")
    bounce(returned)

    kept = press(staff, "foi@council.example")
    assert kept.kept == {stuck.message_id: "under_way"}

    done = press(staff, "desk@council.example")
    stuck.refresh_from_db()
    assert stuck.state == "cancelled"
    assert stuck.message_id in [row.message_id for row in done.sent]


def test_given_a_notice_of_ours_that_came_back_then_the_case_closes_when_mail_gets_through_again(authority):
    (letter,) = sent(authority)
    notice = compose.post(
        "overdue_authority", to="foi@council.example", kind="notice", foi_request=letter.foi_request, context={}
    )
    bounce(notice)
    assert the_case().closed_at is None and not the_case().urgent

    sent(authority)

    assert the_case().closed_at is not None


def test_given_a_closed_case_when_the_button_is_pressed_then_nothing_changes(authority, staff):
    (row,) = sent(authority)
    bounce(row)
    moderation.close_case(case_id=the_case().pk, actor=staff, now=timezone.now())

    with pytest.raises(NotAllowed, match="closed"):
        press(staff, "desk@council.example")

    assert authority.addresses.count() == 1


@pytest.mark.parametrize("count", [1, 12])
def test_given_few_or_many_letters_when_the_case_is_shown_then_the_queries_are_as_many(
    authority, django_assert_num_queries, count
):
    for row in sent(authority, count):
        bounce(row)
    case = the_case()

    with django_assert_num_queries(7):
        moderation_undelivered.load(case, now=timezone.now())


def test_given_open_cases_about_letters_when_they_are_merged_then_the_oldest_is_about_the_address(authority, staff):
    merge = importlib.import_module("requests_app.migrations.0025_one_case_per_address").merge
    other = factories.make_authority(email="other@council.example")
    now = timezone.now()
    rows = [*sent(authority, 3), *sent(other)]
    made = [
        cases.open_case(
            CaseKind.UNDELIVERABLE,
            "outbound_email",
            row.pk,
            foi_request=row.foi_request,
            urgent=number == 2,
            now=now - number * HOUR,
        )
        for number, row in enumerate(rows)
    ]
    cases.take_case(case_id=made[0].pk, owner=staff)

    merge(apps, None)
    merge(apps, None)

    first, alone = Case.objects.open().order_by("-pk")[1], Case.objects.open().order_by("-pk")[0]
    assert Case.objects.open().count() == 2
    assert (first.pk, first.thing_type, first.thing_id) == (
        made[2].pk,
        "authority_address",
        authority.addresses.get().pk,
    )
    assert (first.urgent, first.owner, first.opened_at) == (True, staff, now - 2 * HOUR)
    assert (alone.pk, alone.thing_id, alone.owner) == (made[3].pk, other.addresses.get().pk, None)
    assert {case.details["merged_into"] for case in Case.objects.exclude(closed_at=None)} == {first.pk}


def test_given_mail_of_ours_to_somebody_else_about_a_request_then_it_is_no_address_of_the_authority(authority):
    (row,) = sent(authority)
    notice = compose.post(
        "overdue_authority", to="somebody@people.example", kind="notice", foi_request=row.foi_request, context={}
    )

    bounce(notice)

    assert authority.addresses.count() == 1 and not Case.objects.exists()
