"""``python -m tests.fuzz 20000``: prints figures as JSON. A database of its own, dropped at the end.

Two processes share the letters. Each writes what it saw into the folder of ``--seen`` after every fifty letters, so
that a run that is cut off tells that much. Exits 1 where a letter was lost, something crashed or an address was shown.
"""

import argparse
import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path


def share(count: int, first: int, seed: int, seen: Path) -> int:
    import django

    django.setup()
    from tests import factories
    from tests.fuzz.found import Found
    from tests.fuzz.run import run

    def note(found: Found) -> None:
        written = seen.with_suffix(".part")
        written.write_text(json.dumps(found.figures()))
        written.replace(seen)

    # The processes share a database: each makes people and authorities under numbers of its own.
    factories._numbers = itertools.count(10 * first + 1)
    say = lambda words: print(words, file=sys.stderr, flush=True)  # noqa: E731
    run(count, first=first, seed=seed, say=say, note=note)
    return 0


def together(figures: list[dict]) -> dict[str, object]:
    """The figures of all shares as one: added up, but for what is longest or largest."""
    whole: dict[str, object] = {}
    for one in figures:
        for name, value in one.items():
            if name not in whole:
                whole[name] = value
            elif name == "slowest":
                whole[name] = max(figures, key=lambda each: each["slowest_s"])[name]
            elif name.startswith(("peak", "slowest_s", "seconds")):
                whole[name] = max(whole[name], value)
            elif isinstance(value, dict):
                known = whole[name]
                whole[name] = known | {each: known.get(each, 0) + count for each, count in value.items()}
            else:
                whole[name] = whole[name] + value
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("letters", type=int, nargs="?", default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="begin with this letter, to look at one again")
    parser.add_argument("--seen", type=Path, default=Path(".local/fuzz-seen"), help="folder for what was seen so far")
    parser.add_argument("--share", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if given.share:
        return share(given.letters, given.first, given.seed, given.share)

    import django

    django.setup()
    from requests_app.benchmarks.pages import manage, scratch_database

    given.seen.mkdir(parents=True, exist_ok=True)
    # Whoever stops this gets what was seen until then.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="foitracker-fuzz-") as files, scratch_database() as url:
        env = os.environ | {"DATABASE_URL": url, "FILES_DIR": files}
        # Nobody is told of these letters: there is no broker at this address.
        env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
        # Whether a commit outlives a power cut is asked elsewhere.
        env["PGOPTIONS"] = "-c synchronous_commit=off"
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "createcachetable")
        each = -(-given.letters // given.processes)
        shares: list[tuple[subprocess.Popen, Path]] = []
        for number in range(given.processes):
            first = given.first + number * each
            count = min(each, given.first + given.letters - first)
            seen = given.seen.resolve() / f"seed-{given.seed}-from-{first}.json"
            seen.unlink(missing_ok=True)
            command = [sys.executable, "-m", "tests.fuzz", str(count), "--first", str(first), "--seed", str(given.seed)]
            shares.append((subprocess.Popen([*command, "--share", str(seen)], env=env), seen))
        try:
            ended = [process.wait() for process, _seen in shares]
        finally:
            for process, _seen in shares:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            figures = [json.loads(seen.read_text()) for _process, seen in shares if seen.exists()]
            whole = together(figures) if figures else {}
            print(json.dumps(whole), flush=True)
    if any(ended):
        return 1
    return int(bool(whole["lost"] or whole["crashed"] or whole["leaked"]))


if __name__ == "__main__":
    sys.exit(main())
