"""What staff decide: each act leaves one Decision, shows at once, and nothing happens without a reason."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from requests_app.actions import correspondence, following, moderation, outcomes
from requests_app.actions.publishing import NewFile
from requests_app.models import (
    Annotation,
    Case,
    CaseKind,
    Decision,
    Event,
    FOIRequest,
    Message,
    NotAllowed,
    OutboundEmail,
    Prominence,
    Release,
    RetiredSlug,
    Sanction,
)
from requests_app.permissions import (
    SUSPENSION_EFFECTS,
    is_staff,
    refuse_suspended,
    visible_annotations,
    visible_files,
    visible_letters,
    visible_to,
)
from tests.factories import (
    make_annotation,
    make_authority,
    make_letter,
    make_officer,
    make_request,
    make_staff,
    make_user,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
ANYBODY = AnonymousUser()
WHY = {"reason_code": "personal", "public_wording": "Hidden because it names a private person."}


@pytest.fixture
def staff():
    return make_staff()


@pytest.fixture
def foi_request():
    return make_request()


def hide(thing, staff, **fields):
    return moderation.hide(thing=thing, actor=staff, now=NOW, **{**WHY, "from_all": False, **fields})


def suspend(user, staff, **fields):
    words = {"reason_code": "vexatious", "public_wording": "Sent the same letter to 300 bodies."}
    return moderation.suspend(user=user, actor=staff, now=NOW, **{**words, **fields})


class TestCases:
    def test_given_an_open_case_when_opened_again_then_it_is_the_same_and_may_become_urgent(self, foi_request):
        first = moderation.open_case(CaseKind.HELD_LETTER, "inbound_email", 7, foi_request=foi_request)
        second = moderation.open_case(CaseKind.HELD_LETTER, "inbound_email", 7, urgent=True, details={"reason": "x"})

        first.refresh_from_db()
        assert first == second
        assert first.urgent and first.details == {"reason": "x"}

    def test_given_a_closed_case_when_it_happens_again_then_a_new_one_opens(self, staff):
        first = moderation.open_case(CaseKind.FAILED_JOB, "outbound_email", 7)
        moderation.close_case(case_id=first.pk, actor=staff, now=NOW)

        second = moderation.open_case(CaseKind.FAILED_JOB, "outbound_email", 7)

        assert second != first
        first.refresh_from_db()
        assert first.closed_by.kind == "close_case"

    def test_given_a_closed_case_when_closed_again_then_nothing_is_added(self, staff):
        case = moderation.open_case(CaseKind.FAILED_JOB, "outbound_email", 7)
        moderation.close_case(case_id=case.pk, actor=staff, now=NOW)

        moderation.close_case(case_id=case.pk, actor=staff, now=NOW)

        assert Decision.objects.count() == 1


class TestHiding:
    def test_given_an_annotation_when_hidden_then_only_the_parties_still_see_it(self, foi_request, staff):
        officer = make_officer(foi_request.authority)
        annotation = make_annotation(foi_request)
        version = FOIRequest.objects.get(pk=foi_request.pk).version

        decision = hide(annotation, staff)

        assert not Annotation.objects.filter(visible_annotations(ANYBODY)).exists()
        for party in (foi_request.requester, officer.user, staff):
            assert Annotation.objects.filter(visible_annotations(party)).exists()
        assert FOIRequest.objects.get(pk=foi_request.pk).version > version
        assert decision.thing_type == "annotation" and decision.thing_id == annotation.pk
        assert decision.note.public_wording == WHY["public_wording"]
        assert Event.objects.get(kind="hidden").decision == decision

    def test_given_a_letter_when_hidden_from_all_then_only_staff_see_it(self, foi_request, staff):
        letter = make_letter(foi_request)

        hide(letter, staff, from_all=True)

        assert not Message.objects.filter(visible_letters(foi_request.requester), pk=letter.pk).exists()
        assert Message.objects.filter(visible_letters(staff), pk=letter.pk).exists()

    def test_given_a_request_when_hidden_and_shown_again_then_it_is_public_as_before(self, foi_request, staff):
        hide(foi_request, staff)
        assert not FOIRequest.objects.filter(visible_to(ANYBODY)).exists()

        moderation.show_again(thing=foi_request, actor=staff, now=NOW)

        assert FOIRequest.objects.filter(visible_to(ANYBODY)).exists()
        foi_request.refresh_from_db()
        assert (foi_request.prominence, foi_request.concealed_wording) == (Prominence.PUBLIC, "")
        assert list(Decision.objects.values_list("kind", flat=True)) == ["hide", "show"]

    def test_given_a_title_when_hidden_then_the_address_loses_its_words_for_good(self, foi_request, staff):
        RetiredSlug.objects.create(slug_hash="0" * 64, slug="an-earlier-title", foi_request=foi_request)
        old = foi_request.slug

        hide(foi_request, staff, title=True)

        foi_request.refresh_from_db()
        assert foi_request.slug == f"request-{foi_request.pk}"
        assert foi_request.prominence == Prominence.PUBLIC and foi_request.title_prominence == Prominence.PARTIES
        assert RetiredSlug.objects.count() == 2
        assert not RetiredSlug.objects.exclude(slug="", is_gone=True).exists()
        assert not RetiredSlug.objects.filter(slug=old).exists()

    @pytest.mark.parametrize("missing", [{"reason_code": "because"}, {"public_wording": "  "}])
    def test_given_no_reason_or_no_words_when_hiding_then_nothing_changes(self, foi_request, staff, missing):
        with pytest.raises(NotAllowed):
            hide(foi_request, staff, **missing)

        foi_request.refresh_from_db()
        assert foi_request.prominence == Prominence.PUBLIC
        assert not Decision.objects.exists()

    def test_given_the_database_when_something_is_hidden_without_a_reason_then_it_refuses(self, foi_request):
        with pytest.raises(IntegrityError), transaction.atomic():
            FOIRequest.objects.filter(pk=foi_request.pk).update(prominence=Prominence.PARTIES)

    @pytest.mark.parametrize("what", ["request", "title", "letter", "annotation"])
    def test_given_an_author_when_something_is_hidden_then_they_are_told_why(self, foi_request, staff, what):
        thing = {
            "letter": foi_request.messages.get(),
            "annotation": make_annotation(foi_request, foi_request.requester),
        }.get(what, foi_request)

        hide(thing, staff, title=what == "title")

        notice = OutboundEmail.objects.get()
        assert notice.to_user == foi_request.requester and WHY["public_wording"] in " ".join(notice.body.split())

    def test_given_the_authority_s_letter_when_hidden_then_no_letter_leaves(self, foi_request, staff):
        hide(make_letter(foi_request), staff)

        assert not OutboundEmail.objects.exists()


class TestFilesTakenDown:
    @pytest.fixture
    def letter(self, foi_request):
        letter = make_letter(foi_request, files=[NewFile("a.txt", "text/plain", b"a"), NewFile("b.txt", "", b"b")])
        letter.attachments.update(release=Release.CHECKING, checking_until=date(2026, 11, 27))
        return letter

    def test_given_a_check_when_released_then_the_files_are_public_again(self, letter, staff):
        decisions = moderation.settle_files(
            message_id=letter.pk, release="public", reason_code="restored", public_wording="", actor=staff, now=NOW
        )

        assert [one.release for one in letter.attachments.all()] == [Release.PUBLIC, Release.PUBLIC]
        assert len(decisions) == 2

    def test_given_a_check_when_withdrawn_then_the_files_stay_down_with_words(self, letter, staff):
        moderation.settle_files(message_id=letter.pk, release="withdrawn", **WHY, actor=staff, now=NOW)

        assert not letter.attachments.filter(visible_files(ANYBODY)).exists()
        assert {one.concealed_wording for one in letter.attachments.all()} == {WHY["public_wording"]}

    def test_given_a_check_that_ended_by_itself_when_withdrawn_then_the_public_files_go(self, letter, staff):
        letter.attachments.update(release=Release.PUBLIC)

        moderation.settle_files(message_id=letter.pk, release="withdrawn", **WHY, actor=staff, now=NOW)

        assert not letter.attachments.filter(visible_files(ANYBODY)).exists()

    def test_given_no_words_when_withdrawing_then_it_is_refused(self, letter, staff):
        with pytest.raises(NotAllowed, match="what the public will read"):
            moderation.settle_files(
                message_id=letter.pk,
                release="withdrawn",
                reason_code="personal",
                public_wording="",
                actor=staff,
                now=NOW,
            )


class TestSuspension:
    def test_given_a_person_when_suspended_then_every_page_that_names_them_is_stale(self, foi_request, staff):
        other = make_request()
        make_annotation(other, foi_request.requester)
        untouched = make_request()
        before = dict(FOIRequest.objects.values_list("pk", "version"))

        suspend(foi_request.requester, staff)

        after = dict(FOIRequest.objects.values_list("pk", "version"))
        assert after[foi_request.pk] > before[foi_request.pk]
        assert after[other.pk] > before[other.pk]
        assert after[untouched.pk] == before[untouched.pk]

    def test_given_open_requests_when_suspended_then_the_notice_carries_letters_and_addresses(self, staff):
        authority = make_authority(email="foi@council.example")
        foi_request = make_request(authority=authority, body="Dear Council,\n\nHow many bins?\n\nYours,\n\nP. Q.")
        answered = make_request("Another matter", requester=foi_request.requester, status="answered")

        suspend(foi_request.requester, staff)

        notice = OutboundEmail.objects.get(template="account_suspended")
        assert notice.to_user == foi_request.requester
        assert "Sent the same letter to 300 bodies." in notice.body
        assert "How many bins?" in notice.body and "foi@council.example" in notice.body
        assert answered.title not in notice.body

    def test_given_a_suspended_person_when_writing_then_it_is_refused_with_the_words(self, foi_request, staff):
        suspend(foi_request.requester, staff)

        with pytest.raises(NotAllowed, match="300 bodies"):
            correspondence.send_follow_up(
                foi_request_id=foi_request.pk, author=foi_request.requester, body="Please answer.", now=NOW
            )
        with pytest.raises(NotAllowed, match="300 bodies"):
            correspondence.annotate(foi_request_id=foi_request.pk, author=foi_request.requester, body="Well.", now=NOW)

    def test_given_a_suspended_requester_when_the_authority_answers_then_it_is_published(self, foi_request, staff):
        officer = make_officer(foi_request.authority)
        suspend(foi_request.requester, staff)

        message = correspondence.answer_in_inbox(
            foi_request_id=foi_request.pk,
            officer_id=officer.pk,
            body="Here it is.",
            files=[],
            described_as="answer",
            outcome="successful",
            now=NOW,
        )

        assert Message.objects.filter(visible_letters(ANYBODY), pk=message.pk).exists()

    def test_given_the_table_when_asked_then_it_decides_and_what_is_not_named_is_refused(self, staff):
        person = make_user()
        suspend(person, staff)

        for deed, allowed in [*SUSPENSION_EFFECTS.items(), ("something new", False)]:
            if allowed:
                refuse_suspended(person, deed)
            else:
                with pytest.raises(NotAllowed):
                    refuse_suspended(person, deed)

    def test_given_one_deed_allowed_to_the_suspended_then_only_that_one_is_done(self, foi_request, staff, monkeypatch):
        person = foi_request.requester
        answer = make_letter(foi_request)
        suspend(person, staff)
        deeds = {
            "send": lambda: correspondence.withdraw(foi_request_id=foi_request.pk, actor=person, now=NOW),
            "annotate": lambda: correspondence.annotate(
                foi_request_id=foi_request.pk, author=person, body="A remark.", now=NOW
            ),
            "follow": lambda: following.follow(user=person, foi_request=make_request(), now=NOW),
            "describe": lambda: outcomes.describe_letter(
                message_id=answer.pk, described_as="other", side="requester", actor=person, now=NOW
            ),
        }

        for allowed in deeds:
            monkeypatch.setattr("requests_app.permissions.SUSPENSION_EFFECTS", {allowed: True})
            for deed, do in deeds.items():
                if deed == allowed:
                    assert do()
                    continue
                with pytest.raises(NotAllowed, match="suspended"):
                    do()

    def test_given_staff_when_suspended_then_their_power_is_gone(self, staff):
        other = make_staff("Second Moderator")

        suspend(other, staff)

        assert not is_staff(other) and is_staff(staff)

    def test_given_a_letter_that_has_not_left_when_suspended_then_it_waits_until_the_account_is_restored(self, staff):
        person = make_user()
        foi_request = correspondence.send_request(
            authority_id=make_authority().pk,
            requester=person,
            title="Bins",
            body="Dear Council,\n\nHow many bins?",
            author_name=person.public_name,
            now=NOW,
        )
        row = OutboundEmail.objects.get(foi_request=foi_request, template="request_letter")

        suspend(person, staff)
        row.refresh_from_db()
        assert row.state == "cancelled"

        moderation.restore(user=person, actor=staff, now=NOW)
        row.refresh_from_db()
        assert row.state == "queued"

    def test_given_a_suspension_when_restored_then_the_person_may_write_again(self, foi_request, staff):
        suspend(foi_request.requester, staff)

        moderation.restore(user=foi_request.requester, actor=staff, now=NOW)

        correspondence.annotate(foi_request_id=foi_request.pk, author=foi_request.requester, body="Well.", now=NOW)
        assert Sanction.objects.get().ended_by.kind == "restore"
        assert OutboundEmail.objects.filter(template="account_restored").exists()

    def test_given_a_suspended_person_or_oneself_when_suspending_then_it_is_refused(self, staff):
        person = make_user()
        suspend(person, staff)

        with pytest.raises(NotAllowed, match="already"):
            suspend(person, staff)
        with pytest.raises(NotAllowed, match="your own"):
            suspend(staff, staff)
        with pytest.raises(NotAllowed, match="Write why"):
            suspend(make_user(), staff, public_wording=" ")
        assert Sanction.objects.count() == 1

    def test_given_nobody_suspended_when_restoring_then_it_is_refused(self, staff):
        with pytest.raises(NotAllowed, match="not suspended"):
            moderation.restore(user=make_user(), actor=staff, now=NOW)


class TestRenaming:
    def test_given_a_person_when_renamed_then_letters_keep_the_name_they_were_sent_under(self, staff):
        person = make_user("Elizabeth Rowe")
        foi_request = make_request(requester=person)
        version = foi_request.version

        moderation.rename(user=person, new_name="Liz R", reason_code="own_wish", actor=staff, now=NOW)

        person.refresh_from_db()
        foi_request.refresh_from_db()
        assert person.public_name == "Liz R"
        assert foi_request.messages.get().author_name == "Elizabeth Rowe"
        assert foi_request.version > version
        assert Decision.objects.get().kind == "rename"

    def test_given_no_name_when_renaming_then_it_is_refused(self, staff):
        with pytest.raises(NotAllowed, match="3 to 100"):
            moderation.rename(user=make_user(), new_name=" x ", reason_code="own_wish", actor=staff, now=NOW)


class TestUndeliverable:
    @pytest.fixture
    def case(self, foi_request):
        make_outbound(foi_request)
        address = foi_request.authority.addresses.get()
        return moderation.open_case(CaseKind.UNDELIVERABLE, "authority_address", address.pk, now=NOW)

    def test_given_a_returned_letter_when_the_address_is_corrected_then_it_goes_there_once_more(
        self, case, staff, foi_request
    ):
        authority = foi_request.authority

        done = moderation.correct_address_and_resend(
            case_id=case.pk, email="New.Desk@council.example", actor=staff, now=NOW
        )

        case.refresh_from_db()
        (again,) = done.sent
        assert again.to_address == "new.desk@council.example" and again.state == "queued"
        assert [one.email for one in authority.addresses.filter(is_request_address=True)] == [
            "new.desk@council.example"
        ]
        assert authority.addresses.count() == 2
        assert Decision.objects.filter(kind="correct_address").count() == 1
        assert case.closed_at is None and case.details["resent"] == [again.pk]

    def test_given_a_wrong_address_when_correcting_then_nothing_changes(self, case, staff):
        with pytest.raises(NotAllowed, match="whole e-mail address"):
            moderation.correct_address_and_resend(case_id=case.pk, email="nonsense", actor=staff, now=NOW)

        case.refresh_from_db()
        assert case.closed_at is None and not Decision.objects.exists()

    def test_given_a_failed_job_when_retried_then_it_waits_to_leave_and_the_case_is_closed(self, foi_request, staff):
        row = make_outbound(foi_request)
        case = moderation.open_case(CaseKind.FAILED_JOB, "outbound_email", row.pk)

        moderation.retry_job(case_id=case.pk, actor=staff, now=NOW)

        row.refresh_from_db()
        case.refresh_from_db()
        assert (row.state, row.attempts) == ("queued", 0)
        assert case.closed_at


def make_outbound(foi_request):
    """The first letter's row in the outbox, refused for good."""
    from requests_app.mail import compose

    row = compose.post_letter(foi_request.messages.first())
    OutboundEmail.objects.filter(pk=row.pk).update(state="failed", attempts=4, last_error="550 No such user")
    return row


class TestReports:
    def test_given_a_report_when_made_then_there_is_a_case_and_a_letter_and_nothing_else_moves(self, foi_request):
        from requests_app.actions import reports

        before = FOIRequest.objects.values().get(pk=foi_request.pk)

        reports.report(
            foi_request_id=foi_request.pk,
            reason="personal",
            text="It names my child.",
            reporter_email="Reader@people.example",
            now=NOW,
        )

        assert Case.objects.get(kind=CaseKind.REPORT).urgent
        assert [one.to_address for one in OutboundEmail.objects.all()] == ["reader@people.example"]
        assert "my child" not in OutboundEmail.objects.get().body
        assert FOIRequest.objects.values().get(pk=foi_request.pk) == before

    def test_given_too_many_reports_in_a_day_when_reporting_then_it_says_when_it_ends(self, foi_request, settings):
        from requests_app.actions import reports

        settings.REPORTS_PER_DAY = 2
        for _time in range(2):
            reports.report(
                foi_request_id=foi_request.pk, reason="spam", text="x", reporter_email="a@people.example", now=NOW
            )

        with pytest.raises(correspondence.LimitReached) as refused:
            reports.report(
                foi_request_id=foi_request.pk, reason="spam", text="x", reporter_email="A@people.example", now=NOW
            )

        assert refused.value.until == NOW + timedelta(days=1)
        assert "You can go on from" in str(refused.value)

    @pytest.mark.parametrize("hide_it", [True, False])
    def test_given_a_report_when_settled_then_the_reporter_is_told_which(self, foi_request, staff, hide_it):
        from requests_app.actions import reports

        annotation = make_annotation(foi_request)
        row = reports.report(
            foi_request_id=foi_request.pk,
            reason="abusive",
            text="Look.",
            reporter_email="a@people.example",
            annotation_id=annotation.pk,
            now=NOW,
        )
        case = Case.objects.get(thing_type="report", thing_id=row.pk)

        moderation.settle_report(
            case_id=case.pk,
            hide_it=hide_it,
            reason_code="abusive" if hide_it else "restored",
            public_wording="Hidden because it was abusive." if hide_it else "",
            from_all=False,
            answer="" if hide_it else "It is harsh, but allowed.",
            actor=staff,
            now=NOW,
        )

        annotation.refresh_from_db()
        case.refresh_from_db()
        letter = OutboundEmail.objects.get(template="report_closed")
        assert (annotation.prominence == Prominence.PARTIES) is hide_it
        assert case.closed_at and case.closed_by
        assert ("Hidden because it was abusive." if hide_it else "It is harsh, but allowed.") in letter.body
