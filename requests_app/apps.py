"""The application: one house, laid out as the package's docstring says."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RequestsAppConfig(AppConfig):
    name = "requests_app"
    verbose_name = "FOI requests"

    def ready(self) -> None:
        from . import checks, receivers  # noqa: F401
        from .actions.holidays import seed_bank_holidays

        post_migrate.connect(lambda **kwargs: seed_bank_holidays(), sender=self, weak=False)
