"""The house's rules that a program can hold: who imports whom, how long a file is, what is migrated."""

import re
import subprocess
import sys
import tomllib
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
LONGEST = 350


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=170)


def test_given_the_code_then_imports_go_downwards_only():
    found = run(str(Path(sys.executable).parent / "lint-imports"))

    assert found.returncode == 0, found.stdout


def test_given_the_code_then_ruff_finds_nothing():
    found = run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")

    assert found.returncode == 0, found.stdout


@pytest.mark.django_db
def test_given_the_models_then_every_change_has_its_migration():
    call_command("makemigrations", "--check", "--dry-run", stdout=StringIO())


def test_given_every_selector_then_only_private_audiences_may_read_what_is_private():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    walled = next(c for c in contracts if "private" in c["name"])["source_modules"]
    files = {path.stem for path in (ROOT / "requests_app/selectors").glob("*.py")} - {"__init__"}

    public = {name for name in files if not name.startswith(("requester_", "authority_", "moderation_"))}

    assert {f"requests_app.selectors.{name}" for name in public} <= set(walled)


def test_given_every_file_then_it_is_short_or_says_why_not():
    listed = run("git", "ls-files", "*.py").stdout.split() or [str(p.relative_to(ROOT)) for p in ROOT.rglob("*.py")]
    product = [
        name for name in listed if name.startswith(("requests_app/", "foitracker/")) and "/migrations/" not in name
    ]

    long = {}
    for name in product:
        text = (ROOT / name).read_text("utf-8")
        if text.count("\n") > LONGEST and not re.search(r"(?i)long on purpose", text[:2000]):
            long[name] = text.count("\n")

    assert not long
