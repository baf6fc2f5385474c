"""What must be set before anything starts, said in words that tell what to do."""

import sys

from django.conf import settings

# These read only what ships with the code: no database, no broker, no secret.
NEEDS_NOTHING = {"deadline", "read_mail", "help", "--help", "-h", "version", "--version", "collectstatic"}


def missing_settings() -> list[str]:
    """One sentence for each setting that is missing or dangerous; empty when the site may start.

    Embedded mode brings its own engines and secret; only real deployments need all the rest.
    """
    said = []
    if not settings.DATABASES["default"].get("NAME"):
        said.append(
            "DATABASE_URL is not set: give it the address of a PostgreSQL database "
            "(postgresql://user:password@host/name), or run the demo with `make demo`."
        )
    if not settings.CELERY_BROKER_URL:
        said.append("CELERY_BROKER_URL is not set: give it the address of a Redis server (redis://host:6379/0).")
    if settings.CLAMD and not settings.CLAMD.startswith(("unix:/", "tcp://")):
        said.append("CLAMD is no address of a scanner: unix:/path/of/clamd.ctl or tcp://host:3310.")
    if settings.EMBEDDED:
        return said
    if not settings.SECRET_KEY_LENGTH:
        said.append("SECRET_KEY is not set: give it at least 50 random characters, and keep it secret.")
    elif settings.SECRET_KEY_LENGTH < 50:
        said.append("SECRET_KEY is too short: give it at least 50 random characters.")
    if settings.DEBUG:
        said.append("DEBUG is on: it would show settings to strangers. Unset it; the demo does not need it either.")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        said.append("ALLOWED_HOSTS is not set: list the site's host names, separated by commas.")
    if not settings.MAIL_DOMAIN:
        said.append("MAIL_DOMAIN is not set: the domain on which authorities' answers reach this site.")
    if not settings.OPERATOR_NAME:
        said.append("OPERATOR_NAME is not set: who runs this site, as shown on every page and letter.")
    if not settings.OPERATOR_ADDRESS:
        said.append("OPERATOR_ADDRESS is not set: the operator's postal address, shown on the privacy page.")
    if not settings.CONTACT_EMAIL:
        said.append("CONTACT_EMAIL is not set: where people reach the operator.")
    return said


def require(status: int = 1) -> None:
    """Exit with this status, naming what to set, unless the site may start."""
    said = missing_settings()
    if said:
        sys.stderr.write("foitracker cannot start:\n" + "".join(f"- {line}\n" for line in said))
        raise SystemExit(status)


def require_for(argv: list[str]) -> None:
    """``require()`` for every command but those that need nothing."""
    if len(argv) > 1 and argv[1] not in NEEDS_NOTHING:
        # A mail server returns a letter to its sender on 1; on 75, EX_TEMPFAIL, it brings the letter again.
        require(75 if argv[1] == "receive_mail" else 1)
