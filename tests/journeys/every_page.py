"""Every kind of page there is, forms with errors included: who sees it, where, and what is pressed on the way."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import Page

from foitracker import mailbox
from requests_app.actions import (
    cases,
    contact,
    fees,
    holidays,
    links,
    objections,
    officers,
    outcomes,
    redaction_rules,
    undelivered,
)
from requests_app.actions.slugs import retire_slug
from requests_app.files.findings import finding, pack
from requests_app.law.holidays import BankHoliday as LawHoliday
from requests_app.models import (
    Authority,
    AuthorityState,
    BankHoliday,
    Case,
    CaseKind,
    Direction,
    FilePage,
    FileText,
    FOIRequest,
    Invitation,
    LinkKind,
    Message,
    OutboundEmail,
    OutboundState,
    Reading,
    User,
)
from requests_app.models.private import Draft, OfficerDraftFile
from requests_app.publishing.files import recognise
from requests_app.views.public_help import PAGES
from tests import factories, made_files, sweep_site


@dataclass(frozen=True)
class Look:
    """One page to look at. ``fill``: labels and words put in first; ``press``: the button that leads to it."""

    path: str
    who: str = "anonymous"
    press: str = ""
    fill: tuple[tuple[str, str], ...] = ()
    status: int = 200

    def __str__(self) -> str:
        return f"{self.path} as {self.who}" + (f" after “{self.press}”" if self.press else "")


@dataclass(frozen=True)
class Everything:
    """The people by the names that looks call them, and the looks."""

    people: dict[str, User | None]
    looks: list[Look]


def build(home, url: str) -> Everything:
    """Rows for every kind of page, on a site whose caught mail lies in ``home``."""
    now = timezone.now()
    made = sweep_site.build()
    people, at = dict(made.people), made.addresses
    requester, staff = people["requester"], people["staff"]
    people["suspended"] = factories.make_user("Lena Loud")
    sweep_site.suspend(people["suspended"], by=staff)
    people["nameless"] = factories.make_user(email="nameless@people.example")
    people["codes"] = factories.make_user("Cody Codes")
    people["codes"].set_unusable_password()
    people["codes"].save()
    User.objects.filter(pk=people["nameless"].pk).update(public_name="")
    people["leaver"] = factories.make_user("Leo Leaver")
    people["manager"] = factories.make_user("M. Manager")
    for _two in range(2):
        factories.make_officer(user=people["manager"])
    closed = factories.make_authority("Old Saltmarsh Council", slug="old", state=AuthorityState.CLOSED)
    council = Authority.objects.get(slug=at["authority:authority_inbox"].split("/")[2])
    removed = factories.make_request("A title that went")
    retire_slug(removed, "request-without-words", is_gone=True)
    shown = FOIRequest.objects.get(slug=at["public:request open"].rpartition("/")[2])
    waiting = _waiting(requester, council)
    own = Draft.objects.create(
        user=requester,
        authority=factories.make_authority("Northbridge Hospital Trust"),
        title="My medical records",
        body="Dear Northbridge Hospital Trust,\n\nPlease send me my medical records.\n\nYours,\n\nRosa Quester",
        saved_at=now,
    )
    Draft.objects.create(
        user=requester,
        foi_request=shown,
        kind="follow_up",
        title=shown.title,
        body="Dear Council,\n\nIs there any news of my request? My number is 07700 900123.\n\nYours,\n\nRosa Quester",
        saved_at=now,
    )
    mail = mailbox.store(home, mail_from="a@b.example", rcpt_to=["c@d.example"], data=LETTER)
    return Everything(
        people,
        [
            *_public(at, closed),
            *_accounts(),
            *_requester(at, own, waiting, _paused(requester, council)),
            *_clock(_stopped_twice(requester, council), _paid(requester, council)),
            *_authority(at, council, now),
            *_moderation(at, shown, now),
            Look("/dev/mail/"),
            Look("/dev/mail/letters/"),
            Look("/dev/mail/letters/overdue_requester/"),
            Look(f"/dev/mail/{mail.id}/"),
        ],
    )


LETTER = (
    b"From: FOI Tracker <x@y.example>\r\nTo: c@d.example\r\nSubject: Broken lamps\r\nMessage-ID: <1@y.example>\r\n\r\n"
    b"See http://localhost/request/lamps for more.\r\n"
)


def _waiting(requester: User, council: Authority) -> FOIRequest:
    """A request of which a letter waits in the outbox and can be taken back."""
    from requests_app.mail import compose

    foi_request = factories.make_request("Bins by street", authority=council, requester=requester, received=False)
    row = compose.post_letter(foi_request.messages.get(direction=Direction.OUTGOING))
    OutboundEmail.objects.filter(pk=row.pk).update(
        not_before=timezone.now() + timedelta(days=1), state=OutboundState.QUEUED, attempts=0
    )
    return foi_request


CALCULATED = (
    "regime=foia&received=2025-03-03&event=clarification_requested&on=2025-03-10&until="
    "&event=clarification_supplied&on=2025-03-24&until=&event=fees_notice&on=2025-03-26&until=&event=fee_paid"
    "&on=2025-03-28&until=&event=responded&on=2025-04-10&until=&event=ir_requested&on=2025-04-14&until=&today=2025-05-01"
)


def _paused(requester: User, council: Authority) -> FOIRequest:
    """A request whose clock stands still because of a fee, by the authority's word alone."""
    foi_request = factories.make_request("Fees for skips", authority=council, requester=requester)
    letter = factories.make_letter(foi_request, at=factories.SENT_AT + timedelta(days=1))
    outcomes.describe_letter(
        message_id=letter.pk, described_as="fees_notice", side="authority", actor=None, now=timezone.now()
    )
    return foi_request


def _open_fee(council: Authority) -> FOIRequest:
    """A request with a fee that was asked for today, so that it can still be paid."""
    foi_request = factories.make_request("Fees for bins", authority=council)
    letter = factories.make_letter(foi_request, at=timezone.now())
    outcomes.describe_letter(
        message_id=letter.pk, described_as="fees_notice", side="authority", actor=None, now=timezone.now()
    )
    return foi_request


def _public(at: dict[str, str], closed: Authority) -> list[Look]:
    page = at["public:request open"]
    report = (("It is spam or advertising", ""), ("Tell us more", "All of it."), ("Your e-mail", "a@b.example"))
    message = (
        ("Your name", "Ann Body"),
        ("Your e-mail", "ann@people.example"),
        ("What is it about?", "Hello"),
        ("Your message", "Hello."),
        ("I understand that", ""),
    )
    return [
        *map(Look, ("/", "/list", "/search", "/search?q=letter", "/search?q=xylophone", "/body/", "/body/?q=zzz")),
        Look("/list?changed_since=never", status=400),
        *(Look(at[f"public:{name}"]) for name in ("body", "person", "help", "unsuitable", "contact")),
        *(Look(f"/help/{name}") for name in PAGES),
        *(Look(at[f"public:{name} open"]) for name in ("request", "deadline", "details", "similar", "report")),
        Look(at["public:file_text open"]),
        Look(_table(at)),
        Look(f"{page}/report", press="Send the report", status=422),
        Look(f"{page}/report", press="Send the report", fill=report),
        Look("/contact", press="Send the message", status=422),
        Look("/contact", press="Send the message", fill=message),
        Look("/request/a-title-that-went", status=410),
        Look("/nothing-here", status=404),
        Look("/deadline-calculator"),
        Look("/my/calendar/", who="requester"),
        Look("/my/calendar/", who="requester", press="Make the address"),
        Look(at["authority:calendar"], who="officer"),
        Look(f"/deadline-calculator?{CALCULATED}"),
        Look("/deadline-calculator?regime=foia&received=soon&event=responded&on=", status=422),
        *map(Look, ("/new", "/new?q=council", "/new?q=xylophone", "/new/private-way", f"/new/{closed.slug}")),
        Look(at["requester:write"]),
        Look(at["requester:write"] + "?starter=roads"),
        Look(at["requester:write"], press="Check my letter"),
        Look(at["requester:unsubscribe"]),
        Look(at["requester:unsubscribe"], press="Stop these letters"),
        Look(at["requester:stop_reminders"]),
        Look(at["requester:stop_reminders"], press="Stop these letters"),
        Look(at["public:request parties"], who="requester"),
        Look(page, who="requester"),
        Look(page, who="officer"),
        Look(page, who="staff"),
    ]


def _table(at: dict[str, str]) -> str:
    """A workbook and a scan read as text; gives back where."""
    letter = Message.objects.get(attachments=at["public:file_text open"].split("/")[4])
    file = factories.make_file(
        letter,
        "repairs.xlsx",
        content_type=recognise("a.xlsx", "", made_files.workbook()).content_type,
        reading=Reading.PARTLY,
    )
    rows = "Street\tInspected\tCost\nMill Lane\t2010-05-17\t120\nHigh Street\t2011-01-02\t99"
    parts = [
        {"text": rows, "name": "Repairs", "number": 0, "is_picture": False},
        {"text": "", "name": "scan.pdf", "number": 2, "is_picture": True},
    ]
    FileText.objects.create(attachment=file, parts=parts, published_parts=parts, published_text=rows, is_cut=True)
    picture = ContentFile(made_files.photo(placed=False), name="page")
    FilePage.objects.create(attachment=file, number=2, content=picture)
    return f"{at['public:request open']}/file/{file.pk}/as/text"


def _accounts() -> list[Look]:
    unsure = [factories.make_user(f"Una Sure{number}") for number in range(3)]
    for user in unsure:
        user.emailaddress_set.update(verified=False)
    keys = [EmailConfirmationHMAC(user.emailaddress_set.get()).key for user in unsure]
    Draft.objects.create(
        user=unsure[0],
        authority=factories.make_authority(),
        title="Trees that fell",
        body="Dear Council,\n\nWhich trees fell?\n\nYours faithfully,\n\nUna Sure0",
        send_on_confirmation=True,
    )
    forgot = factories.make_user("Fay Forgot")
    key = f"{user_pk_to_url_str(forgot)}-{default_token_generator.make_token(forgot)}"
    account, wrong = "/account", (("E-mail address", "who@people.example"), ("Password", "not the password"))
    code = (("E-mail address", forgot.email),)
    return [
        *(Look(f"{account}/{page}/") for page in ("login", "signup", "login/code", "password/reset", "inactive")),
        Look(f"{account}/login/", press="Sign in"),
        Look(f"{account}/login/", press="Sign in", fill=wrong),
        Look(f"{account}/signup/", press="Sign up"),
        Look(f"{account}/login/code/", press="Mail me a code"),
        Look(f"{account}/login/code/", press="Mail me a code", fill=code),
        Look(f"{account}/password/reset/", press="Mail me a link"),
        Look(f"{account}/password/reset/done/"),
        Look(f"{account}/password/reset/key/{key}/"),
        Look(f"{account}/password/reset/key/{key}/", press="Set the password"),
        Look(f"{account}/password/reset/key/done/"),
        Look(f"{account}/confirm-email/"),
        Look(f"/confirm/{keys[0]}/"),
        Look(f"/confirm/{keys[1]}/", press="This was not me"),
        Look(f"/confirm/{keys[2]}/", press="Confirm"),
        Look("/confirm/not-one-of-ours/", status=404),
        Look("/my/name/", who="nameless"),
        Look("/my/name/", who="nameless", press="Go on"),
        Look(f"{account}/password/set/", who="codes"),
        Look(f"{account}/password/set/", who="codes", press="Set it"),
        Look(f"{account}/email/", who="requester"),
        Look(f"{account}/email/", who="requester", press="Change it"),
        Look(f"{account}/password/change/", who="requester"),
        Look(f"{account}/password/change/", who="requester", press="Change it"),
        Look(f"{account}/reauthenticate/", who="requester"),
        Look(f"{account}/logout/", who="requester"),
        Look("/my/account/", who="requester"),
    ]


def _stopped_twice(requester: User, council: Authority) -> FOIRequest:
    """A request whose clock stands still because of a fee and of a question, with which the requester disagrees."""
    foi_request = factories.make_request("Fees and questions", authority=council, requester=requester)
    for day, described_as in enumerate(("fees_notice", "clarification"), 1):
        letter = factories.make_letter(foi_request, at=factories.SENT_AT + timedelta(days=day))
        outcomes.describe_letter(
            message_id=letter.pk, described_as=described_as, side="authority", actor=None, now=timezone.now()
        )
    foi_request.refresh_from_db()
    doubted = foi_request.clock["open_to_doubt"]
    objections.do_not_agree(foi_request_id=foi_request.pk, event_id=doubted, actor=requester)
    return foi_request


def _paid(requester: User, council: Authority) -> FOIRequest:
    """A request whose requester said when the fee was paid, and may correct that."""
    foi_request = _paused(requester, council)
    day = (factories.SENT_AT + timedelta(days=3)).date()
    fees.say_paid(foi_request_id=foi_request.pk, on=day, actor=requester, today=day)
    return foi_request


def _clock(stopped: FOIRequest, paid: FOIRequest) -> list[Look]:
    paths = [f"/request/{stopped.slug}", f"/request/{stopped.slug}/do-not-agree", f"/request/{stopped.slug}/next"]
    return [Look(path, who="requester") for path in [*paths, f"/request/{paid.slug}", f"/request/{paid.slug}/fee-paid"]]


def _requester(at: dict[str, str], own: Draft, waiting: FOIRequest, paused: FOIRequest) -> list[Look]:
    def look(name: str, **more) -> Look:
        return Look(at[f"requester:{name}"], who="requester", **more)

    remark = (("Your annotation", "Call the clerk on 07700 900123 about this."),)
    return [
        *map(look, ("requests", "following", "preview", "sent open", "withdraw open", "follow_up open")),
        *map(look, ("describe open", "next_steps open", "complaint open", "annotate open", "take_back open")),
        Look(f"/request/{waiting.slug}/take-back", who="requester"),
        Look(f"/new/draft/{own.pk}/private", who="requester"),
        Look(f"/new/draft/{own.pk}/private", who="requester", press="Go on with my letter"),
        look("follow_up_preview open"),
        look("follow_up open", press="Check my letter", fill=(("Your letter", " "),)),
        look("describe open", press="Save"),
        look("fee_paid open"),
        look("do_not_agree open"),
        Look(f"/request/{paused.slug}", who="requester"),
        Look(f"/request/{paused.slug}/fee-paid", who="requester"),
        Look(
            f"/request/{paused.slug}/fee-paid",
            who="requester",
            press="I have paid",
            fill=(("On which day did you pay?", "2001-01-01"),),
            status=422,
        ),
        Look(f"/request/{paused.slug}/do-not-agree", who="requester"),
        look("annotate open", press="Publish"),
        look("annotate open", press="Preview", fill=remark),
        Look(at["requester:following"], who="stranger"),
        Look(at["requester:requests"], who="stranger"),
        Look(at["requester:follow open"], who="stranger"),
        Look("/new", who="suspended", status=403),
        Look(at["public:request open"], who="suspended"),
    ]


def _authority(at: dict[str, str], council: Authority, now) -> list[Look]:
    ask = at["authority:ask_for"]
    clerk = (("Your name", "A. Clerk"), ("Your e-mail", "clerk@council.example"))
    vouch = officers.ask_for_access(authority_id=council.pk, email="v@council.example", name="V. Ouch", now=now)
    officers.invite(
        authority_id=council.pk,
        email="x@council.example",
        name="X. Pired",
        actor=User.objects.get(public_name="Sam Staff"),
        now=now - timedelta(days=30),
    )
    old = OutboundEmail.objects.filter(template="officer_invitation").latest("pk").body
    vouching = links.make_link(LinkKind.VOUCH_OFFICER, now=now, lives=timedelta(days=3), invitation=vouch)
    empty = (("Your answer", " "),)
    closed = (("First day without", "2011-07-25"), ("Last day without", "2011-08-26"))
    answers = {name: at[f"authority:{name} open"] for name in ("case", "preview", "published", "describe")}
    found = [finding("hidden_sheets", ["Staff names"]), finding("author", ["O. Marchbanks"])]
    OfficerDraftFile.objects.update(name="draft.xlsx", findings=pack(found))
    return [
        Look("/inbox/"),
        Look("/inbox/", who="manager"),
        Look(at["authority:authority_inbox"], who="officer"),
        Look("/inbox/ask-for-access/"),
        Look(at["authority:ask"]),
        Look(ask),
        Look(ask, press="Ask for access", status=422),
        Look(ask, press="Ask for access", fill=clerk),
        Look(at["authority:invitation"]),
        Look("/inbox/invitation/" + old.partition("/inbox/invitation/")[2].partition("/")[0] + "/", status=410),
        *(Look(answers[name], who="officer") for name in ("case", "published", "describe", "preview")),
        Look(answers["case"], who="officer", press="See what becomes public", fill=empty, status=422),
        Look(answers["describe"], who="officer", press="Say so", status=422),
        Look(at["authority:school_days"], who="officer"),
        Look(at["authority:school_days"], who="officer", press="See what it does", status=422),
        Look(at["authority:school_days"], who="officer", press="See what it does", fill=closed),
        Look(at["authority:fee_received open"], who="officer"),
        Look(f"/inbox/request/{_open_fee(council).pk}/fee-paid/", who="officer", press="See what it does"),
        Look(at["authority:link"]),
        Look("/link/" + vouching.rpartition("/link/")[2]),
        Look("/link/not-one-of-ours/", status=404),
    ]


def _moderation(at: dict[str, str], shown: FOIRequest, now) -> list[Look]:
    contact.write_to_us(
        name="Ann Body", email="ann@people.example", subject="Hello", text="A question.", sender=None, now=now
    )
    letter = shown.messages.filter(direction=Direction.INCOMING).first()
    cases.open_case(CaseKind.TAKE_DOWN, "message", letter.pk, foi_request=shown, urgent=True, now=now)
    failed = OutboundEmail.objects.filter(foi_request=shown).first() or OutboundEmail.objects.first()
    gone = failed.foi_request.authority.addresses.first()
    cases.open_case(CaseKind.UNDELIVERABLE, "authority_address", gone.pk, now=now)
    undelivered.note_bounce(outbound_id=failed.pk, reason="550 5.1.1 no such user", now=now)
    cases.open_case(CaseKind.UNWANTED_MAIL, "outbound_email", failed.pk, now=now)
    cases.open_case(CaseKind.FAILED_JOB, "outbound_email", failed.pk, now=now)
    asked = Invitation.objects.filter(asked_by_stranger=True).first()
    Invitation.objects.filter(pk=asked.pk).update(vouched_at=now)
    cases.open_case(CaseKind.OFFICER_ACCESS, "invitation", asked.pk, now=now)
    disputed = factories.make_request("Minutes of the board", requester=shown.requester)
    question = factories.make_letter(disputed, at=factories.SENT_AT + timedelta(days=1))
    outcomes.describe_letter(
        message_id=question.pk, described_as="clarification", side="authority", actor=None, now=now
    )
    objections.object_to(event=disputed.clock_events.get(message=question), actor=disputed.requester)
    cases.open_case(
        CaseKind.BANK_HOLIDAYS, "bank_holiday_list", 1, details={"why": "contradicts", "days": ["2026-08-03"]}, now=now
    )
    cases.open_case(CaseKind.SCANNER_AWAY, "scanner", 0, urgent=True, now=now)
    number = dict(Case.objects.values_list("kind", "pk"))
    presses = {
        CaseKind.CONTACT: "Send the answer",
        CaseKind.TAKE_DOWN: "Withdraw the files",
        CaseKind.REPORT: "Hide it and tell the reporter",
        CaseKind.CLOCK_DISPUTED: "Count without it",
    }
    hide, person, authority = (at[f"moderation:{name}"] for name in ("hide", "person", "authority"))
    return [
        *(
            Look(at[f"moderation:{name}"], who="staff")
            for name in ("queue", "clock", "people", "request", "authorities")
        ),
        *(Look(f"/moderation/case/{number[kind]}/", who="staff") for kind in CaseKind.values),
        Look(f"/request/{disputed.slug}"),
        Look(f"/request/{disputed.slug}/deadline"),
        *(
            Look(f"/moderation/case/{number[kind]}/", who="staff", press=button, status=422)
            for kind, button in presses.items()
        ),
        Look("/moderation/?number=999999", who="staff"),
        Look(hide, who="staff"),
        Look(hide, who="staff", press="Hide it now", status=422),
        Look("/moderation/held/", who="staff"),
        Look("/moderation/mail/", who="staff"),
        Look("/moderation/held/", who="staff", press="Put it away", status=422),
        Look(at["moderation:request_clock"], who="staff"),
        Look(at["moderation:request_clock"], who="staff", press="Set the last day", status=422),
        Look(person, who="staff"),
        Look(person, who="staff", press="Suspend the account", status=422),
        Look(authority, who="staff"),
        Look(authority, who="staff", press="Send the invitation", status=422),
        Look(authority, who="staff", press="See what it would do", status=422),
        Look(
            authority,
            who="staff",
            press="See what it would do",
            fill=(("Domain", "team.example"), ("Who asked for it", "The head of information, by letter")),
        ),
        *_redaction(at, shown, now),
        *_bank_holidays(at, shown, now),
    ]


def _redaction(at: dict[str, str], shown: FOIRequest, now) -> list[Look]:
    """A rule that is under way, one that failed on a letter, the form, its faults and what a rule would change."""
    staff = shown.requester
    by = {"reason_code": "personal", "actor": staff, "now": now, "replacement": "[name]"}
    waiting = redaction_rules.make_rule(scope="site", pattern="Zebedee Quill", is_regex=False, **by)
    factories.make_letter(shown, body="x" * 5000)
    slow = {"scope": "request", "target": shown.pk, "is_regex": True}
    failed = redaction_rules.make_rule(pattern=r"(?:x+x+)+y", **slow, **by)
    case = Case.objects.get(thing_type="redaction_rule", thing_id=failed.pk)
    listed = at["moderation:redactions"]
    filled = (("Which request", str(shown.pk)), ("Words to take out", "the"), ("Reason", "Personal information"))
    return [
        Look(listed, who="staff"),
        Look(listed, who="staff", press="See what it would change", status=422),
        Look(f"{listed}?request={shown.pk}", who="staff", press="See what it would change", fill=filled),
        *(Look(f"{listed}{rule.pk}/", who="staff") for rule in (waiting, failed)),
        Look(f"{listed}{failed.pk}/", who="staff", press="Take the rule back", status=422),
        Look(f"/moderation/case/{case.pk}/", who="staff"),
    ]


def _bank_holidays(at: dict[str, str], shown: FOIRequest, now) -> list[Look]:
    """The list with a withdrawn day and a count under way, a year that is not complete, and both dry runs."""
    staff = shown.requester
    for on in (date(2029, 1, 1), date(2027, 6, 14)):
        day = LawHoliday(on=on, parts=frozenset({"scotland"}), name="A day of thanks")
        holidays.add(day=day, source="Gazette 1", reason="Proclaimed.", actor=staff, now=now)
    holidays.withdraw(on=date(2027, 6, 14), reason="A mistake.", actor=staff, now=now)
    withdrawn, needed = (BankHoliday.objects.get(on=on) for on in (date(2027, 6, 14), date(2027, 12, 27)))
    due = shown.due_on or timezone.localdate() + timedelta(days=20)
    filled = (
        ("Date", due.isoformat()),
        ("Name", "A day of thanks"),
        ("England and Wales", ""),
        ("Where it was proclaimed", "Gazette 2"),
        ("Why you add it", "Proclaimed."),
    )
    listed = at["moderation:bank_holidays"]
    gone = BankHoliday.objects.exclude(withdrawn_in="").get(on=date(2027, 6, 14))
    return [
        Look(listed, who="staff"),
        Look(f"{listed}?year=2029", who="staff"),
        Look(f"{listed}?year=2027", who="staff"),
        Look(listed, who="staff", press="See what would move", status=422),
        Look(listed, who="staff", press="See what would move", fill=filled),
        Look(f"{listed}{gone.pk}/", who="staff"),
        Look(at["moderation:withdraw_bank_holiday"], who="staff"),
        Look(at["moderation:withdraw_bank_holiday"], who="staff", press="Withdraw it and move them", status=422),
        *(Look(f"{listed}{one.pk}/", who="staff") for one in (withdrawn, needed)),
    ]


def open_page(page: Page, look: Look) -> int:
    """Go there, fill in, press; gives back the last status."""
    page.set_default_timeout(10_000)
    response = page.goto(look.path)
    for label, words in look.fill:
        field = page.get_by_role("main").get_by_label(label)
        field = field.last if field.count() > 1 else field
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(label=words)
        else:
            field.fill(words) if words else field.check()
    if look.press:
        page.evaluate("document.querySelectorAll('form').forEach(form => form.noValidate = true)")
        with page.expect_navigation() as navigation:
            button = page.get_by_role("main").get_by_role("button", name=look.press, include_hidden=True).first
            button.evaluate("button => button.closest('details') && (button.closest('details').open = true)")
            button.click()
        response = navigation.value
    return response.status
