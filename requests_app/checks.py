"""Deploy checks of the product's own."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from foitracker.startup import missing_settings


@register(Tags.security, deploy=True)
def production_settings(app_configs, **kwargs) -> list[Error]:
    """Each missing or dangerous setting, as an error that says what to set."""
    if settings.EMBEDDED:
        return []
    return [Error(said, id=f"foitracker.E{number:03}") for number, said in enumerate(missing_settings(), 1)]
