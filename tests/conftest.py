"""The suite needs real engines: ``make test`` brings its own, or DATABASE_URL and CELERY_BROKER_URL name others."""

import os

import pytest
from django.conf import settings

from tests import sharing

# Playwright's synchronous interface keeps an event loop in this thread; the tests' own queries are synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config: pytest.Config) -> None:
    """Say at once what is missing, before a thousand tests fail to connect."""
    embedded = os.environ.get("FOITRACKER_EMBEDDED") == "1"
    missing = [name for name in ("DATABASE_URL", "CELERY_BROKER_URL") if not os.environ.get(name)]
    if missing and not embedded:
        pytest.exit(f"{' and '.join(missing)} not set: run `make test`, which brings its own engines.", returncode=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items[:] = sharing.longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> sharing.FileByFile:
    return sharing.FileByFile(config, log)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Processes that share the suite have a database each; so have those that mutmut forks."""
    if "MUTANT_UNDER_TEST" in os.environ:
        database = settings.DATABASES["default"]
        database.setdefault("TEST", {})["NAME"] = f"test_{database['NAME']}_{sharing.own_suffix()}"
