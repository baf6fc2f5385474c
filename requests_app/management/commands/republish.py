"""``manage.py republish``: mask and render everything anew, after a release that masks better than the last."""

from django.core.management.base import BaseCommand

from requests_app.actions.republishing import republish_all


class Command(BaseCommand):
    help = (
        "Mask and render every letter, annotation, title and file name anew, by today's code and rules. What comes out "
        "the same is not written. It can be stopped at any time; --after goes on behind a request's number."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--after", type=int, default=0, metavar="NUMBER", help="begin behind this request")

    def handle(self, **options) -> None:
        checked = changed = failed = 0
        for number, is_changed, problems in republish_all(after=options["after"]):
            checked, changed, failed = checked + 1, changed + is_changed, failed + bool(problems)
            if problems:
                self.stderr.write(f"request {number}: a redaction rule does not hold; see /moderation/")
        self.stdout.write(f"{checked} requests looked at, {changed} changed, {failed} with rules that do not hold.")
