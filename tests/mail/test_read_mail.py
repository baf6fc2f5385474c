import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / "tests" / "corpus"
KEYS = (
    "message_id from_name from_address to cc subject date text visible_text quoted attachments kind bounce"
    " authority_reference exemptions_cited"
).split()


def run(*files: str) -> subprocess.CompletedProcess:
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "foitracker.settings"}
    return subprocess.run(
        [sys.executable, "manage.py", "read_mail", *files],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_letters_are_read_without_a_database_or_any_setting():
    done = run(str(CORPUS / "plain.eml"), str(CORPUS / "dsn_permanent.eml"))

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 0, done.stderr
    assert list(first) == KEYS
    assert first["kind"] == "reply"
    assert first["bounce"] is None
    assert second["bounce"] == {"permanent": True, "recipients": ["foi@borough.example"]}


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_still_printed():
    done = run("no-such-file.eml", str(CORPUS / "plain.eml"))

    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert done.returncode == 1
    assert first["file"] == "no-such-file.eml"
    assert "No such file" in first["error"]
    assert second["message_id"] == "plain-1@borough.example"
