"""What the permission sweep walks through: a site with hidden parts, its visitors, and an address for each route."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailConfirmationHMAC
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone

from requests_app.actions import calendar_feeds, cases, inbound, links, officers, redaction_rules, reports, sanctions
from requests_app.actions.following import follow
from requests_app.actions.holidays import latest_version
from requests_app.actions.reminder_switches import Stop, stop_url
from requests_app.files.findings import finding, pack
from requests_app.mail.tokens import address_of
from requests_app.models import (
    Attachment,
    BankHoliday,
    Case,
    CaseKind,
    FilePage,
    FileText,
    FOIRequest,
    LinkKind,
    OutboundEmail,
    Prominence,
    Reading,
    Release,
    User,
)
from requests_app.models.private import CheckState, Draft, FileCheck, OfficerDraft, OfficerDraftFile
from tests import factories
from tests.letters import DOMAIN, letter

# Words that only some may read. Each stands in one hidden place.
PARTIES_WORD, NOBODY_WORD = "quarrelsome", "unspeakable"
DRAFT_WORD, OFFICER_WORD, HELD_WORD = "unfinishedthought", "officialdraft", "heldbackletter"
SECRETS = {
    PARTIES_WORD: {"requester", "officer", "staff", "suspended_requester"},
    NOBODY_WORD: {"staff"},
    DRAFT_WORD: {"requester", "suspended_requester"},
    OFFICER_WORD: {"officer"},
    HELD_WORD: {"staff"},
    "requester@people.example": {"requester", "staff", "suspended_requester"},
}
HIDDEN = {"concealed_reason": "personal", "concealed_wording": "Hidden: it names a person."}


@dataclass
class Site:
    """``people`` by role; ``addresses``: a route's name, perhaps with a variant, to its address."""

    people: dict[str, User | None]
    addresses: dict[str, str]
    bodies: dict[str, dict]


def build() -> Site:
    now = timezone.now()
    council, other = factories.make_authority("Exampleton Council"), factories.make_authority("Otherham Council")
    requester = factories.make_user("Rosa Quester", email="requester@people.example")
    officer = factories.make_officer(council, factories.make_user("O. Officer"))
    elsewhere = factories.make_officer(other, factories.make_user("E. Elsewhere"))
    staff = factories.make_staff("Sam Staff")
    lapsed = factories.make_staff("Lapsed Staff")
    people = {
        "anonymous": None,
        "stranger": factories.make_user("Stranger Person"),
        "requester": requester,
        "officer": officer.user,
        "other_officer": elsewhere.user,
        "staff": staff,
        "suspended_requester": requester,
        "suspended_staff": lapsed,
    }
    suspend(lapsed, by=staff)

    shown = factories.make_request("Lamp posts by street", authority=council, requester=requester)
    answer = factories.make_letter(shown)
    file = factories.make_file(answer)
    hidden_file = factories.make_file(answer, "names.txt", PARTIES_WORD.encode(), prominence="parties", **HIDDEN)
    held_file = factories.make_file(answer, "check.txt", HELD_WORD.encode(), release=Release.HELD)
    held_case = _held_file(held_file, shown)
    texts = {variant: _read(one) for variant, one in (("open", file), ("hidden", hidden_file), ("held", held_file))}
    hidden_letter = factories.make_letter(shown, body=f"A {PARTIES_WORD} letter.")
    file_of_hidden = factories.make_file(hidden_letter, "table.txt", PARTIES_WORD.encode())
    hide(hidden_letter, "parties")
    remark = factories.make_annotation(shown)
    hide(factories.make_annotation(shown, body=f"An {NOBODY_WORD} remark."), "nobody")
    parties = factories.make_request(f"A {PARTIES_WORD} matter", authority=council, requester=requester)
    nobody = factories.make_request(f"An {NOBODY_WORD} matter", authority=council, requester=requester)
    answers = {"open": answer, "parties": factories.make_letter(parties), "nobody": factories.make_letter(nobody)}
    # Their addresses say nothing, since every visitor's own request for them comes back in an answer.
    for variant, foi_request in (("parties", parties), ("nobody", nobody)):
        hide(foi_request, variant)
        FOIRequest.objects.filter(pk=foi_request.pk).update(slug=f"matter-{variant}")
        foi_request.refresh_from_db()

    of_school = factories.make_request("Hours of the library", authority=council, requester=requester)
    FOIRequest.objects.filter(pk=of_school.pk).update(regime="foia-school")

    draft = Draft.objects.create(
        user=requester,
        authority=other,
        title=f"The {DRAFT_WORD}",
        body="Dear Otherham Council,\n\nWhich trees fell?\n\nYours faithfully,\n\nRosa Quester",
        knows_it_is_public=True,
        saved_at=now,
    )
    desk = OfficerDraft.objects.create(
        officer=officer, foi_request=shown, body=f"An {OFFICER_WORD}.", described_as="other", saved_at=now
    )
    desk_file = OfficerDraftFile.objects.create(
        draft=desk, name="draft.txt", content=ContentFile(b"draft", name="draft"), size=5, sha256="0" * 64
    )
    mine = follow(user=requester, now=now, foi_request=shown)
    reports.report(foi_request_id=shown.pk, reason="personal", text="Look.", reporter_email="a@b.example", now=now)
    _held_letter(shown)
    newcomer = factories.make_user("New Comer", email="newcomer@people.example")
    newcomer.emailaddress_set.update(verified=False)
    key = EmailConfirmationHMAC(newcomer.emailaddress_set.get()).key
    officers.invite(authority_id=council.pk, email="new@council.example", name="N. Officer", actor=staff, now=now)
    invitation = _token(OutboundEmail.objects.filter(template="officer_invitation").latest("pk"), "/inbox/invitation/")
    token = links.make_link(LinkKind.TAKE_DOWN, now=now, lives=timedelta(days=3), message=answer)

    rule = redaction_rules.make_rule(
        scope="site", pattern="Nobody Knows", is_regex=False, replacement="[name]", reason_code="personal",
        actor=staff, now=now,
    )  # fmt: skip
    one_off = BankHoliday.objects.get(on=date(2026, 6, 15))
    feed = calendar_feeds.make_feed(user=elsewhere.user, now=now)

    addresses = {
        "public:home": "/",
        "public:robots": "/robots.txt",
        "public:healthz": "/healthz",
        "public:readyz": "/readyz",
        "public:list": "/list",
        "public:list_as": "/list.json",
        "public:list_tab": "/list/successful",
        "public:search": "/search?q=matter+OR+letter",
        "public:search_as": "/search.json?q=matter",
        "public:authorities": "/body/",
        "public:authorities_csv": "/body/all-authorities.csv",
        "public:body": f"/body/{council.slug}",
        "public:body_as": f"/body/{council.slug}.atom",
        "public:about_body": f"/body/{council.slug}/about.json",
        "public:person": f"/user/{requester.slug}",
        "public:help": "/help/",
        "public:unsuitable": "/help/unsuitable",
        "public:help_page": "/help/privacy",
        "public:calculator": "/deadline-calculator?regime=foia&received=2025-03-03",
        "public:calculator_as": "/deadline-calculator.json?regime=foia&received=2025-03-03",
        "public:calendar_feed": f"/calendar/{feed}.ics",
        "requester:calendar": "/my/calendar/",
        "authority:calendar": f"/inbox/{council.slug}/calendar/",
        "public:contact": "/contact",
        "public:contact_sent": "/contact/sent",
        "public:file open": f"/request/{shown.slug}/file/{file.pk}/figures.txt",
        "public:file hidden": f"/request/{shown.slug}/file/{hidden_file.pk}/names.txt",
        "public:file held": f"/request/{shown.slug}/file/{held_file.pk}/check.txt",
        "public:file of hidden letter": f"/request/{shown.slug}/file/{file_of_hidden.pk}/table.txt",
        **{
            f"public:{name} {variant}": f"/request/{shown.slug}/file/{one.pk}/as/{end}"
            for variant, one in texts.items()
            for name, end in (("file_text", "text"), ("file_text_json", "text.json"), ("page", "page-1.jpg"))
        },
        "moderation:case file": f"/moderation/case/{held_case.pk}/",
        "authority:preview_file": f"/inbox/request/{shown.pk}/preview/file/{desk_file.pk}/",
        "requester:choose": "/new",
        "requester:authority_search": "/authorities.json?q=council",
        "requester:similar_while_writing": "/new/similar?title=Matter+of+lamp+posts",
        "requester:private_way": f"/new/private-way?draft={draft.pk}",
        "requester:private": f"/new/draft/{draft.pk}/private",
        "requester:preview": f"/new/draft/{draft.pk}/preview",
        "requester:discard": f"/new/draft/{draft.pk}/discard",
        "requester:write": f"/new/{other.slug}",
        "requester:autosave": f"/new/{other.slug}/autosave",
        "requester:confirm": f"/confirm/{key}/",
        "requester:requests": "/my/requests/",
        "requester:account": "/my/account/",
        "requester:name": "/my/name/",
        "requester:follow_authority": f"/body/{council.slug}/follow",
        "requester:unfollow_authority": f"/body/{council.slug}/unfollow",
        "requester:following": "/my/following/",
        "requester:mark_read": "/my/following/read",
        "requester:change_follow": f"/my/following/{mine.pk}",
        "requester:unsubscribe": f"/unsubscribe/{mine.unsubscribe_token}",
        "requester:stop_reminders": stop_url(Stop(requester.pk, None, ("overdue",))).removeprefix(settings.SITE_URL),
        "requester:choose_reminders": "/my/account/reminders/",
        "authority:inbox": "/inbox/",
        "authority:ask": "/inbox/ask-for-access/?q=council",
        "authority:ask_for": f"/inbox/ask-for-access/{council.slug}/",
        "authority:invitation": f"/inbox/invitation/{invitation}/",
        "authority:draft_file": f"/inbox/request/{shown.pk}/draft-file/{desk_file.pk}/",
        "authority:authority_inbox": f"/inbox/{council.slug}/",
        "authority:choose_reminders": f"/inbox/{council.slug}/reminders/",
        "authority:link": "/link/" + token.rpartition("/link/")[2],
        "moderation:queue": "/moderation/",
        "moderation:case report": f"/moderation/case/{Case.objects.get(kind=CaseKind.REPORT).pk}/",
        "moderation:case held": f"/moderation/case/{Case.objects.get(kind=CaseKind.HELD_LETTER).pk}/",
        "moderation:letter_bytes": f"/moderation/case/{Case.objects.get(kind=CaseKind.HELD_LETTER).pk}/letter.eml",
        "moderation:clock": "/moderation/clock/",
        "moderation:held": "/moderation/held/",
        "moderation:mail": "/moderation/mail/",
        "moderation:people": "/moderation/people/?q=quester",
        "moderation:person": f"/moderation/people/{requester.pk}/",
        "moderation:request": f"/moderation/request/{shown.pk}/",
        "moderation:hide": f"/moderation/request/{shown.pk}/hide/annotation-{remark.pk}/",
        "moderation:request_clock": f"/moderation/request/{shown.pk}/clock/",
        "authority:school_days": f"/inbox/request/{of_school.pk}/school-days/",
        "moderation:redactions": "/moderation/redaction/",
        "moderation:redaction": f"/moderation/redaction/{rule.pk}/",
        "moderation:authorities": "/moderation/authorities/?q=council",
        "moderation:authority": f"/moderation/authorities/{council.slug}/",
        "moderation:bank_holidays": "/moderation/bank-holidays/",
        "moderation:withdraw_bank_holiday": f"/moderation/bank-holidays/{one_off.pk}/",
    }
    for variant, foi_request in (("open", shown), ("parties", parties), ("nobody", nobody)):
        at = f"/request/{foi_request.slug}"
        letter_number = answers[variant].pk
        pages = {
            "public:request": at,
            **{f"public:request_{form}": f"{at}.{ending}" for form, ending in FORMS.items()},
            **{f"public:{name}": f"{at}/{name}" for name in ("deadline", "details", "report", "similar")},
            "public:deadline_ics": f"{at}/deadline.ics",
            **{f"requester:{name}": f"{at}/{name}" for name in ("sent", "withdraw", "annotate", "follow", "unfollow")},
            "requester:take_back": f"{at}/take-back",
            "requester:next_steps": f"{at}/next",
            "requester:complaint": f"{at}/complaint",
            "requester:complaint_pdf": f"{at}/complaint/bundle.pdf?on={now:%Y-%m-%d}",
            "requester:complaint_zip": f"{at}/complaint/bundle.zip?on={now:%Y-%m-%d}",
            "requester:follow_up": f"{at}/follow-up",
            "requester:follow_up_autosave": f"{at}/follow-up/autosave",
            "requester:follow_up_preview": f"{at}/follow-up/preview",
            "requester:describe": f"{at}/describe/{letter_number}",
            "requester:fee_paid": f"{at}/fee-paid",
            "requester:do_not_agree": f"{at}/do-not-agree",
            "authority:case": f"/inbox/request/{foi_request.pk}/",
            "authority:preview": f"/inbox/request/{foi_request.pk}/preview/",
            "authority:published": f"/inbox/request/{foi_request.pk}/published/{letter_number}/",
            "authority:describe": f"/inbox/request/{foi_request.pk}/describe/{letter_number}/",
            "authority:fee_received": f"/inbox/request/{foi_request.pk}/fee-paid/",
        }
        addresses |= {f"{name} {variant}": page for name, page in pages.items()}
    bodies = {
        "public:report": {"reason": "personal", "text": "Look at it.", "email": "somebody@people.example"},
        "public:contact": {
            "name": "Some Body",
            "email": "somebody@people.example",
            "subject": "Hello",
            "text": "Hello.",
            "knows": "on",
        },
        "requester:private": {"knows": "on"},
        "requester:preview": {"shown": draft.saved_at.isoformat()},
        "requester:write": {"title": draft.title, "body": draft.body, "action": "preview"},
        "requester:autosave": {"title": "Trees", "body": "Dear"},
        "requester:follow_up": {"body": "Dear Council,\n\nAny news?\n\nYours,\n\nRosa Quester"},
        "requester:follow_up_autosave": {"body": "Dear"},
        "requester:describe": {"what": "acknowledgement"},
        "requester:annotate": {"body": "This was asked before."},
        "requester:follow": {"rhythm": "daily"},
        "requester:follow_authority": {"rhythm": "daily"},
        "requester:change_follow": {"rhythm": "weekly"},
        "requester:choose_reminders": {"kind": "overdue"},
        "authority:choose_reminders": {"kind": "due_soon"},
        "authority:ask_for": {"name": "A. Clerk", "email": "clerk@council.example"},
        "authority:case": {"body": "Dear Rosa,\n\nHere.\n\nO", "kind": "in_full", "do": "preview"},
        "authority:describe": {"kind": "acknowledgement"},
        "authority:link": {"do": "take_down"},
        "moderation:case report": {"do": "leave", "leave-answer": "It may stay."},
        "moderation:case file": {
            "do": "release_file",
            "release_file-reason_code": "handled",
            "release_file-staff_note": "So it is.",
        },
        "authority:preview_file": {"do": "vouch", "why": "It is meant to be."},
        "moderation:case held": {"do": "discard", "discard-reason_code": "spam"},
        "moderation:person": {"do": "suspend", "suspend-reason_code": "abusive", "suspend-public_wording": "Threats."},
        "moderation:hide": {"do": "hide", "hide-reason_code": "personal", "hide-public_wording": "A name."},
        "moderation:bank_holidays": {
            "on": "2027-06-14",
            "name": "A day of thanks",
            "parts": ["scotland"],
            "source": "Gazette",
            "reason": "Proclaimed.",
            "do": "add",
            "seen": latest_version(),
        },
        "moderation:withdraw_bank_holiday": {"do": "withdraw", "reason": "A mistake.", "seen": latest_version()},
        "moderation:request_clock": {
            "do": "last_day",
            "last_day-until": "2011-08-31",
            "last_day-public_wording": "Held abroad.",
        },
        "moderation:redactions": {
            "scope": "site",
            "pattern": "Zebedee Quill",
            "replacement": "[name]",
            "reason_code": "personal",
            "do": "make",
        },
        "moderation:redaction": {"do": "take_back", "reason_code": "mistake"},
        "authority:school_days": {"first": "2011-07-25", "last": "2011-08-26", "do": "save"},
        "authority:fee_received": {"on": "2011-07-01", "do": "save"},
        "moderation:authority": {"do": "invite", "invite-name": "B. Clerk", "invite-email": "b@council.example"},
    }
    return Site(people, addresses, bodies)


FORMS = {"json": "json", "atom": "atom", "text": "txt", "zip": "zip"}


def suspend(user: User, *, by: User) -> None:
    now = timezone.now()
    sanctions.suspend(user=user, reason_code="abusive", public_wording="Threats to an officer.", actor=by, now=now)


def hide(thing, prominence: str) -> None:
    type(thing).objects.filter(pk=thing.pk).update(prominence=Prominence(prominence), **HIDDEN)


def _held_file(file: Attachment, foi_request: FOIRequest) -> Case:
    """The case about a file in which something was found; gives back the case."""
    found = [finding("hidden_sheets", [HELD_WORD])]
    FileCheck.objects.create(attachment=file, state=CheckState.FOUND, findings=pack(found), is_read=True)
    details = {"codes": ["hidden_sheets"], "was_public": False}
    return cases.open_case(CaseKind.FILE_HELD, "attachment", file.pk, foi_request=foi_request, details=details)


def _read(file: Attachment) -> Attachment:
    """The file with its words and the picture of a page, which say what it says."""
    words = file.content.open("rb").read().decode()
    part = {"text": words, "name": "", "number": 1, "is_picture": False}
    FileText.objects.create(attachment=file, parts=[part], published_parts=[part], published_text=words)
    FilePage.objects.create(attachment=file, number=1, content=ContentFile(words.encode(), name="page"))
    Attachment.objects.filter(pk=file.pk).update(reading=Reading.WORDS)
    return file


def _held_letter(foi_request: FOIRequest) -> int:
    """A letter from a stranger to the authority, held for a person; gives back its number."""
    to = address_of(foi_request, "request", DOMAIN)
    raw = letter(sender="someone@elsewhere.example", to=to, text=f"A {HELD_WORD}.")
    (number,) = inbound.receive(door="lmtp", recipients=[to], envelope_from="someone@elsewhere.example", raw=raw)
    inbound.place(number)
    return number


def _token(row: OutboundEmail, before: str) -> str:
    return row.body.partition(before)[2].partition("/")[0]
