"""What must be set before the site starts, and what each refusal says."""

import json

import pytest

from tests.name_server import answering, whole
from tests.running import python
from tests.test_embedded import EXTERNAL

CHECK = ("manage.py", "check")
SAID = [
    ("DATABASE_URL", "", "DATABASE_URL is not set"),
    ("CELERY_BROKER_URL", "", "CELERY_BROKER_URL is not set"),
    ("SECRET_KEY", "", "SECRET_KEY is not set: give it at least 50 random characters"),
    ("SECRET_KEY", "short", "SECRET_KEY is too short"),
    ("DEBUG", "1", "DEBUG is on"),
    ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is not set"),
    ("ALLOWED_HOSTS", "foi.example,*", "ALLOWED_HOSTS is not set"),
    ("MAIL_DOMAIN", "", "MAIL_DOMAIN is not set"),
    ("OPERATOR_NAME", " ", "OPERATOR_NAME is not set"),
    ("OPERATOR_ADDRESS", "", "OPERATOR_ADDRESS is not set"),
    ("CONTACT_EMAIL", "", "CONTACT_EMAIL is not set"),
    ("CLAMD", "http://scanner.example", "CLAMD is no address of a scanner"),
]

# One process for the whole table: it forks before the settings are read, so that each row reads its own.
EACH_ROW = """
import io, json, os, sys
from contextlib import redirect_stderr
rows, external = json.loads(sys.argv[1]), json.loads(sys.argv[2])
for name, value, _ in rows:
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.environ.update(external, DJANGO_SETTINGS_MODULE="foitracker.settings", **{name: value})
        said, status = io.StringIO(), 0
        with redirect_stderr(said):
            try:
                from foitracker import startup
                startup.require()
            except SystemExit as ended:
                status = ended.code
        os.write(writing, json.dumps([status, said.getvalue()]).encode())
        os._exit(0)
    os.close(writing)
    print(os.read(reading, 10000).decode())
    os.waitpid(pid, 0)
"""


@pytest.fixture(scope="module")
def starts():
    shown = python("-c", EACH_ROW, json.dumps(SAID), json.dumps(EXTERNAL))
    assert shown.returncode == 0, shown.stderr
    return [json.loads(line) for line in shown.stdout.splitlines()]


@pytest.mark.parametrize("row", range(len(SAID)), ids=[f"{name}={value}" for name, value, _ in SAID])
def test_given_one_setting_missing_or_dangerous_then_the_start_stops_and_says_only_that(starts, row):
    status, said = starts[row]

    assert status == 1
    lines = said.splitlines()
    assert lines[0] == "foitracker cannot start:" and len(lines) == 2
    assert lines[1].startswith(f"- {SAID[row][2]}")


def test_given_nothing_at_all_then_everything_is_named_at_once():
    refused = python(*CHECK)

    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    for name in EXTERNAL.keys() - {"SITE_URL"}:
        assert f"- {name} is not set" in refused.stderr


def test_given_all_settings_then_the_site_may_start_and_the_deploy_check_is_clean():
    with answering(whole(EXTERNAL["MAIL_DOMAIN"], "2026")) as server:
        records = {"DKIM_SELECTOR": "2026", "DNS_RESOLVER": server}
        checked = python(*CHECK, "--deploy", "--fail-level", "WARNING", **EXTERNAL | records)

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


def test_given_a_bucket_then_files_are_kept_there_and_pages_stay_where_they_are():
    shown = python(
        "-c",
        "import json; from foitracker import settings; print(json.dumps([settings.STORAGES['default'], "
        "settings.FILES_HOST, settings.ALLOWED_HOSTS]))",
        **EXTERNAL,
        FILES_S3_BUCKET="foi-files",
        FILES_S3_ENDPOINT="https://objects.example",
        FILES_URL="https://files.foi.example/",
    )

    storage, host, allowed = json.loads(shown.stdout)
    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storage["OPTIONS"]["bucket_name"] == "foi-files"
    assert storage["OPTIONS"]["endpoint_url"] == "https://objects.example"
    assert host == "files.foi.example" and host in allowed
