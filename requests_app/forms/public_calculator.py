"""The deadline calculator: which law, received when, and what happened since. The query string is the form."""

from collections.abc import Mapping
from datetime import date

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..law import clock
from ..law.clock import Event
from ..law.regimes import REGIMES
from ..selectors.clock_words import day_in_words
from ..selectors.counts import EVENT_TITLES

# Typed days may also be written as people write them.
WRITTEN = ["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%d.%m.%Y"]
MOST_EVENTS = 24
REGIME_CHOICES = (
    (
        "foia",
        gettext_lazy(
            "Freedom of Information: most public bodies in England, Wales and Northern Ireland, and those for the "
            "whole United Kingdom"
        ),
    ),
    ("foia-school", gettext_lazy("Freedom of Information, asked of a school or an academy there")),
    (
        "eir",
        gettext_lazy("Information about the environment there: land, water, air, energy, waste, planning, noise"),
    ),
    ("foisa", gettext_lazy("Freedom of Information, asked of a Scottish public authority")),
    ("eir-scotland", gettext_lazy("Information about the environment, asked of a Scottish public authority")),
)
EVENT_CHOICES = [
    ("", gettext_lazy("Nothing")),
    *(
        (kind, words)
        for kind, words in EVENT_TITLES.items()
        if kind not in (clock.RECEIVED, clock.UNDELIVERED, clock.DUE_OVERRIDDEN)
    ),
]
WITH_LAST_DAY = (clock.EXTENSION_CLAIMED, clock.SCHOOL_CLOSED)


class DayInput(forms.DateInput):
    """A browser's own field for a day; what it could not show is shown as text, so that nothing typed is lost."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        context["widget"]["type"] = "date" if _is_iso(context["widget"]["value"]) else "text"
        return context


def _is_iso(value: str | None) -> bool:
    try:
        return not value or bool(date.fromisoformat(value))
    except ValueError:
        return False


class DayField(forms.DateField):
    widget = DayInput
    default_error_messages = {"invalid": gettext_lazy("Give a day of the calendar, such as 2025-03-31 or 31/03/2025.")}

    def __init__(self, **more: object) -> None:
        super().__init__(input_formats=WRITTEN, **more)


class EventRow(forms.Form):
    """One thing that happened. All rows have the same names in the query string; their order tells them apart."""

    event = forms.ChoiceField(
        label=gettext_lazy("What happened"),
        choices=EVENT_CHOICES,
        required=False,
        error_messages={"invalid_choice": gettext_lazy("Choose one of the list.")},
    )
    on = DayField(label=gettext_lazy("On, or from"), required=False)
    until = DayField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: object, regime: str = "", received: date | None = None, **more: object) -> None:
        super().__init__(*args, **more)
        self.regime, self.received = regime, received

    @property
    def is_blank(self) -> bool:
        return not any(self.data.get(name, "").strip() for name in ("event", "on", "until"))

    def clean(self) -> dict:
        said = super().clean()
        if self.is_blank:
            return said
        kind, on, until = said.get("event"), said.get("on"), said.get("until")
        if not kind and "event" not in self.errors:
            self.add_error("event", _("Say what happened on this day, or empty the row."))
        if kind and not on and "on" not in self.errors:
            self.add_error("on", _("Give the day on which this happened."))
        if on and self.received and on < self.received and kind != clock.SCHOOL_CLOSED:
            words = _("This is before the day of receipt, %(day)s.")
            self.add_error("on", words % {"day": day_in_words(self.received)})
        if kind == clock.SCHOOL_CLOSED:
            self._clean_closure(on, until)
        elif kind == clock.EXTENSION_CLAIMED and on and until and until < on:
            self.add_error("until", _("This is before the day on which more time was claimed."))
        return said

    def _clean_closure(self, on: date | None, until: date | None) -> None:
        if self.regime and not REGIMES[self.regime].school:
            self.add_error("event", _("Only the law for schools counts school days. Choose it above."))
        elif not until and "until" not in self.errors:
            self.add_error("until", _("Give the last day on which the school was closed."))
        elif on and until and until < on:
            self.add_error("until", _("This is before the first day on which the school was closed."))

    def said(self) -> Event:
        """The event; only of a valid row. A last day is kept only where the event has one."""
        kind = self.cleaned_data["event"]
        until = self.cleaned_data.get("until") if kind in WITH_LAST_DAY else None
        return Event(kind, self.cleaned_data["on"], until)


class CalculatorForm(forms.Form):
    """The whole form. ``rows`` are those that say something, then blank ones; errors of rows are theirs."""

    regime = forms.ChoiceField(
        label=gettext_lazy("Which law?"),
        help_text=gettext_lazy("What is asked about decides, not what the letter calls itself."),
        choices=REGIME_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose the law under which the request was made."),
            "invalid_choice": gettext_lazy("Choose one of the laws of the list."),
        },
    )
    received = DayField(
        label=gettext_lazy("Received on"),
        help_text=gettext_lazy("The day on which the request reached the authority, even if it was a Sunday."),
        error_messages={"required": gettext_lazy("Give the day on which the request was received.")},
    )
    today = DayField(
        label=gettext_lazy("Where it stands on"),
        help_text=gettext_lazy("Today, unless you give another day."),
        required=False,
    )

    def __init__(self, query: QueryDict, *, covered: tuple[date, date] | None) -> None:
        self.covered = covered
        self.wants_more = "more" in query
        unfinished = self.wants_more and not query.get("received")
        asked = any(query.get(name) for name in ("regime", "received", "event", "on")) and not unfinished
        typed = {name: query.get(name) for name in ("regime", "today") if query.get(name)}
        super().__init__(query if asked else None, initial={"regime": "foia"} | typed)
        self.rows = self._rows(query)

    def _rows(self, query: Mapping) -> list[EventRow]:
        lists = [query.getlist(name)[:MOST_EVENTS] for name in ("event", "on", "until")]
        longest = max(map(len, lists))
        given = [tuple(said[place] if place < len(said) else "" for said in lists) for place in range(longest)]
        given = [row for row in given if any(cell.strip() for cell in row)]
        blank = 3 if self.wants_more else 1
        rows = given + [("", "", "")] * min(blank, MOST_EVENTS - len(given))
        regime = query.get("regime") if query.get("regime") in REGIMES else ""
        received = _day(query.get("received", ""))
        return [
            EventRow(
                MultiValueDict({name: [cell] for name, cell in zip(("event", "on", "until"), row, strict=True)}),
                auto_id=f"row{number}_%s",
                regime=regime,
                received=received,
                use_required_attribute=False,
            )
            for number, row in enumerate(rows, 1)
        ]

    @property
    def said_rows(self) -> list[EventRow]:
        """The rows that say something."""
        return [row for row in self.rows if not row.is_blank]

    @property
    def first_blank(self) -> EventRow | None:
        """The first row of those that more room was made for: where the page opens then."""
        return next((row for row in self.rows if row.is_blank), None) if self.wants_more else None

    def clean_received(self) -> date:
        received = self.cleaned_data["received"]
        if self.covered and not self.covered[0] <= received <= self.covered[1]:
            words = _("Bank holidays are known from %(first)s to %(last)s, so give a day between them.")
            first, last = map(day_in_words, self.covered)
            raise forms.ValidationError(words % {"first": first, "last": last})
        return received

    def is_valid(self) -> bool:
        valid = super().is_valid()
        return all([valid, *(row.is_valid() for row in self.said_rows)])

    @property
    def events(self) -> list[Event]:
        """Receipt, and what happened; only of a valid form."""
        return [Event(clock.RECEIVED, self.cleaned_data["received"]), *(row.said() for row in self.said_rows)]

    @property
    def all_errors(self) -> list[tuple[str, str, str]]:
        """(id of the field, its label, what is wrong) of the form and of its rows."""
        found = []
        for form in (self, *self.said_rows) if self.is_bound else ():
            for field in form:
                place = f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label
                found += [(place, str(field.label), str(error)) for error in field.errors]
        return found


def _day(text: str) -> date | None:
    try:
        return DayField(required=False).clean(text)
    except forms.ValidationError:
        return None
