"""What tests of actions share: a request, its authority's address, and a place for files."""

import pytest

from requests_app.models import FOIRequest
from tests import factories
from tests.reminding import overlooked


@pytest.fixture
def files_here(settings, tmp_path):
    """Files are stored in a folder of the test's own."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
    }


@pytest.fixture
def foi_request(db) -> FOIRequest:
    return factories.make_request()


@pytest.fixture
def council(foi_request) -> str:
    """The address that we wrote to."""
    return foi_request.authority.addresses.get().email


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item):
    """Whatever a test did through actions: the sweep of reminders will look again in time."""
    result = yield
    if item.get_closest_marker("django_db"):
        assert overlooked() == []
    return result
