"""What each reminder says, and that all of one day comes in one letter."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from requests_app.actions import following, notice_post, reminder_switches, reminders
from requests_app.actions.concealment import hide
from requests_app.actions.deadlines import note, take_back
from requests_app.actions.notice_words import SWITCHABLE
from requests_app.actions.outcomes import describe_letter
from requests_app.actions.sanctions import restore, suspend
from requests_app.law import wire
from requests_app.mail.filled import fill
from requests_app.mail.tokens import address_of
from requests_app.models import (
    DailyMail,
    Description,
    Event,
    FOIRequest,
    Follow,
    OutboundEmail,
    Outcome,
    ReasonCode,
    Reminder,
    ReminderKind,
    ReminderOptOut,
    Rhythm,
    Side,
    Status,
)
from requests_app.models.private import Draft
from tests.factories import make_authority, make_letter, make_request, make_staff, make_user

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
DUE, MONDAY, FRIDAY = date(2011, 7, 15), date(2011, 7, 18), date(2011, 7, 22)
START = "Automatic message from FOI Tracker, a public website. Not a new request; not from a court or regulator."
HIDDEN = {"prominence": "nobody", "concealed_reason": "personal", "concealed_wording": "Hidden."}
NEVER = {"illegal", "breach", "ignored", "broke", "statutory", "overdue"}


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LONDON)


def sweep(day: date) -> dict[str, str]:
    """The letters of a morning by their template, each as one line of words."""
    before = set(OutboundEmail.objects.values_list("pk", flat=True))
    reminders.sweep(now=at(day))
    new = OutboundEmail.objects.exclude(pk__in=before)
    return {row.template: " ".join(f"{row.subject} | {row.body}".split()) for row in new}


def moved(foi_request, status: str, **standing) -> FOIRequest:
    """The request in this status and with these dates of the fold, whatever the ledger says."""
    at_now = replace(wire.unpack(foi_request.clock), **standing)
    FOIRequest.objects.filter(pk=foi_request.pk).update(
        status=status, clock=wire.pack(at_now), next_notice_on=date(2011, 1, 1)
    )
    foi_request.refresh_from_db()
    return foi_request


class TestWords:
    def test_due_soon_tells_the_authority_what_when_and_how_it_was_counted(self):
        foi_request = make_request()

        text = sweep(date(2011, 7, 7))["due_soon_authority"]

        assert f"| {START}" in text
        assert "Received: Thursday 16 June 2011" in text
        assert "Due: promptly, and normally by Friday 15 July 2011." in text
        assert "20 working days after Thursday 16 June 2011, without weekends and bank holidays" in text
        assert f"/request/{foi_request.slug}/deadline" in text and f"/inbox/request/{foi_request.pk}/" in text

    def test_an_authority_reads_its_own_reference_and_the_requester_does_not(self):
        make_request("Damp", written_reference="FOI/2026/1234")

        letters = sweep(MONDAY)

        assert "Damp (your reference: FOI/2026/1234)" in letters["overdue_authority"]
        assert "FOI/2026/1234" not in letters["overdue_requester"]

    def test_a_rule_takes_nothing_out_of_the_authoritys_own_reference(self):
        make_request("Damp", authority_reference="FOI/[name]/7", written_reference="FOI/QUILL/7")

        letters = sweep(MONDAY)

        assert "Damp (your reference: FOI/QUILL/7)" in letters["overdue_authority"]

    def test_a_last_day_that_was_set_is_not_said_to_be_counted(self):
        foi_request = make_request()
        note(
            foi_request=foi_request, kind="due_overridden", on=date(2011, 7, 1), until=FRIDAY, basis="staff",
            words="The file lies abroad.",
        )  # fmt: skip

        text = sweep(MONDAY)["due_soon_authority"]

        assert "normally by Friday 22 July 2011" in text
        assert "was set to Friday 22 July 2011 for this request alone, by the staff of this site" in text
        assert "working days after" not in text and f"/request/{foi_request.slug}/deadline" in text

    @pytest.mark.parametrize(
        ("regime", "says", "not_says"),
        [
            ("foia", "Unless", "Commissioner can look"),
            ("eir", "The longest time the law allows ended on", "Unless"),
        ],
    )
    def test_long_overdue_says_how_to_complain(self, regime, says, not_says):
        authority = make_authority(standing=regime)
        make_request(authority=authority)

        letters = sweep(date(2011, 9, 1))

        text = letters["long_overdue_requester"]
        assert says in text and not_says not in text
        assert "you do not need an internal review first" in text and "/complaint" in text
        assert letters["long_overdue_authority"].split("| ")[1].startswith(START)

    def test_in_scotland_silence_leads_to_a_review(self):
        make_request(authority=make_authority(standing="foisa"))

        text = sweep(date(2011, 7, 18))["overdue_requester"]

        assert "ask" in text and "for a review, because you have had no answer" in text
        assert "?kind=internal_review" in text and "until Friday 9 September 2011" in text
        assert "polite reminder" not in text

    def test_an_extension_that_ended_is_told_of_as_what_it_was(self):
        foi_request = make_request()
        note(foi_request=foi_request, kind="extension_claimed", on=DUE, until=date(2011, 8, 3), basis="officer")

        assert sweep(MONDAY) == {}
        text = sweep(date(2011, 8, 4))
        assert "Its answer was expected by Wednesday 3 August 2011" in text["extension_ended_requester"]
        assert "expected by Wednesday 3 August 2011" in text["extension_ended_authority"]

    def test_a_question_waits(self):
        foi_request = make_request()
        note(foi_request=foi_request, kind="clarification_requested", on=date(2011, 7, 1), basis="requester")
        moved(foi_request, Status.AWAITING_CLARIFICATION)

        text = sweep(date(2011, 7, 4))["clarification_waiting_requester"]

        assert "asked you to clarify your request. The time limit starts again when you reply" in text
        assert sweep(date(2011, 7, 5)) == {}
        assert set(sweep(date(2011, 7, 11))) == {"clarification_waiting_requester"}

    def test_a_question_of_a_body_that_no_law_binds_speaks_of_no_law(self):
        foi_request = make_request(authority=make_authority(standing="none"))
        note(foi_request=foi_request, kind="clarification_requested", on=date(2011, 7, 1), basis="requester")
        moved(foi_request, Status.AWAITING_CLARIFICATION)

        text = sweep(date(2011, 7, 4))["clarification_waiting_requester"]

        assert "asked you a question" in text and "time limit" not in text

    def test_a_fee_lapses(self):
        foi_request = make_request()
        note(foi_request=foi_request, kind="fees_notice", on=date(2011, 7, 1), basis="requester")

        text = sweep(date(2011, 9, 27))["fee_lapsing_requester"]

        assert "You can pay until Friday 30 September 2011" in text

    def test_a_letter_waits_to_be_described(self):
        foi_request = make_request()
        make_letter(foi_request, at=at(date(2011, 7, 4)))

        assert sweep(date(2011, 7, 8)) == {}  # the authority may have answered: it is not told that a date is near
        text = sweep(date(2011, 7, 11))["was_this_the_answer_requester"]
        assert "wrote to you on Monday 4 July 2011. Nobody has said yet" in text
        assert "late" not in text.split("|")[0]
        assert sweep(MONDAY) == {}

    def test_the_time_for_a_review_ends_unless_the_answer_was_enough(self):
        foi_request, content = make_request(), make_request()
        for each, outcome in ((foi_request, Outcome.REFUSED), (content, Outcome.SUCCESSFUL)):
            letter = make_letter(each, at=at(date(2011, 7, 1)))
            describe_letter(
                message_id=letter.pk, described_as=Description.ANSWER, outcome=outcome, side=Side.REQUESTER,
                actor=each.requester, now=timezone.now(),
            )  # fmt: skip

        letters = sweep(date(2011, 8, 23))

        assert "Ask by Wednesday 31 August 2011; later the authority may decline." in letters["review_window_requester"]
        assert Reminder.objects.get().foi_request == foi_request

    def test_a_review_is_recalled_and_late(self):
        foi_request = make_request()
        note(foi_request=foi_request, kind="responded", on=date(2011, 7, 1), basis="requester")
        note(foi_request=foi_request, kind="ir_requested", on=date(2011, 7, 20), basis="delivery")
        foi_request = moved(foi_request, Status.INTERNAL_REVIEW)
        standing = wire.unpack(foi_request.clock)

        soon = sweep(standing.review_due - DAY)["review_due_soon_authority"]
        assert "The review should normally be answered by" in soon and "in exceptional cases by" in soon
        late = sweep(standing.review_due + 4 * DAY)
        assert "The review is delayed" in late["review_overdue_requester"]
        assert "We have not seen its outcome yet" in late["review_overdue_authority"]
        longest = sweep(standing.review_max + 4 * DAY)
        assert "The longest time for answering it ended" in longest["review_overdue_requester"]
        assert "you can complain to" in longest["review_overdue_requester"]

    def test_the_regulators_time_ends(self):
        foi_request = moved(make_request(), Status.ANSWERED, regulator_by=date(2011, 9, 12))

        text = sweep(date(2011, 9, 5))["regulator_window_requester"]

        assert "asks you to complain within six weeks, by Monday 12 September 2011" in text
        assert foi_request.slug in text

    def test_a_letter_that_was_not_sent_is_recalled_once(self):
        writer = make_user()
        authority = make_authority("Northbridge City Council")
        kept = {"user": writer, "authority": authority, "saved_at": at(DUE), "title": "Bins"}
        Draft.objects.create(**kept, previewed_at=at(DUE))
        Draft.objects.create(**kept | {"user": make_user()})
        waits = Draft.objects.create(**kept | {"user": make_user(), "send_on_confirmation": True})

        assert sweep(DUE) == {}
        letters = sweep(MONDAY)
        assert OutboundEmail.objects.count() == 2 and sweep(MONDAY + DAY) == {}
        bodies = {row.to_user_id: " ".join(row.body.split()) for row in OutboundEmail.objects.all()}
        assert "looked at it on Friday 15 July 2011, but did not send it" in bodies[writer.pk]
        assert "your e-mail address is not confirmed yet" in bodies[waits.user_id]
        assert set(letters) == {"not_sent_yet_requester"}

    def test_a_moved_date_and_a_wrong_notice_say_from_when_to_when_and_why(self):
        first, second = make_request(), make_request()
        sweep(MONDAY)
        days = {"why": "bank_holiday", "days": ["2011-07-14"], "from": "2011-07-15", "to": "2011-07-22"}
        for foi_request, kind in ((first, "date_moved"), (second, "overdue_corrected")):
            moved(foi_request, Status.AWAITING_RESPONSE, due=FRIDAY, due_if_receipt_rolls=FRIDAY)
            Event.objects.create(foi_request=foi_request, kind="due_date_moved", data=days)
            for side in ("requester", "authority"):
                Reminder.objects.create(
                    foi_request=foi_request, kind=kind, audience=side, for_on=FRIDAY, planned_on=MONDAY
                )

        letters = sweep(MONDAY + DAY)

        assert set(letters) == {"date_moved_requester", "overdue_corrected_requester", "daily_authority"}
        assert (
            "moved from Friday 15 July 2011 to Friday 22 July 2011, because Thursday 14 July 2011 is now a bank holiday"
        ) in letters["date_moved_requester"]
        assert (
            "We told you on Monday 18 July 2011 that the answer to this request was late. That was wrong: Thursday 14 "
            "July 2011 is a bank holiday, so the answer is normally due promptly and by Friday 22 July 2011"
        ) in letters["overdue_corrected_requester"]

    def test_every_kind_has_its_words_for_every_side_and_none_accuses(self):
        names = """title request_url deadline_url follow_up_url review_url complaint_url case_url settings_url authority
            requester regulator sent received counted counted_review due due_day due_latest very_overdue extension_due
            asked_on fee_on fee_by since review_on review_due review_max review_request_by regulator_by old_due holiday
            told_on draft_url unsubscribe_url"""
        values = {name: name.upper() for name in names.split()}
        sides = {kind: ["requester"] for kind in ReminderKind} | {
            kind: ["authority"] for kind in ("due_soon", "review_due_soon")
        }
        for kind in ("overdue", "long_overdue", "extension_ended", "review_overdue", "date_moved", "overdue_corrected"):
            sides[kind] = ["requester", "authority"]
        for kind, audiences in sides.items():
            for audience in audiences:
                for on in (True, False):
                    names = "by_law foia scottish school moves extended exceptional has_holiday has_holidays optional"
                    flags = dict.fromkeys(names.split(), on)
                    body = fill(f"{kind}_{audience}", "body", flags=flags, values=values)
                    subject = fill(f"{kind}_{audience}", "subject", flags=flags, values=values)
                    assert " ".join(body.split()).startswith(START)
                    assert "TITLE" in subject
                    assert not NEVER & set((body + subject).casefold().split()), (kind, audience)
                    assert "{{" not in body and "{%" not in body and "\x00" not in body


class TestOneLetterADay:
    def test_several_for_one_person_and_their_news_are_one_letter(self):
        person = make_user()
        first, second = (make_request(title, requester=person) for title in ("First", "Second"))
        followed = make_request("Followed", received=False)
        row = following.follow(user=person, foi_request=followed, rhythm=Rhythm.DAILY, now=timezone.now())
        Follow.objects.filter(pk=row.pk).update(mailed_up_to=at(date(2011, 7, 1)))
        Event.objects.create(foi_request=followed, kind="response_received", recorded_at=at(DUE))

        letters = sweep(MONDAY)

        assert OutboundEmail.objects.filter(to_user=person).count() == 1
        text = letters["daily_requester"]
        assert text.startswith("3 things about your requests today")
        assert all(f"Response delayed: {title}" in text for title in ("First", "Second"))
        assert "What happened to what you follow: Followed" in text
        row.refresh_from_db()
        assert row.mailed_up_to > at(MONDAY, 6)
        assert DailyMail.objects.filter(user=person, day=MONDAY).count() == 1
        sent = Reminder.objects.filter(state="sent", audience="requester")
        assert set(sent.values_list("foi_request", flat=True)) == {first.pk, second.pk}

    def test_several_for_one_authority_are_one_letter_with_a_way_out_only_of_what_may_be_stopped(self):
        authority = make_authority()
        make_request("Late one", authority=authority)
        make_request("Late two", authority=authority)
        make_request("Soon", authority=authority, sent_at=at(date(2011, 6, 20)))

        letters = sweep(MONDAY)

        text = letters["daily_authority"]
        assert text.startswith("Reminders of 3 requests, not new ones") and START in text
        assert text.count("Received: ") == 3
        row = OutboundEmail.objects.get(to_user=None)
        assert f"<{address_of(row.foi_request, 'notice', settings.MAIL_DOMAIN)}>" in row.from_header
        assert row.foi_request.authority == authority and row.reply_to == ""
        assert row.headers["Auto-Submitted"] == "auto-generated"
        token = row.headers["List-Unsubscribe"].rpartition("/")[2].rstrip(">")
        assert reminder_switches.meant_by(token).kinds == ("due_soon",)
        assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_a_letter_about_lateness_alone_offers_an_authority_no_way_out(self):
        make_request()
        sweep(MONDAY)
        assert "List-Unsubscribe" not in OutboundEmail.objects.get(to_user=None).headers

    def test_what_comes_later_on_the_same_day_waits_for_the_next_mail(self):
        authority, person = make_authority(), make_user()
        make_request(authority=authority, requester=person)
        sweep(MONDAY)
        make_request(authority=authority, requester=person)

        assert sweep(MONDAY) == {}
        assert Reminder.objects.planned().count() == 2
        assert set(sweep(MONDAY + DAY)) == {"overdue_requester", "overdue_authority"}

    def test_more_than_a_letter_can_hold_is_counted_and_counts_as_sent(self, monkeypatch):
        monkeypatch.setattr("requests_app.actions.notice_letters.SHOWN", 2)
        authority = make_authority()
        for number in range(5):
            make_request(f"Number {number}", authority=authority)

        text = sweep(MONDAY)["daily_authority"]

        assert text.count("Received: ") == 2 and "3 more requests have a date today" in text
        assert Reminder.objects.filter(state="sent", audience="authority").count() == 5

    def test_the_number_of_queries_does_not_grow_with_the_letters(self, django_assert_max_num_queries):
        make_request()
        sweep(MONDAY)
        for _number in range(10):
            make_request()
        with django_assert_max_num_queries(49):
            reminders.sweep(now=at(MONDAY + DAY))
        assert OutboundEmail.objects.count() == 22


class TestSwitches:
    def test_a_kind_that_was_switched_off_is_skipped_with_its_reason(self):
        foi_request = make_request()
        reminder_switches.choose([], user=foi_request.requester, now=timezone.now())
        reminder_switches.choose([], authority=foi_request.authority, now=timezone.now())

        assert sweep(date(2011, 7, 14)) == {}
        assert set(sweep(MONDAY)) == {"overdue_authority"}
        reasons = set(Reminder.objects.filter(state="skipped").values_list("kind", "audience", "reason"))
        assert reasons == {("due_soon", "authority", "switched_off"), ("overdue", "requester", "switched_off")}

    def test_what_is_chosen_again_comes_again(self):
        person = make_user()
        reminder_switches.choose(["overdue"], user=person, now=timezone.now())
        assert ReminderOptOut.objects.filter(user=person).count() == len(SWITCHABLE["requester"]) - 1
        reminder_switches.choose(SWITCHABLE["requester"], user=person, now=timezone.now())
        assert not ReminderOptOut.objects.filter(user=person).exists()

    def test_a_letters_own_token_ends_its_kinds_and_no_other(self):
        foi_request = make_request()
        sweep(MONDAY)
        row = OutboundEmail.objects.get(to_user=foi_request.requester)
        meant = reminder_switches.meant_by(row.headers["List-Unsubscribe"].rpartition("/")[2].rstrip(">"))

        reminder_switches.stop(meant, now=timezone.now())
        reminder_switches.stop(meant, now=timezone.now())

        assert list(ReminderOptOut.objects.values_list("user", "kind")) == [(foi_request.requester_id, "overdue")]

    def test_a_token_that_is_not_ours_means_nothing(self):
        assert reminder_switches.meant_by("made:up") is None


class TestNotSent:
    def test_an_answer_between_planning_and_posting_is_noticed(self, monkeypatch):
        foi_request = make_request()

        def answered(point):
            if point == "planned":
                note(foi_request=foi_request, kind="responded", on=DUE, basis="requester")

        monkeypatch.setattr(notice_post, "reached", answered)

        assert sweep(MONDAY) == {}
        assert set(Reminder.objects.values_list("state", "reason")) == {("skipped", "answered")}

    def test_a_letter_that_was_no_answer_after_all_lets_the_reminder_go(self, monkeypatch):
        foi_request = make_request()

        def wrote(point):
            if point == "planned" and not foi_request.messages.filter(direction="incoming").exists():
                make_letter(foi_request, at=at(DUE))

        monkeypatch.setattr(notice_post, "reached", wrote)
        assert sweep(MONDAY) == {}
        assert set(Reminder.objects.values_list("reason", flat=True)) == {"letter_waits"}

        describe_letter(
            message_id=foi_request.messages.get(direction="incoming").pk, described_as=Description.ACKNOWLEDGEMENT,
            side=Side.REQUESTER, actor=foi_request.requester, now=timezone.now(),
        )  # fmt: skip

        assert set(sweep(MONDAY + DAY)) == {"overdue_requester", "overdue_authority"}

    def test_an_answer_that_was_taken_back_lets_the_reminder_go(self, monkeypatch):
        foi_request, said = make_request(), []

        def answered(point):
            if point == "planned" and not said:
                said.append(note(foi_request=foi_request, kind="responded", on=DUE, basis="requester"))

        monkeypatch.setattr(notice_post, "reached", answered)
        assert sweep(MONDAY) == {}

        take_back(event=said[0], basis="staff")

        assert set(sweep(MONDAY + DAY)) == {"overdue_requester", "overdue_authority"}
        assert sweep(MONDAY + 2 * DAY) == {}

    def test_what_was_hidden_from_all_is_reminded_of_when_its_parties_see_it_again(self):
        foi_request, staff = make_request(), make_staff()
        words = {"reason_code": ReasonCode.PERSONAL, "public_wording": "Hidden.", "actor": staff, "now": at(DUE)}
        hide(thing=foi_request, from_all=True, **words)
        OutboundEmail.objects.all().delete()
        assert sweep(MONDAY) == {} == sweep(MONDAY + DAY)

        hide(thing=foi_request, from_all=False, **words | {"now": at(MONDAY + DAY, 12)})
        OutboundEmail.objects.all().delete()

        assert set(sweep(MONDAY + 2 * DAY)) == {"overdue_requester", "overdue_authority"}
        assert sweep(MONDAY + 3 * DAY) == {}

    def test_the_requests_of_a_person_who_was_suspended_are_reminded_of_when_the_suspension_ends(self):
        foi_request, staff = make_request(), make_staff()
        suspend(
            user=foi_request.requester, reason_code=ReasonCode.ABUSIVE, public_wording="Abuse.", actor=staff,
            now=at(DUE),
        )  # fmt: skip
        assert sweep(MONDAY) == {} == sweep(MONDAY + DAY)

        restore(user=foi_request.requester, actor=staff, now=at(MONDAY + DAY, 12))

        assert set(sweep(MONDAY + 2 * DAY)) == {"overdue_requester", "overdue_authority"}

    @pytest.mark.parametrize(
        ("hidden", "goes"),
        [
            (HIDDEN, False),
            ({"status": Status.WITHDRAWN}, False),
            ({f"title_{name}": value for name, value in HIDDEN.items()}, True),
        ],
        ids=["the request", "withdrawn", "the title"],
    )
    @pytest.mark.parametrize("title", ["", "Ghosts: more"])
    def test_a_letter_that_waits_never_says_what_was_hidden_of_its_request(self, hidden, goes, title):
        foi_request = make_request("Ghosts", received=False)
        Draft.objects.create(
            user=foi_request.requester, foi_request=foi_request, kind="follow_up", title=title, body="Boo.",
            saved_at=at(DUE), previewed_at=at(DUE),
        )  # fmt: skip
        FOIRequest.objects.filter(pk=foi_request.pk).update(**hidden)

        letters = sweep(MONDAY)

        assert set(letters) == ({"not_sent_yet_requester"} if goes else set())
        assert "Ghosts" not in "".join(letters.values()).replace(foi_request.slug, "")
        assert Reminder.objects.get().state == ("sent" if goes else "skipped")

    def test_a_letter_that_waits_is_recalled_once_its_request_is_shown_again(self):
        foi_request = make_request("Ghosts", received=False)
        Draft.objects.create(
            user=foi_request.requester, foi_request=foi_request, kind="follow_up", body="Boo.",
            saved_at=at(DUE), previewed_at=at(DUE),
        )  # fmt: skip
        FOIRequest.objects.filter(pk=foi_request.pk).update(**HIDDEN)
        assert sweep(MONDAY) == {} and sweep(MONDAY + DAY) == {}
        row = Reminder.objects.get()
        assert (row.state, row.reason, row.planned_on) == ("skipped", "hidden", MONDAY)

        FOIRequest.objects.filter(pk=foi_request.pk).update(prominence="public")

        assert set(sweep(MONDAY + 2 * DAY)) == {"not_sent_yet_requester"}
        row.refresh_from_db()
        assert (row.state, row.planned_on) == ("sent", MONDAY + 2 * DAY)
        assert sweep(MONDAY + 3 * DAY) == {}

    def test_a_letter_of_somebody_suspended_is_recalled_once_the_account_is_restored(self):
        writer = make_user()
        authority = make_authority("Northbridge City Council")
        Draft.objects.create(user=writer, authority=authority, saved_at=at(DUE), title="Bins", previewed_at=at(DUE))
        said = {"reason_code": "abusive", "public_wording": "Abuse.", "actor": make_staff(), "now": at(DUE)}
        suspend(user=writer, **said)
        assert sweep(MONDAY) == {} and sweep(MONDAY + DAY) == {}
        assert Reminder.objects.get().planned_on == MONDAY

        restore(user=writer, actor=said["actor"], now=at(MONDAY))

        assert "not_sent_yet_requester" in sweep(MONDAY + 2 * DAY)

    @pytest.mark.parametrize(
        ("break_it", "reason"),
        [
            (lambda r: FOIRequest.objects.filter(pk=r.pk).update(**HIDDEN), "hidden"),
            (lambda r: type(r.requester).objects.filter(pk=r.requester_id).update(closed_at=timezone.now()), "closed"),
            (lambda r: type(r.requester).objects.filter(pk=r.requester_id).update(is_active=False), "closed"),
            (lambda r: r.authority.addresses.all().delete(), "no_address"),
        ],
        ids=["hidden", "closed", "inactive", "no address"],
    )  # fmt: skip
    def test_who_cannot_or_may_not_be_written_to_is_not(self, break_it, reason):
        foi_request = make_request()
        break_it(foi_request)

        sweep(MONDAY)

        assert reason in set(Reminder.objects.values_list("reason", flat=True))
        assert OutboundEmail.objects.count() == (0 if reason == "hidden" else 1)

    def test_a_person_whose_mail_comes_back_gets_none_until_the_address_is_another(self):
        foi_request = make_request()
        person = foi_request.requester
        OutboundEmail.objects.create(
            template="x", to_user=person, to_address=person.email, from_header="x", envelope_from="x", subject="x",
            body="x", rfc_message_id="x", bounce_token="x", bounced_at=at(DUE),
        )  # fmt: skip

        assert set(sweep(MONDAY)) == {"overdue_authority"}
        assert Reminder.objects.get(state="skipped").reason == "bounced"

        OutboundEmail.objects.filter(template__contains="authority").delete()
        followed = make_request("Followed", received=False)
        row = following.follow(user=person, foi_request=followed, rhythm=Rhythm.DAILY, now=timezone.now())
        Follow.objects.filter(pk=row.pk).update(mailed_up_to=at(date(2011, 7, 1)))
        Event.objects.create(foi_request=followed, kind="response_received", recorded_at=at(DUE))
        assert sweep(MONDAY + DAY) == {}
        type(person).objects.filter(pk=person.pk).update(email="new@person.example")
        assert set(sweep(MONDAY + 2 * DAY)) == {"follow_digest"}
