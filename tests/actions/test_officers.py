"""How somebody becomes an officer, and stops being one: by a link that works once, never by a domain."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from requests_app.actions import correspondence, moderation, officer_drafts, officers
from requests_app.actions.links import find_link
from requests_app.actions.publishing import NewFile, rendered
from requests_app.models import Case, Decision, Invitation, NotAllowed, Officer, OneTimeLink, OutboundEmail
from requests_app.models.private import OfficerDraft, OfficerDraftFile
from tests.factories import make_authority, make_officer, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def token_in(template: str) -> str:
    """The token of the link in the newest letter of this kind."""
    return re.search(
        r"/(?:link|invitation)/([\w-]+)/", OutboundEmail.objects.filter(template=template).latest("pk").body
    )[1]


def invite(authority, staff):
    officers.invite(authority_id=authority.pk, email="M@council.example", name="M. Lowe", actor=staff, now=NOW)
    return token_in("officer_invitation")


class TestInvitations:
    def test_given_an_invitation_when_redeemed_then_the_signed_in_person_has_the_role(self):
        authority, person = make_authority(), make_user(email="m@council.example")
        token = invite(authority, make_staff())

        officer = officers.redeem_invitation(token=token, user=person, now=NOW)

        assert (officer.user, officer.authority) == (person, authority)
        assert Invitation.objects.get().redeemed_by == person
        assert Decision.objects.get().kind == "invite"

    def test_given_a_used_invitation_when_redeemed_again_then_it_is_refused(self):
        token = invite(make_authority(), make_staff())
        person = make_user(email="m@council.example")
        officers.redeem_invitation(token=token, user=person, now=NOW)

        with pytest.raises(NotAllowed, match="works once"):
            officers.redeem_invitation(token=token, user=person, now=NOW)

        assert Officer.objects.count() == 1

    def test_given_a_forwarded_link_when_somebody_else_redeems_it_then_it_is_refused_and_stays_open(self):
        token = invite(make_authority(), make_staff())

        with pytest.raises(NotAllowed, match="another e-mail address"):
            officers.redeem_invitation(token=token, user=make_user(), now=NOW)

        assert not Officer.objects.exists()
        assert Invitation.objects.get().redeemed_at is None

    def test_given_an_old_or_unknown_link_when_redeemed_then_it_says_what_to_do(self):
        token = invite(make_authority(), make_staff())

        with pytest.raises(NotAllowed, match="too old"):
            officers.redeem_invitation(token=token, user=make_user(), now=NOW + timedelta(days=15))
        with pytest.raises(NotAllowed, match="Ask the person who invited you"):
            officers.redeem_invitation(token=token[:-1], user=make_user(), now=NOW)

        assert not Officer.objects.exists()

    def test_given_a_suspended_person_when_redeeming_then_it_is_refused_and_the_link_stays(self):
        staff, person = make_staff(), make_user()
        token = invite(make_authority(), staff)
        moderation.suspend(user=person, reason_code="spam", public_wording="Spam.", actor=staff, now=NOW)

        with pytest.raises(NotAllowed, match="suspended"):
            officers.redeem_invitation(token=token, user=person, now=NOW)

        assert Invitation.objects.get().redeemed_at is None

    def test_given_the_database_when_the_token_is_kept_then_only_its_hash_is(self):
        token = invite(make_authority(), make_staff())

        assert token not in str(Invitation.objects.values())


class TestAskingForAccess:
    @pytest.fixture
    def authority(self):
        return make_authority(email="foi@council.example")

    @pytest.fixture
    def asked(self, authority):
        return officers.ask_for_access(authority_id=authority.pk, email="k@council.example", name="K. Osei", now=NOW)

    def test_given_a_stranger_when_asking_then_the_link_goes_to_the_address_we_write_to(self, asked):
        letters = OutboundEmail.objects.all()

        assert [one.to_address for one in letters] == ["foi@council.example"]
        assert "K. Osei" in letters[0].body
        assert letters[0].body.startswith("Automatic message")
        assert asked.token_hash is None

    def test_given_a_yes_when_approved_then_the_invitation_goes_to_the_person(self, asked, authority):
        officers.vouch(link_id=find_link(token_in("officer_vouch")).pk, says_yes=True, now=NOW)
        case = Case.objects.open().get(kind="officer_access")

        officers.approve(invitation_id=asked.pk, actor=make_staff(), now=NOW)

        case.refresh_from_db()
        assert case.closed_by.kind == "approve_officer"
        assert OutboundEmail.objects.get(template="officer_invitation").to_address == "k@council.example"
        officer = officers.redeem_invitation(
            token=token_in("officer_invitation"), user=make_user(email="k@council.example"), now=NOW
        )
        assert officer.authority == authority

    def test_given_nobody_vouched_when_approving_then_it_is_refused(self, asked):
        with pytest.raises(NotAllowed, match="Nobody at the authority"):
            officers.approve(invitation_id=asked.pk, actor=make_staff(), now=NOW)

    def test_given_a_no_when_staff_approve_then_it_is_refused(self, asked):
        officers.vouch(link_id=find_link(token_in("officer_vouch")).pk, says_yes=False, now=NOW)

        with pytest.raises(NotAllowed, match="decided already"):
            officers.approve(invitation_id=asked.pk, actor=make_staff(), now=NOW)
        assert not Case.objects.exists()

    def test_given_a_used_link_when_used_again_then_it_is_refused(self, asked):
        link = find_link(token_in("officer_vouch"))
        officers.vouch(link_id=link.pk, says_yes=True, now=NOW)

        with pytest.raises(NotAllowed, match="used already"):
            officers.vouch(link_id=link.pk, says_yes=False, now=NOW)

    def test_given_declined_by_staff_when_asked_then_the_person_is_told(self, asked):
        officers.vouch(link_id=find_link(token_in("officer_vouch")).pk, says_yes=True, now=NOW)

        officers.decline(invitation_id=asked.pk, reason_code="spam", staff_note="unknown", actor=make_staff(), now=NOW)

        assert OutboundEmail.objects.get(template="officer_declined").to_address == "k@council.example"
        assert not Case.objects.open().exists()

    def test_given_the_same_person_when_asking_twice_then_the_authority_is_asked_once(self, asked, authority):
        officers.ask_for_access(authority_id=authority.pk, email="K@council.example", name="K. Osei", now=NOW)

        assert OutboundEmail.objects.count() == OneTimeLink.objects.count() == 1

    def test_given_three_strangers_in_a_day_when_a_fourth_asks_then_it_is_refused(self, asked, authority):
        for number in range(2):
            officers.ask_for_access(authority_id=authority.pk, email=f"{number}@x.example", name="A. B", now=NOW)

        with pytest.raises(NotAllowed, match="tomorrow"):
            officers.ask_for_access(authority_id=authority.pk, email="d@x.example", name="A. B", now=NOW)


class TestDrafts:
    @pytest.fixture
    def officer(self):
        return make_officer()

    @pytest.fixture
    def draft(self, officer):
        return officer_drafts.save_draft(
            foi_request_id=make_request(authority=officer.authority).pk,
            officer=officer,
            body="Dear P,\n\nSee https://council.example/a/very/long/address/that/is/cut/on/the/page and r@x.example.",
            kind="in_part",
            files=[NewFile("a.csv", "text/csv", b"a,b\n"), NewFile("b.txt", "text/plain", b"b")],
            now=NOW,
        )

    def test_given_a_draft_when_published_then_the_letter_says_what_the_preview_said(self, draft):
        previewed = rendered(draft.body, foi_request=draft.foi_request, incoming=True).html

        message = officer_drafts.publish_draft(draft_id=draft.pk, now=NOW)

        assert message.published_html == previewed
        assert [(one.name, one.size) for one in message.attachments.all()] == [("a.csv", 4), ("b.txt", 1)]
        assert message.described_as == "answer"
        assert not OfficerDraft.objects.exists() and not OfficerDraftFile.objects.exists()

    def test_given_a_draft_when_published_twice_then_there_is_one_letter(self, draft):
        officer_drafts.publish_draft(draft_id=draft.pk, now=NOW)

        with pytest.raises(NotAllowed, match="published already"):
            officer_drafts.publish_draft(draft_id=draft.pk, now=NOW)

    def test_given_no_kind_when_published_then_it_is_refused_and_the_draft_stays(self, draft):
        OfficerDraft.objects.update(described_as="", outcome="")

        with pytest.raises(NotAllowed, match="what kind of answer"):
            officer_drafts.publish_draft(draft_id=draft.pk, now=NOW)

        assert draft.files.count() == 2

    @pytest.mark.parametrize("kind", officer_drafts.ANSWER_KINDS)
    def test_given_each_kind_when_saved_and_read_then_it_is_the_same(self, draft, officer, kind):
        saved = officer_drafts.save_draft(
            foi_request_id=draft.foi_request_id, officer=officer, body="x", kind=kind, now=NOW
        )

        assert officer_drafts.kind_of(saved) == kind
        assert saved.pk == draft.pk

    def test_given_a_file_when_removed_then_its_bytes_are_deleted_after_the_commit(
        self, draft, django_capture_on_commit_callbacks
    ):
        file = draft.files.first()
        storage, path = file.content.storage, file.content.name

        with django_capture_on_commit_callbacks(execute=True):
            officer_drafts.remove_file(draft=draft, file_id=file.pk)

        assert not storage.exists(path) and draft.files.count() == 1

    def test_given_a_role_when_ended_then_drafts_go_and_answering_is_refused(self, draft, officer):
        officers.end_role(officer_id=officer.pk, actor=make_staff(), now=NOW)

        assert not OfficerDraft.objects.exists()
        with pytest.raises(NotAllowed, match="Only officers"):
            correspondence.answer_in_inbox(
                foi_request_id=draft.foi_request_id,
                officer_id=officer.pk,
                body="Late.",
                files=[],
                described_as="other",
                now=NOW,
            )

    def test_given_an_officer_when_taking_files_down_then_only_own_authority_s(self, draft, officer):
        message = officer_drafts.publish_draft(draft_id=draft.pk, now=NOW)

        with pytest.raises(NotAllowed, match="not one of your authority"):
            officer_drafts.take_down_own(message_id=message.pk, officer=make_officer(), now=NOW)
        officer_drafts.take_down_own(message_id=message.pk, officer=officer, now=NOW)

        assert {one.release for one in message.attachments.all()} == {"checking"}
        assert Case.objects.get().urgent
