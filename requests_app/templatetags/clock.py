"""The clock's words: on the picture beside its marks, and all together for those who do not see it.

In Python rather than in the template, because a page prints them at two sizes and they are its dearest part.
"""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from requests_app.exports.clock_drawing import Drawing, Label, n
from requests_app.exports.clock_picture import ClockPicture, LeftOut
from requests_app.templatetags.foi import long_day, short_day

register = template.Library()

ONE_LINE = '<text class="{}" x="{}" y="{}" text-anchor="{}" font-size="{}">{}</text>'
TWO_LINES = (
    '<text x="{1}" y="{2}" text-anchor="{3}" font-size="{4}"><tspan class="{0}" x="{1}">{5}</tspan>'
    '<tspan x="{1}" dy="{6}">{7}</tspan></text>'
)


@register.simple_tag
def clock_words(picture: ClockPicture) -> str:
    """Everything that the picture shows, as sentences."""
    said = [
        ngettext("A line of %(count)d working day.", "A line of %(count)d working days.", picture.total_days)
        % {"count": picture.total_days},
        (
            gettext("The count began again on %(day)s, when a question was answered.")
            if picture.began_again
            else gettext("Received on %(day)s.")
        )
        % {"day": long_day(picture.received_on)},
    ]
    if picture.answered_on:
        said.append(gettext("Answered on %(day)s.") % {"day": long_day(picture.answered_on)})
    elif picture.is_late:
        said.append(gettext("Today, %(day)s, is after the day the answer was due.") % {"day": long_day(picture.today)})
    elif picture.day_number:
        said.append(
            gettext("Today is %(day)s: %(number)d of %(total)d working days have come.")
            % {"day": long_day(picture.today), "number": picture.day_number, "total": picture.total_days}
        )
    said += [
        gettext("%(day)s does not count: %(name)s.")
        % {"day": long_day(holiday.on), "name": holiday.name or gettext("bank holiday")}
        for holiday in picture.holidays
    ]
    said += [gettext("Not counted: %(days)s.") % {"days": _left_out(span)} for span in picture.left_out]
    said.append(gettext("An answer is normally due by %(day)s.") % {"day": long_day(picture.due_on)})
    return " ".join(said)


@register.simple_tag
def clock_not_counted(picture: ClockPicture) -> str:
    """Which days the line leaves out, in one short sentence."""
    named = [
        f"{short_day(holiday.on)}, {holiday.name}" if holiday.name else short_day(holiday.on)
        for holiday in picture.holidays
    ]
    named += [_left_out(span) for span in picture.left_out]
    if not named:
        return gettext("Weekends are not counted.")
    return gettext("Not counted: weekends; %(others)s.") % {"others": "; ".join(named)}


def _left_out(span: LeftOut) -> str:
    """Days left out for a fee or a closed school, and why."""
    said = {"first": short_day(span.first), "last": short_day(span.last)}
    if span.kind == "fee":
        words = (
            gettext("%(first)s, for a fee") if span.first == span.last else gettext("%(first)s to %(last)s, for a fee")
        )
    elif span.first == span.last:
        words = gettext("%(first)s, the school is closed")
    else:
        words = gettext("%(first)s to %(last)s, the school is closed")
    return words % said


@register.simple_tag
def clock_labels(picture: ClockPicture, drawing: Drawing) -> SafeString:
    """The words on one drawing, each where the drawing has a place for it."""
    return format_html_join("", "{}", ((_label(picture, label),) for label in drawing.labels))


def _label(picture: ClockPicture, label: Label) -> SafeString:
    x, y = n(label.x), n(label.y)
    if label.kind == "number":
        return format_html(ONE_LINE, "", x, y, label.anchor, 12, label.number)
    if label.kind in ("today", "answered"):
        return format_html(ONE_LINE, "clock__strong", x, y, label.anchor, 15, _now(picture, label))
    if label.kind == "holiday":
        return format_html(
            TWO_LINES, "clock__holiday", x, y, label.anchor, 14, capfirst(label.name or ""), 17, short_day(label.on)
        )
    began = gettext("Began again") if picture.began_again else gettext("Received")
    word = began if label.kind == "received" else gettext("Due")
    return format_html(TWO_LINES, "clock__strong", x, y, label.anchor, 15, word, 18, short_day(label.on))


def _now(picture: ClockPicture, label: Label) -> str:
    if label.kind == "answered":
        return gettext("Answered %(day)s") % {"day": short_day(label.on)}
    if picture.is_late or not picture.day_number:
        return gettext("Today")
    numbers = {"number": picture.day_number, "total": picture.total_days}
    if picture.today_counts:
        return gettext("Today: day %(number)d of %(total)d") % numbers
    return gettext("Today: %(number)d of %(total)d days gone") % numbers
