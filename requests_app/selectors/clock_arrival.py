"""What is said of the date while the request itself is on its way, by what is known of that."""

from django.utils.translation import gettext_lazy

ON_ITS_WAY = {
    "lost": gettext_lazy(
        "No time limit is running. It begins when the letter reaches %(authority)s; then we show the date."
    ),
    "unsent": gettext_lazy("Not sent yet. We will show a date once it has been delivered."),
}
ON_ITS_WAY_WITHOUT_LAW = ON_ITS_WAY | {
    "lost": gettext_lazy("We will show a date once the letter has reached %(authority)s."),
}
