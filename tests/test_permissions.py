"""Each rule of who may see what: every kind of person against every prominence, on a real database."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from requests_app import permissions
from requests_app.models import (
    Annotation,
    Attachment,
    Decision,
    DecisionKind,
    FOIRequest,
    Message,
    NotAllowed,
    Prominence,
    ReasonCode,
    Release,
    Sanction,
    Status,
)

from .factories import make_annotation, make_file, make_letter, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db

PUBLIC = {"anonymous", "stranger", "requester", "officer", "former officer", "staff", "suspended staff", "inactive"}
PARTIES = {"requester", "officer", "staff"}
NOBODY = {"staff"}
WHO_SEES = [(Prominence.PUBLIC, PUBLIC), (Prominence.PARTIES, PARTIES), (Prominence.NOBODY, NOBODY)]


def suspend(user, wording="Letters were sent in another person's name.") -> Sanction:
    decision = Decision.objects.create(
        kind=DecisionKind.SUSPEND,
        actor=user,
        reason_code=ReasonCode.ABUSIVE,
        thing_type="user",
        thing_id=user.pk,
    )
    return Sanction.objects.create(
        user=user, reason_code=ReasonCode.ABUSIVE, public_wording=wording, started_by=decision
    )


@pytest.fixture
def foi_request():
    return make_request()


@pytest.fixture
def people(foi_request):
    """Everybody who may come by, by what they are to this request. Another request has other parties."""
    make_officer(user=make_user("Not Ours"))
    former = make_officer(foi_request.authority)
    former.ended_at = timezone.now()
    former.save()
    suspended = make_staff()
    suspend(suspended)
    inactive = foi_request.requester.__class__.objects.get(pk=make_staff().pk)
    inactive.is_active = False
    inactive.save()
    return {
        "anonymous": AnonymousUser(),
        "stranger": make_user(),
        "requester": foi_request.requester,
        "officer": make_officer(foi_request.authority).user,
        "former officer": former.user,
        "staff": make_staff(),
        "suspended staff": suspended,
        "inactive": inactive,
    }


def seen(people, rule, thing) -> set[str]:
    return {who for who, user in people.items() if thing.__class__.objects.filter(rule(user), pk=thing.pk).exists()}


def conceal(thing, prominence) -> None:
    """Hide a row as a Decision would, past the actions, since only the rule is under test."""
    thing.__class__.objects.filter(pk=thing.pk).update(
        prominence=prominence, concealed_reason="personal", concealed_wording="It named a child."
    )


@pytest.mark.parametrize(("prominence", "who"), WHO_SEES)
def test_given_a_prominence_when_each_person_looks_for_the_request_then_exactly_these_find_it(
    foi_request, people, prominence, who
):
    conceal(foi_request, prominence)

    assert seen(people, permissions.visible_to, foi_request) == who


@pytest.mark.parametrize(("prominence", "who"), WHO_SEES)
def test_given_a_hidden_letter_when_each_person_looks_then_exactly_these_find_it(foi_request, people, prominence, who):
    letter = make_letter(foi_request)
    conceal(letter, prominence)

    assert seen(people, permissions.visible_letters, letter) == who


@pytest.mark.parametrize(("prominence", "who"), WHO_SEES)
def test_given_a_hidden_annotation_when_each_person_looks_then_exactly_these_find_it(
    foi_request, people, prominence, who
):
    annotation = make_annotation(foi_request)
    conceal(annotation, prominence)

    assert seen(people, permissions.visible_annotations, annotation) == who


@pytest.mark.parametrize(("prominence", "who"), WHO_SEES)
def test_given_a_hidden_file_when_each_person_looks_then_exactly_these_find_it(foi_request, people, prominence, who):
    file = make_file(make_letter(foi_request))
    conceal(file, prominence)

    assert seen(people, permissions.visible_files, file) == who


@pytest.mark.parametrize(("prominence", "who"), WHO_SEES)
def test_given_a_hidden_request_when_its_parts_are_looked_for_then_they_are_hidden_with_it(
    foi_request, people, prominence, who
):
    letter = make_letter(foi_request)
    file, annotation = make_file(letter), make_annotation(foi_request)
    conceal(foi_request, prominence)

    assert seen(people, permissions.visible_letters, letter) == who
    assert seen(people, permissions.visible_annotations, annotation) == who
    assert seen(people, permissions.visible_files, file) == who


@pytest.mark.parametrize(("prominence", "who"), WHO_SEES)
def test_given_a_hidden_letter_when_its_file_is_looked_for_then_it_is_hidden_with_it(
    foi_request, people, prominence, who
):
    letter = make_letter(foi_request)
    file = make_file(letter)
    conceal(letter, prominence)

    assert seen(people, permissions.visible_files, file) == who


@pytest.mark.parametrize("release", sorted(set(Release) - {Release.PUBLIC}))
def test_given_a_file_not_released_when_each_person_looks_then_only_staff_find_it(foi_request, people, release):
    file = make_file(make_letter(foi_request), release=release)

    assert seen(people, permissions.visible_files, file) == {"staff"}


def test_given_a_request_when_its_parties_are_asked_then_nobody_else_is_one(foi_request, people):
    assert seen(people, permissions.requested_by, foi_request) == {"requester"}
    assert seen(people, permissions.answerable_by, foi_request) == {"officer"}


def test_given_several_officers_when_hidden_things_are_listed_then_no_row_is_repeated(foi_request, people):
    make_officer(foi_request.authority)
    letter = make_letter(foi_request)
    make_file(letter), make_annotation(foi_request)
    officer = people["officer"]

    assert FOIRequest.objects.filter(permissions.visible_to(officer)).count() == 1
    assert Message.objects.filter(permissions.visible_letters(officer)).count() == 2
    assert Attachment.objects.filter(permissions.visible_files(officer)).count() == 1
    assert Annotation.objects.filter(permissions.visible_annotations(officer)).count() == 1


def test_given_people_when_asked_who_is_staff_then_neither_suspended_nor_inactive_ones_are(people):
    assert {who for who, user in people.items() if permissions.is_staff(user)} == {"staff"}
    assert permissions.is_staff(None) is False


def test_given_nobody_when_looking_then_only_public_things_are_found(foi_request):
    hidden = make_request()
    conceal(hidden, Prominence.PARTIES)

    assert list(FOIRequest.objects.filter(permissions.visible_to(None))) == [foi_request]
    assert not FOIRequest.objects.filter(permissions.requested_by(None)).exists()
    assert not FOIRequest.objects.filter(permissions.answerable_by(None)).exists()


def test_given_a_suspension_when_asked_then_it_is_this_persons_and_still_runs(people):
    other, ended = make_user(), make_user()
    Sanction.objects.filter(pk=suspend(ended).pk).update(ended_at=timezone.now())
    running = suspend(other)

    assert permissions.suspension_of(other) == running
    assert permissions.suspension_of(ended) is None
    assert permissions.suspension_of(people["stranger"]) is None
    assert permissions.suspension_of(AnonymousUser()) is None
    assert permissions.suspension_of(None) is None


def test_given_a_suspended_person_when_writing_then_the_decisions_words_are_said():
    user = make_user()
    suspend(user, "You sent forty letters in a day.")

    with pytest.raises(NotAllowed) as refused:
        permissions.refuse_suspended(user, "send")

    assert str(refused.value) == (
        "Your account is suspended: You sent forty letters in a day. "
        "You can still read everything, and write to us to ask for a review."
    )


def test_given_a_person_in_good_standing_when_writing_then_nothing_stops_them(django_assert_num_queries):
    user = make_user()

    with django_assert_num_queries(1):
        assert permissions.refuse_suspended(user, "send") is None


STILL_ALLOWED = {"sign_in", "read", "write_to_us", "report", "stop_following", "change_own_account"}
FORBIDDEN = {"send", "describe", "annotate", "follow", "answer_as_officer", "become_officer", "act_as_staff"}


def test_given_a_suspended_person_when_each_deed_is_tried_then_the_table_of_effects_is_obeyed():
    user = make_user()
    suspend(user)

    for deed in STILL_ALLOWED:
        permissions.refuse_suspended(user, deed)
    for deed in FORBIDDEN | {"a deed that nobody named"}:
        with pytest.raises(NotAllowed):
            permissions.refuse_suspended(user, deed)

    assert set(permissions.SUSPENSION_EFFECTS) == STILL_ALLOWED | FORBIDDEN


def test_given_staff_as_a_party_then_the_powers_of_staff_are_gone_from_the_copy_only():
    staff = make_staff()
    theirs = make_request(requester=staff)
    FOIRequest.objects.filter(pk=theirs.pk).update(
        prominence=Prominence.NOBODY, concealed_reason="personal", concealed_wording="It named a child."
    )

    party = permissions.as_party(staff)

    assert (party.pk, party.is_staff) == (staff.pk, False)
    assert not permissions.is_staff(party) and permissions.is_staff(staff)
    seen = FOIRequest.objects.filter(pk=theirs.pk)
    assert not seen.filter(permissions.visible_to(party)).exists()
    assert seen.filter(permissions.visible_to(staff)).exists()


@pytest.mark.parametrize("make", [AnonymousUser, make_user, lambda: None], ids=["anonymous", "stranger", "nobody"])
def test_given_somebody_without_powers_as_a_party_then_it_is_the_same_person(make):
    user = make()

    assert permissions.as_party(user) is user


# ---- letters that anybody may describe ----

AFTER = permissions.SAID_BY_ANYBODY_AFTER


def describable(letter, user, *, now=None) -> bool:
    now = now or letter.at + AFTER
    return Message.objects.filter(permissions.describable_by(user, now=now), pk=letter.pk).exists()


def test_given_three_weeks_then_any_signed_in_reader_may_describe_a_letter_but_neither_side():
    letter = make_letter(make_request())
    stranger = make_user()

    assert describable(letter, stranger)
    assert describable(letter, make_staff())
    assert not describable(letter, stranger, now=letter.at + AFTER - timedelta(microseconds=1))
    assert not describable(letter, AnonymousUser())
    assert not describable(letter, letter.foi_request.requester)
    assert not describable(letter, make_officer(letter.foi_request.authority).user)
    assert describable(letter, make_officer().user)


@pytest.mark.parametrize(
    "changed",
    [
        {"described_as": "other"},
        {"is_automatic": True},
        {"prominence": Prominence.PARTIES, "concealed_reason": "personal", "concealed_wording": "Hidden."},
    ],
)
def test_given_a_letter_that_is_described_automatic_or_hidden_then_no_reader_may(changed):
    letter = make_letter(make_request())
    Message.objects.filter(pk=letter.pk).update(**changed)

    assert not describable(letter, make_user())


@pytest.mark.parametrize(
    "changed",
    [
        {"prominence": Prominence.PARTIES, "concealed_reason": "personal", "concealed_wording": "Hidden."},
        {"is_imported": True},
        {"status": Status.WITHDRAWN},
    ],
)
def test_given_a_request_that_is_hidden_imported_or_withdrawn_then_no_reader_may(changed):
    letter = make_letter(make_request())
    FOIRequest.objects.filter(pk=letter.foi_request_id).update(**changed)

    assert not describable(letter, make_user())


def test_given_a_requesters_own_letter_then_nobody_describes_it():
    foi_request = make_request()

    assert not describable(foi_request.messages.get(), make_user())
