"""What is said of a school whose days without session nobody has told us: never one firm date, never "late"."""

from django.utils.translation import gettext_lazy

# By the state of the clock; "undescribed" where a letter waits to be described.
SCHOOL = {
    "waiting": gettext_lazy(
        "In term time %(authority)s should normally respond promptly and by %(due)s. School holidays do not count, so "
        "it may lawfully be later, but not after %(due_latest)s."
    ),
    "extended": gettext_lazy(
        "%(authority)s says it needs more time to weigh the public interest and expects to reply by %(extension_due)s."
    ),
    "overdue": gettext_lazy("This may be late, depending on school holidays. It must be answered by %(due_latest)s."),
    "undescribed": gettext_lazy(
        "%(authority)s wrote on %(wrote)s. Nobody has said yet whether this was its answer. In term time an answer was "
        "normally due promptly and by %(due)s; with school holidays it may have been due later, but not after "
        "%(due_latest)s."
    ),
    "answered": gettext_lazy(
        "%(authority)s answered on %(responded)s. In term time an answer was normally due promptly and by %(due)s; "
        "with school holidays it may have been due later, but not after %(due_latest)s."
    ),
}
