"""Rules that staff write: what they touch, what they leave alone, that they are carried through and looked at after."""

from datetime import timedelta
from email.utils import parseaddr

import pytest
from django.core.management import call_command
from django.test import Client

from requests_app.actions import redaction_rules, republishing
from requests_app.actions.publishing import NewFile
from requests_app.actions.redacting import kept_back, masked_for_request
from requests_app.actions.references import fold_reference
from requests_app.mail import compose
from requests_app.models import (
    Case,
    CaseKind,
    Decision,
    DecisionKind,
    Direction,
    Event,
    FOIRequest,
    MessageKind,
    NotAllowed,
    OutboundEmail,
    RedactionRule,
)
from tests import factories
from tests.factories import SENT_AT

pytestmark = pytest.mark.django_db
NAME = "Zebedee Quill"


@pytest.fixture
def staff():
    return factories.make_staff()


def full_request(**fields) -> FOIRequest:
    foi_request = factories.make_request(f"Letters about {NAME}", body=f"Dear Council,\n\nAbout {NAME}.\n\nP", **fields)
    factories.make_letter(
        foi_request,
        body=f"Dear P,\n\n{NAME.upper()} wrote to us.\n\nO\n\n> About {NAME}.",
        files=(NewFile(f"{NAME} 2009.txt", "text/plain", b"x"), NewFile("plan.txt", "text/plain", b"y")),
    )
    factories.make_annotation(foi_request, body=f"I know {NAME}.")
    return foi_request


def make(staff, scope="site", target=None, pattern=NAME, **fields) -> RedactionRule:
    fields = {"is_regex": False, "replacement": "[name]", "reason_code": "personal", "now": SENT_AT} | fields
    return redaction_rules.make_rule(scope=scope, target=target, pattern=pattern, actor=staff, **fields)


def published(foi_request: FOIRequest) -> str:
    foi_request.refresh_from_db()
    words = [foi_request.title, foi_request.slug]
    for thing in [*foi_request.messages.all(), *foi_request.annotations.all()]:
        words += [thing.published_text, thing.published_html]
    words += foi_request.messages.order_by("attachments").values_list("attachments__name", flat=True)
    return "\n".join(word for word in words if word).lower()


def test_a_rule_about_one_request_is_true_at_once_in_letters_remarks_names_title_and_address(staff):
    foi_request, other = full_request(), full_request()
    version = foi_request.version

    rule = make(staff, "request", foi_request.pk)

    rule.refresh_from_db()
    assert "quill" not in published(foi_request)
    assert published(foi_request).count("[name]") >= 8
    assert foi_request.version == version + 1
    assert foi_request.slug == f"request-{foi_request.pk}"
    assert (rule.checked, rule.changed, rule.left, bool(rule.finished_at)) == (1, 1, [], True)
    assert "quill" in published(other)
    decision = Decision.objects.get(pk=rule.made_by_id)
    assert (decision.kind, decision.reason_code, decision.thing_id) == (DecisionKind.REDACT, "personal", rule.pk)
    assert Event.objects.filter(foi_request=foi_request, kind="redacted", decision=decision).exists()


def test_what_was_written_stays_and_goes_to_the_authority_as_it_was_written(staff):
    foi_request = full_request()
    make(staff, "request", foi_request.pk)
    foi_request.refresh_from_db()

    row = compose.post_letter(foi_request.messages.filter(direction=Direction.OUTGOING).get())

    assert NAME in OutboundEmail.objects.get(pk=row.pk).body
    assert f"Letters about {NAME}" in row.subject
    assert all(NAME.lower() in body.lower() for body in foi_request.messages.values_list("body", flat=True))


@pytest.mark.parametrize("scope", ["person", "authority", "site"])
def test_a_wider_rule_reaches_every_request_of_its_scope_by_the_worker_and_later_letters_at_once(staff, scope):
    ours = [full_request() for _ in range(3)]
    person, authority = ours[0].requester, ours[0].authority
    FOIRequest.objects.filter(pk__in=[one.pk for one in ours]).update(requester=person, authority=authority)
    other = full_request()
    target = {"person": person.pk, "authority": authority.pk, "site": None}[scope]

    rule = make(staff, scope, target)
    before = published(ours[0])
    seen = redaction_rules.carry_through(now=SENT_AT)

    rule.refresh_from_db()
    assert "quill" in before
    assert seen == rule.checked == rule.to_check == rule.changed == (4 if scope == "site" else 3)
    assert not any("quill" in published(one) for one in ours)
    assert ("quill" in published(other)) == (scope != "site")
    late = factories.make_letter(FOIRequest.objects.get(pk=ours[1].pk), body=f"{NAME} again.")
    assert late.published_text == "[name] again."
    new = full_request(requester=person, authority=authority)
    assert "quill" not in published(new)


def test_a_walk_that_is_cut_goes_on_where_it_stopped(staff):
    ours = [full_request() for _ in range(3)]
    rule = make(staff)
    answers = iter([False, False, True])

    redaction_rules.carry_through(now=SENT_AT, stop=lambda: next(answers, True))
    rule.refresh_from_db()
    middle = (rule.checked, rule.finished_at)
    redaction_rules.carry_through(now=SENT_AT)

    rule.refresh_from_db()
    assert middle == (1, None)
    assert (rule.checked, bool(rule.finished_at)) == (3, True)
    assert not any("quill" in published(one) for one in ours)


def test_a_rule_taken_back_while_it_is_carried_through_is_taken_out_of_all_that_it_had_reached(staff):
    ours = [full_request() for _ in range(3)]
    FOIRequest.objects.update(created_at=SENT_AT - timedelta(days=1))
    rule = make(staff)
    asked = []

    def take_back_in_the_middle() -> bool:
        asked.append(1)
        if len(asked) == 4:
            redaction_rules.take_back(rule_id=rule.pk, reason_code="restored", actor=staff, now=SENT_AT)
        return False

    redaction_rules.carry_through(now=SENT_AT, stop=take_back_in_the_middle)

    rule.refresh_from_db()
    assert rule.finished_at and (rule.checked, rule.changed) == (3, 2)
    for one in ours:
        one.refresh_from_db()
        assert NAME in one.title and NAME in one.annotations.get().published_text


def test_a_rule_taken_back_publishes_again_what_it_took_out_but_no_old_address(staff):
    foi_request = full_request()
    before = published(foi_request).replace(foi_request.slug, "")
    rule = make(staff, "request", foi_request.pk)

    redaction_rules.take_back(rule_id=rule.pk, reason_code="restored", actor=staff, now=SENT_AT)

    assert published(foi_request).replace(f"request-{foi_request.pk}", "") == before
    assert Decision.objects.filter(kind=DecisionKind.END_REDACTION, thing_id=rule.pk).count() == 1
    with pytest.raises(NotAllowed, match="before"):
        redaction_rules.take_back(rule_id=rule.pk, reason_code="restored", actor=staff, now=SENT_AT)


def test_a_rule_that_finds_the_requesters_name_leaves_it_on_the_letter_to_the_authority(staff):
    make(staff, "site", pattern="Quill")
    person = factories.make_user(NAME)

    foi_request = factories.make_request(requester=person, body=f"Dear Council,\n\nRoads?\n\nYours,\n\n{NAME}")
    row = compose.post_letter(foi_request.messages.get())

    assert parseaddr(row.from_header)[0] == NAME and NAME in row.body
    assert "Quill" not in foi_request.messages.get().published_text


@pytest.mark.parametrize("replacement", ["███", "…", "[…]", "[name]"])
def test_no_address_goes_on_saying_what_stood_at_the_end_of_the_title(staff, replacement):
    foi_request = factories.make_request(f"Letters about {NAME}")
    was = foi_request.slug

    make(staff, "request", foi_request.pk, replacement=replacement)

    foi_request.refresh_from_db()
    assert "quill" in was and foi_request.slug == f"request-{foi_request.pk}"


@pytest.fixture
def referred():
    """A request that the authority calls FOI/QUILL/7, in a letter that says nothing else of it."""
    foi_request = factories.make_request("Roads")
    factories.make_letter(foi_request, body="Dear P,\n\nWe received it.\n\nO", authority_reference="FOI/QUILL/7")
    fold_reference(foi_request)
    return foi_request


def test_a_rule_that_finds_only_the_authoritys_reference_takes_it_out_of_every_page(staff, referred):
    make(staff, "request", referred.pk, pattern="quill")

    referred.refresh_from_db()
    assert referred.authority_reference == "FOI/[name]/7"
    for ending in ("", ".json", ".txt"):
        page = Client().get(f"/request/{referred.slug}{ending}").content.decode()
        assert "FOI/[name]/7" in page and "quill" not in page.lower()


def test_a_rule_leaves_the_authoritys_reference_whole_in_letters_to_it(staff, referred):
    make(staff, "request", referred.pk, pattern="quill")
    referred.refresh_from_db()

    more = factories.make_letter(referred, Direction.OUTGOING, "And one thing more.", kind=MessageKind.FOLLOW_UP)
    row = compose.post_letter(more)

    assert row.subject.endswith("(your reference: FOI/QUILL/7)")
    assert "Your reference: FOI/QUILL/7" in row.body


def test_a_rule_taken_back_gives_the_authoritys_reference_back(staff, referred):
    rule = make(staff, "request", referred.pk, pattern="quill")

    redaction_rules.take_back(rule_id=rule.pk, reason_code="personal", actor=staff, now=SENT_AT)
    redaction_rules.carry_through(now=SENT_AT)

    referred.refresh_from_db()
    assert referred.authority_reference == referred.messages.last().authority_reference == "FOI/QUILL/7"


def test_a_request_in_which_nothing_is_found_keeps_its_version(staff):
    foi_request = factories.make_request()
    version = foi_request.version

    make(staff)
    redaction_rules.carry_through(now=SENT_AT)

    foi_request.refresh_from_db()
    assert foi_request.version == version


def test_a_rule_that_does_not_hold_is_shown_as_failed_and_is_a_case(staff):
    foi_request = factories.make_request(body="Dear Council,\n\nAbout xaab and nothing else.\n\nP")

    # Taking out the inner "ab" makes another one of what stood around it.
    make(staff, "request", foi_request.pk, pattern="aab", replacement="b")
    rule = make(staff, "request", foi_request.pk, pattern="xb", replacement="x-")
    late = make(staff, "request", foi_request.pk, pattern="x-", replacement="xb")

    late.refresh_from_db()
    rule.refresh_from_db()
    assert late.left == []
    redaction_rules.walk_again(rule_id=rule.pk, now=SENT_AT)
    redaction_rules.carry_through(now=SENT_AT)
    rule.refresh_from_db()
    letter = foi_request.messages.get()
    assert ["message", letter.pk, "left"] in rule.left
    assert Case.objects.filter(kind=CaseKind.FAILED_JOB, thing_type="redaction_rule", thing_id=rule.pk).exists()


def test_a_pattern_that_takes_too_long_on_a_letter_keeps_that_letter_back_and_is_a_case(staff):
    slow = r"(?:x+x+)+y"
    foi_request = factories.make_request()
    letter = factories.make_letter(foi_request, body="x" * 5_000)

    rule = make(staff, "request", foi_request.pk, pattern=slow, is_regex=True)

    letter.refresh_from_db()
    rule.refresh_from_db()
    assert letter.published_text == kept_back()
    assert ["message", letter.pk, "slow"] in rule.left
    case = Case.objects.get(kind=CaseKind.FAILED_JOB, thing_type="redaction_rule", thing_id=rule.pk)
    assert case.urgent
    arrived = factories.make_letter(foi_request, body="x" * 5_000)
    assert arrived.published_text == kept_back()
    redaction_rules.take_back(rule_id=rule.pk, reason_code="mistake", actor=staff, now=SENT_AT)
    letter.refresh_from_db()
    case.refresh_from_db()
    assert letter.published_text == "x" * 5_000
    assert case.closed_at


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"pattern": "(a+)+$", "is_regex": True}, "too long"),
        ({"pattern": "("}, None),
        ({"pattern": "(", "is_regex": True}, "cannot be read"),
        ({"pattern": " "}, "empty"),
        ({"replacement": " "}, "in its place"),
        ({"pattern": "name"}, "matches the rule itself"),
        ({"reason_code": "because"}, "reason"),
    ],
)
def test_a_rule_that_cannot_be_used_leaves_nothing_behind(staff, fields, why):
    if why is None:
        assert make(staff, **fields).pk
        return
    with pytest.raises(NotAllowed, match=why):
        make(staff, **fields)

    assert not RedactionRule.objects.exists()
    assert not Decision.objects.exists()


def test_any_text_can_be_masked_for_a_request(staff):
    foi_request = factories.make_request(requester=factories.make_user(email="pat@home.example"))
    make(staff, "request", foi_request.pk)

    masked = masked_for_request(f"{NAME}, pat at home example, QQ 12 34 56 C", foi_request=foi_request)

    assert masked == "[name], [email address], [National Insurance number]"


def test_what_a_requester_wrote_under_their_letter_is_masked_in_the_thread_and_sent_as_written():
    name = "P. Erson\n12 High Street\nExampleton\nEX1 2AB\n01632 960123"
    body = f"Dear Council,\n\nHow many lamps?\n\nYours faithfully,\n\n{name}"
    foi_request = factories.make_request(body=body)

    answer = factories.make_letter(
        foi_request,
        body="P. Erson\n12 High Street, Exampleton ex12ab\n\nDear P,\n\nWe rang +44 1632 960 123; "
        "ring 01632 960999.\n\nO",
    )

    sent = foi_request.messages.get(direction=Direction.OUTGOING)
    assert sent.published_text.endswith("P. Erson\n[address]\nExampleton\n[address]\n[telephone number]")
    assert answer.published_text.startswith("P. Erson\n[address], Exampleton [address]\n")
    assert "We rang [telephone number]; ring 01632 960999." in answer.published_text
    assert "12 High Street" in compose.post_letter(sent).body


def test_republishing_what_has_not_changed_writes_nothing(django_assert_max_num_queries):
    foi_request = full_request()

    with django_assert_max_num_queries(8):
        assert republishing.republish(foi_request) == (False, [])


def test_all_can_be_masked_anew_after_a_release_that_masks_better(capsys):
    old, same = factories.make_request("Ask jo@x.example"), factories.make_request()
    FOIRequest.objects.filter(pk=old.pk).update(title="Ask jo@x.example", written_title="", slug="ask-joxexample")
    old.messages.update(published_text="07700 900123", published_html="<p>07700 900123</p>")

    call_command("republish", after=old.pk - 1)

    assert "2 requests looked at, 1 changed, 0 with rules" in capsys.readouterr().out
    old.refresh_from_db()
    assert (old.title, old.slug) == ("Ask [email address]", f"request-{old.pk}")
    assert "07700" not in published(old)
    assert same.version == FOIRequest.objects.get(pk=same.pk).version


def test_the_title_of_a_new_request_is_masked_and_its_letter_is_not():
    title = "Reply to jo.bloggs@people.example on 07700 900123"

    foi_request = factories.make_request(title)

    assert foi_request.title == "Reply to [email address] on [mobile number]"
    assert "bloggs" not in foi_request.slug
    assert foi_request.title_as_written == title
