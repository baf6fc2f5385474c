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


def test_a_folder_a_mailbox_and_standard_input_are_read(tmp_path):
    plain = (CORPUS / "plain.eml").read_bytes()
    flowed = (CORPUS / "flowed.eml").read_bytes()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "1309773845.M1P2.host:2,S").write_bytes(flowed)
    (tmp_path / "box.mbox").write_bytes(
        b"From jo@borough.example Mon Jul  4 15:04:05 2011\n"
        + plain
        + b"\n>From here on\n\nFrom the start, 10:00 was late.\n"
        + b"\nFrom jo@borough.example Mon Jul  4 16:04:05 2011\n"
        + flowed
    )
    (tmp_path / "box.json").write_text("{}")
    (tmp_path / ".hidden").write_text("x")

    folder = [json.loads(line) for line in run(str(tmp_path)).stdout.splitlines()]
    bare = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "foitracker.settings", "PYTHONIOENCODING": "ascii"}
    piped = subprocess.run(
        [sys.executable, "manage.py", "read_mail", "-"], cwd=ROOT, env=bare, input=flowed, capture_output=True
    )

    assert [one["message_id"] for one in folder] == [
        "plain-1@borough.example",
        json.loads(piped.stdout)["message_id"],
        json.loads(piped.stdout)["message_id"],
    ]
    assert folder[0]["text"].endswith("\nFrom here on\n\nFrom the start, 10:00 was late.")
