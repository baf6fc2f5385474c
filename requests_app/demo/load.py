"""Put the demonstration's content into an empty site, through the same actions that people use."""

import json
import secrets
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from ..actions.authorities import Tally, read_list, take_in
from ..actions.correspondence import create_request
from ..actions.deadlines import london_day, note, note_receipt
from ..actions.following import follow, follow_own
from ..actions.importing import import_thread
from ..actions.outcomes import describe_letter
from ..actions.publication import touch
from ..actions.publishing import NewFile, publish_annotation, publish_letter
from ..actions.receipt import open_question
from ..actions.thread_file import read_thread
from ..law import clock
from ..models import (
    Authority,
    Basis,
    Direction,
    Door,
    Evidence,
    FOIRequest,
    MessageKind,
    Officer,
    Rhythm,
    Side,
    Status,
    User,
)
from .stages import STAGES
from .threads import IMPORTED, REQUESTS, Asked, Letter, Remark, Reply

LONDON = ZoneInfo("Europe/London")
PEOPLE = {
    "maya": ("Maya Okafor", "citizen@people.example"),
    "officer": ("R. Shah", "officer@northbridge.example"),
    "admin": ("Sam Keane", "admin@foitracker.example"),
    "tom": ("Tom Price", "tom.price@people.example"),
    "ines": ("Ines Duarte", "ines.duarte@people.example"),
    "gwen": ("G. Llewellyn", "g.llewellyn@people.example"),
    "amir": ("A. Rahman", "a.rahman@people.example"),
}
ROLES = {"maya": "citizen", "officer": "officer", "admin": "admin"}
OFFICERS_AUTHORITY = "northbridge-city-council"


def load_demo(*, now: datetime | None = None) -> list[dict[str, str]] | None:
    """Fill an empty site; gives back the three accounts with their passwords, or None where it is filled already."""
    now = now or timezone.now()
    if User.objects.filter(email=PEOPLE["maya"][1]).exists():
        return None
    with transaction.atomic():
        _authorities(now)
        accounts = [_person(key, now) for key in PEOPLE]
        Officer.objects.create(
            user=_user("officer"),
            authority=Authority.objects.get(slug=OFFICERS_AUTHORITY),
            job_title="Information Governance Officer",
        )
        for asked in (*REQUESTS, *STAGES):
            _request(asked, now)
        import_thread(read_thread(IMPORTED, Path()), source_id=IMPORTED["source_id"])
    return [account for account in accounts if account["role"]]


def save_accounts(accounts: list[dict[str, str]], home: Path) -> Path:
    """Write the demonstration's sign-ins where only its owner can read them."""
    path = home / "accounts.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(accounts, indent=2) + "\n", "utf-8")
    return path


def _authorities(now: datetime) -> None:
    tally = Tally()
    with (Path(__file__).parent / "authorities.csv").open(encoding="utf-8", newline="") as lines:
        for row in read_list(lines):
            take_in(row, tally, now=now, dry_run=False)
    Authority.objects.filter(slug="old-saltmarsh-rural-district").update(
        successor=Authority.objects.get(slug="saltmarsh-district-council")
    )


def _person(key: str, now: datetime) -> dict[str, str]:
    name, email = PEOPLE[key]
    password = secrets.token_urlsafe(9)
    user = User.objects.create_user(
        email,
        password,
        public_name=name,
        is_staff=key == "admin",
        is_superuser=key == "admin",
        terms_version=settings.TERMS_VERSION,
        terms_accepted_at=now,
        created_at=now - timedelta(days=200),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return {"role": ROLES.get(key, ""), "email": email, "password": password}


def _user(key: str) -> User:
    return User.objects.get(email=PEOPLE[key][1])


def _request(asked: Asked, now: datetime) -> None:
    authority = Authority.objects.get(slug=asked.authority)
    requester = _user(asked.requester)
    sent_at = _moment(now, asked.days_ago)
    foi_request = create_request(
        authority=authority, requester=requester, title=asked.title, created_at=sent_at, sent_at=sent_at
    )
    body = f"Dear {authority.name},\n\n{asked.body}\n\nYours faithfully,\n\n{requester.public_name}"
    first = _letter(foi_request, body, sent_at, MessageKind.REQUEST)
    note_receipt(foi_request=foi_request, on=london_day(sent_at), basis=Basis.DELIVERY, message=first)
    follow_own(foi_request=foi_request, now=sent_at)
    for key in asked.followers:
        follow(user=_user(key), now=sent_at, foi_request=foi_request, rhythm=Rhythm.DAILY)
    for hour, entry in enumerate(asked.entries, 1):
        at = min(_moment(now, asked.days_ago - entry.after) + timedelta(hours=hour), now)
        if isinstance(entry, Remark):
            author = _user(entry.author)
            publish_annotation(
                foi_request=foi_request, author=author, author_name=author.public_name, body=entry.body, at=at
            )
        elif isinstance(entry, Letter):
            _further(foi_request, entry, at)
        else:
            until = None if entry.until_after is None else _moment(now, asked.days_ago - entry.until_after).date()
            _reply(foi_request, entry, at, until)
            foi_request = FOIRequest.objects.get(pk=foi_request.pk)
    touch(foi_request)


def _letter(foi_request: FOIRequest, body: str, at: datetime, kind: MessageKind):
    return publish_letter(
        foi_request=foi_request,
        direction=Direction.OUTGOING,
        kind=kind,
        door=Door.WEB,
        body=body,
        at=at,
        author=foi_request.requester,
        author_name=foi_request.requester.public_name,
        subject=foi_request.title,
    )


def _further(foi_request: FOIRequest, letter: Letter, at: datetime) -> None:
    """A further letter, as if it had been delivered at once: it may reply to a question, or ask for a review."""
    message = _letter(foi_request, letter.body, at, MessageKind(letter.kind))
    kind, status = None, foi_request.status
    if letter.kind == MessageKind.INTERNAL_REVIEW:
        kind, status = clock.REVIEW_REQUESTED, Status.INTERNAL_REVIEW
    elif open_question(foi_request):
        kind, status = clock.CLARIFICATION_SUPPLIED, Status.AWAITING_RESPONSE
    if kind is None:
        return
    foi_request.move_to(status)
    foi_request.save(update_fields=["status"])
    day = london_day(at)
    note(foi_request=foi_request, kind=kind, on=day, basis=Basis.DELIVERY, evidence=Evidence.DSN, message=message)


def _reply(foi_request: FOIRequest, reply: Reply, at: datetime, until: date | None) -> None:
    message = publish_letter(
        foi_request=foi_request,
        direction=Direction.INCOMING,
        kind=MessageKind.RESPONSE,
        door=Door.MAIL,
        body=reply.body,
        at=at,
        author_name=foi_request.authority.name,
        sender_address=foi_request.authority.addresses.get(is_request_address=True).email,
        subject=f"Re: {foi_request.title}",
        files=[NewFile(*file) for file in reply.files],
        is_automatic=reply.is_automatic,
    )
    authority_says, requester_says = reply.said
    for side, outcome, actor in (
        (Side.AUTHORITY, authority_says, None),
        (Side.REQUESTER, requester_says, foi_request.requester),
    ):
        if reply.described_as and (outcome or (reply.described_as != "answer" and side == Side.REQUESTER)):
            describe_letter(
                message_id=message.pk,
                described_as=reply.described_as,
                outcome=outcome,
                side=side,
                actor=actor,
                now=at,
                until=until,
            )


def _moment(now: datetime, days_ago: int) -> datetime:
    day = (now.astimezone(LONDON) - timedelta(days=days_ago)).date()
    return datetime.combine(day, time(9, 40), LONDON)
