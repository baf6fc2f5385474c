"""The bundle for a complaint, from what the requester may see: chronology, clock, letters and files, in words."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.formats import date_format
from django.utils.html import strip_tags
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ..exports.complaint import Bundle, Enclosed, Enclosure, Fact, Happened, Words
from ..exports.count_shown import EventShown
from ..exports.thread import File, Letter, RequestPage
from ..law import clock
from ..law.citations import citation
from ..law.regimes import REGIMES
from ..models import Description, FOIRequest, Message, MessageKind, Prominence, Side
from ..publishing.files import human_size
from .clock_words import day_in_words, sentence, standing_of
from .complaint import regulator_of
from .event_history import EventLine, event_history
from .why_this_date import why_this_date

# Lines of the event history that say again what a letter says, or that are not between the two sides.
NOT_TOLD_AGAIN = {
    "sent",
    "follow_up_sent",
    "internal_review_sent",
    "withdrawal_sent",
    "response_received",
    "automatic_reply_received",
    "annotated",
    "reported",
}
# Who did what a row of the ledger tells.
BY_REQUESTER = {clock.CLARIFICATION_SUPPLIED, clock.FEE_PAID, clock.REVIEW_REQUESTED}
BY_SITE = {clock.UNDELIVERED, clock.DUE_OVERRIDDEN}
SENT = {
    MessageKind.REQUEST: gettext_lazy("Sent the request (letter %(number)d)."),
    MessageKind.FOLLOW_UP: gettext_lazy("Wrote again (letter %(number)d)."),
    MessageKind.INTERNAL_REVIEW: gettext_lazy("Asked for an internal review (letter %(number)d)."),
    MessageKind.WITHDRAWAL: gettext_lazy("Withdrew the request (letter %(number)d)."),
    MessageKind.RESPONSE: gettext_lazy("Wrote (letter %(number)d)."),
}


def bundle(page: RequestPage, foi_request: FOIRequest, *, today: date) -> Bundle:
    """Everything that the bundle holds, as this page's reader may see it. Five queries beside the page's own.

    ``page`` was loaded with its texts. ``today`` is the London day whose states and sentences it tells.
    """
    why = why_this_date(page, today=today)
    ledger = tuple(_said_once(event) for event in why.events)
    letters = tuple(page.letters)
    hidden = _hidden_from_others(page)
    enclosures = tuple(
        _enclosure(letter, number, page, hidden.get(letter.number, "")) for number, letter in enumerate(letters, 1)
    )
    told = _chronology(page, letters, ledger)
    days = {event.on for event in ledger}
    days |= {cell.on for count in why.counts for cell in count.days}
    return Bundle(
        title=page.title,
        subtitle=_("A request by %(name)s to %(authority)s")
        % {"name": page.requester, "authority": page.authority.name},
        name=f"{page.slug}-complaint-{today.isoformat()}",
        author=page.requester,
        lang=get_language() or "en-gb",
        day=today,
        changed_at=localtime(page.changed_at),
        facts=_cover(page, foi_request, today),
        notes=_notes(hidden),
        chronology=told,
        clock_lines=tuple(filter(None, (_clock_sentence(page, foi_request, today), why.reason, why.rule, why.differs))),
        laws=tuple(filter(None, (why.law,))),
        events=ledger,
        counts=why.counts,
        letters=enclosures,
        long_days={on: day_in_words(on) for on in sorted(days)},
        short_days={on: date_format(on, "j M") for on in sorted(days)},
        words=_words(),
    )


def _hidden_from_others(page: RequestPage) -> dict[int, str]:
    """Letters that only the two sides may read, with the public wording that others see. One query."""
    rows = Message.objects.filter(foi_request=page.number, prominence=Prominence.PARTIES)
    return dict(rows.values_list("pk", "concealed_wording"))


def _cover(page: RequestPage, foi_request: FOIRequest, today: date) -> tuple[Fact, ...]:
    standing = standing_of(foi_request.clock)
    regulator = regulator_of(page.regime)
    rules = REGIMES.get(page.regime)
    url = settings.SITE_URL + page.url
    days = (
        (_("Sent on"), localtime(page.sent_at).date() if page.sent_at else None),
        (_("Received on"), standing.received_on),
        (_("Answer due by"), standing.due),
        (_("Answered on"), standing.responded_on),
        (_("Review asked for on"), standing.review_on),
        (_("Review answered on"), standing.review_outcome_on),
    )
    state = f"{page.status_sentence} {_clock_sentence(page, foi_request, today)}".strip()
    return (
        Fact(_("Public authority"), page.authority.name, settings.SITE_URL + page.authority.url),
        Fact(_("Requester"), page.requester),
        Fact(_("Reference number"), str(page.number)),
        Fact(_("Page"), url, url),
        *([Fact(_("Law"), rules.title)] if rules and rules.title else []),
        *(Fact(label, day_in_words(on)) for label, on in days if on),
        Fact(_("State on %(day)s") % {"day": date_format(today, "j F Y")}, state),
        *([Fact(_("For"), regulator.at_start, regulator.url)] if regulator else []),
    )


def _clock_sentence(page: RequestPage, foi_request: FOIRequest, today: date) -> str:
    """The one sentence about the deadline as anybody reads it, without markup."""
    if page.clock is None:
        return ""
    said = page.clock.sentence
    if page.clock.state in clock.STOPPED:  # there the requester's own page says "you"
        said = sentence(
            regime=page.regime,
            state=page.clock.state,
            status=page.status,
            clock=foi_request.clock,
            authority=page.authority.name,
            name=page.requester,
            is_own=False,
            sent_at=page.sent_at,
            wrote_on=None,
            is_imported=page.is_imported,
            today=today,
        )
    return unescape(strip_tags(said or ""))


def _notes(hidden: dict[int, str]) -> tuple[str, ...]:
    notes = [
        _(
            "Made by %(site)s, a public website, for the requester. It holds the letters as they are published there: "
            "e-mail addresses and telephone numbers are masked, and what was hidden from everybody is not in it. "
            "Annotations by others are left out."
        )
        % {"site": settings.SITE_NAME},
        _("Days are days in London. The files of the letters come with it in a zip, in a folder for each letter."),
    ]
    if hidden:
        notes.append(
            _("Letters that only the requester and the authority may read are marked. Do not publish this bundle.")
        )
    return tuple(notes)


# ---- chronology ----


def _said_once(event: EventShown) -> EventShown:
    """The row with an effect that does not begin by saying its title again."""
    return replace(event, effect=event.effect.removeprefix(f"{event.title}.").strip())


def _chronology(page: RequestPage, letters: tuple[Letter, ...], ledger: tuple[EventShown, ...]) -> tuple[Happened, ...]:
    """Letters, events and rows of the ledger in order of time; what is dated by its day alone comes last on it."""
    numbers = {letter.anchor: number for number, letter in enumerate(letters, 1)}
    timed = [(letter.on, 0, _letter_line(letter, number, page)) for number, letter in enumerate(letters, 1)]
    timed += [
        (line.at, 1, _event_line(line, page, numbers))
        for line in event_history(page)
        if line.kind not in NOT_TOLD_AGAIN
    ]
    timed.sort(key=lambda entry: entry[:2])
    ordered = [(line.on, 0, place, line) for place, (_at, _kind, line) in enumerate(timed)]
    ordered += [(event.on, 1, place, _ledger_line(event, page)) for place, event in enumerate(ledger)]
    return tuple(line for *_key, line in sorted(ordered, key=lambda entry: entry[:3]))


def _letter_line(letter: Letter, number: int, page: RequestPage) -> Happened:
    said = [str(SENT.get(letter.kind, SENT[MessageKind.RESPONSE])) % {"number": number}]
    if kind := _kind_words(letter):
        said.append(f"{kind}.")
    if letter.files:
        count = len(letter.files)
        said.append(ngettext("With %(count)d file.", "With %(count)d files.", count) % {"count": count})
    if letter.delivery:
        said.append(letter.delivery.text)
    law = citation(page.regime, "review") if letter.kind == MessageKind.INTERNAL_REVIEW else None
    return Happened(letter.on.date(), _at(letter.on), letter.who, " ".join(said), law.words if law else "")


def _on(day: date) -> str:
    return date_format(day, "D j M Y")


def _at(moment: datetime) -> str:
    return f"{_on(moment.date())}\n{moment:%H:%M}"


def _kind_words(letter: Letter) -> str:
    if letter.is_automatic:
        return _("Automatic reply")
    known = letter.described_as in Description.values and letter.described_as != Description.OTHER
    return str(Description(letter.described_as).label) if known else ""


def _event_line(line: EventLine, page: RequestPage, numbers: dict[str, int]) -> Happened:
    who = {Side.REQUESTER: page.requester, Side.AUTHORITY: page.authority.name}.get(line.side, settings.SITE_NAME)
    said = [line.words]
    if line.anchor in numbers:
        said.append(_("(letter %(number)d)") % {"number": numbers[line.anchor]})
    sentences = [fact for fact in line.facts if fact.endswith(".")]
    if facts := [fact for fact in line.facts if fact not in sentences]:
        said.append("– " + "; ".join(facts))
    return Happened(line.at.date(), _at(line.at), who, " ".join([" ".join(said) + ".", *sentences]))


def _ledger_line(event: EventShown, page: RequestPage) -> Happened:
    who = page.requester if event.kind in BY_REQUESTER else page.authority.name
    if event.kind in BY_SITE:
        who = settings.SITE_NAME
    said = [f"{event.title}.", *filter(None, (event.undone, event.effect, event.change, event.objection))]
    law = event.law.words if event.law and not event.undone else ""
    return Happened(event.on, _on(event.on), who, " ".join(said), law)


# ---- letters ----


def _enclosure(letter: Letter, number: int, page: RequestPage, hidden: str) -> Enclosure:
    way = "sent" if letter.side == "requester" else "received"
    folder = f"letters/{number:03d}-{letter.on:%Y-%m-%d}-{way}"
    named = {"number": number, "name": letter.who, "day": day_in_words(letter.on.date())}
    to = page.authority.name if letter.side == "requester" else page.requester
    lines = [
        _("From: %(name)s") % {"name": letter.who},
        _("To: %(name)s") % {"name": to},
        _("On: %(day)s at %(time)s") % {"day": named["day"], "time": f"{letter.on:%H:%M}"},
        _kind_words(letter),
        letter.delivery.text if letter.delivery else "",
        _("Only the two sides may read this letter. Others see: %(why)s") % {"why": hidden} if hidden else "",
    ]
    return Enclosure(
        number=number,
        heading=_("Letter %(number)d, %(day)s, from %(name)s") % named,
        lines=tuple(filter(None, lines)),
        text=letter.text,
        withheld=letter.withheld,
        folder=folder,
        at=letter.on,
        files=tuple(_file(file, place, folder) for place, file in enumerate(letter.files, 1)),
    )


def _file(file: File, place: int, folder: str) -> Enclosed:
    name = f"{place}-{file.name}"
    line = _("%(name)s (%(kind)s, %(size)s)") % {"name": name, "kind": file.kind, "size": human_size(file.size)}
    path = str(PurePosixPath(folder, name)) if file.url else ""
    return Enclosed(
        name=name,
        path=path,
        size=file.size,
        sha256=file.sha256 if path else "",
        content_type=file.content_type,
        stored_at=file.stored_at if path else "",
        line=f"{line} – {file.withheld}" if file.withheld else line,
        withheld=file.withheld,
    )


def _words() -> Words:
    monday = date(2024, 1, 1)
    return Words(
        bundle=_("Bundle for a complaint"),
        contents=_("Contents"),
        chronology=_("What happened, in order"),
        columns=(_("When"), _("Who"), _("What, and under which law")),
        clock=_("The time limit, and how it was counted"),
        ledger=_("What changed the date"),
        letters=_("The letters"),
        files=_("Files:"),
        page=_("Page %(page)d of %(pages)d"),
        unprintable=_(
            "A small empty square stands for a character that cannot be printed here, such as some emoji. The exact "
            "text of each letter is in the zip."
        ),
        cut=_("This letter is longer than can be printed here. All of it is in the zip: %(path)s"),
        readme=_("SHA-256 of each file, as sha256sum --check reads it:"),
        missing=_(
            "%(name)s cannot be read in the file store of this site now, so it is not in this zip. Its check sum is "
            "that of the file as it was received. Please tell the people who run the site."
        ),
        weekdays=tuple(date_format(monday + timedelta(days=day), "D") for day in range(7)),
    )
