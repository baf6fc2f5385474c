"""Checks of the product's own: settings and DNS records of a deployment, and how far the bank holidays go."""

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError
from django.utils import timezone
from dns.resolver import NoResolverConfiguration

from foitracker.startup import missing_settings

from .actions.holiday_loading import ends_soon
from .actions.holidays import current_table
from .mail.dns_records import NotAnswered, lacking, resolver_at

_NUMBERS = {"MX": "W002", "SPF": "W003", "DKIM": "W004", "DMARC": "W005"}


@register(Tags.security, deploy=True)
def production_settings(app_configs, **kwargs) -> list[Error]:
    """Each missing or dangerous setting, as an error that says what to set."""
    if settings.EMBEDDED:
        return []
    return [Error(said, id=f"foitracker.E{number:03}") for number, said in enumerate(missing_settings(), 1)]


@register(Tags.security, deploy=True)
def mail_records(app_configs, **kwargs) -> list[Warning]:
    """A warning for each DNS record that mail from our domain lacks; one where no name server answers."""
    if settings.EMBEDDED or not settings.MAIL_DOMAIN:
        return []
    try:
        found = list(lacking(settings.MAIL_DOMAIN, settings.DKIM_SELECTOR, resolver_at(settings.DNS_RESOLVER)))
    except ValueError:
        return [Error("DNS_RESOLVER must be an IP address, with :port where that is not 53.", id="foitracker.E100")]
    except (NotAnswered, NoResolverConfiguration) as error:
        said = f"No name server answered, so SPF, DKIM and DMARC of {settings.MAIL_DOMAIN} are not checked ({error})."
        return [Warning(said, hint="Set DNS_RESOLVER to one that this machine can reach.", id="foitracker.W006")]
    return [Warning(said, hint="See DNS in the README.", id=f"foitracker.{_NUMBERS[kind]}") for kind, said in found]


@register()
def bank_holidays_end_soon(app_configs, **kwargs) -> list[Warning]:
    """A warning in the last thirteen months of the list. Nothing where there is no database, or no list in it yet."""
    try:
        _name, table = current_table()
    except (DatabaseError, ImproperlyConfigured):
        return []
    if not table.days or not ends_soon(table.ends_on, today=timezone.localdate()):
        return []
    return [
        Warning(
            f"The list of bank holidays is complete only to {table.ends_on.isoformat()}; no date beyond it is counted.",
            hint="Load the published list: manage.py load_bank_holidays FILE|URL, or set BANK_HOLIDAYS_URL.",
            id="foitracker.W001",
        )
    ]
