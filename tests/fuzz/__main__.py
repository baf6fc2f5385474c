"""``python -m tests.fuzz 20000``: prints figures as JSON. A database of its own, dropped at the end.

Two processes share the letters. Exits 1 where a letter was lost, something crashed or an address was shown.
"""

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile


def share(count: int, first: int, seed: int) -> int:
    import django

    django.setup()
    from tests import factories
    from tests.fuzz.run import run

    # The processes share a database: each makes people and authorities under numbers of its own.
    factories._numbers = itertools.count(10 * first + 1)
    found = run(count, first=first, seed=seed, say=lambda words: print(words, file=sys.stderr, flush=True))
    print(json.dumps(found.figures()))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.split("\n")[0])
    parser.add_argument("letters", type=int, nargs="?", default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="begin with this letter, to look at one again")
    parser.add_argument("--share", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    if given.share:
        return share(given.letters, given.first, given.seed)

    import django

    django.setup()
    from requests_app.benchmarks.pages import manage, scratch_database

    with tempfile.TemporaryDirectory(prefix="foitracker-fuzz-") as files, scratch_database() as url:
        env = os.environ | {"DATABASE_URL": url, "FILES_DIR": files}
        # Nobody is told of these letters: there is no broker at this address.
        env["CELERY_BROKER_URL"] = "redis://127.0.0.1:1/0"
        manage(env, "migrate", "--verbosity", "0")
        manage(env, "createcachetable")
        each = -(-given.letters // given.processes)
        shares = []
        for number in range(given.processes):
            first = given.first + number * each
            count = min(each, given.first + given.letters - first)
            command = [sys.executable, "-m", "tests.fuzz", str(count), "--first", str(first), "--seed", str(given.seed)]
            shares.append(subprocess.Popen([*command, "--share"], env=env, stdout=subprocess.PIPE, text=True))
        said = [one.communicate()[0] for one in shares]
    if any(one.returncode for one in shares):
        return 1
    figures = [json.loads(words) for words in said]
    whole = {name: max if name.startswith(("peak", "slowest", "seconds")) else sum for one in figures for name in one}
    whole = {
        name: [each for one in figures for each in one[name]]
        if name == "examples"
        else together([one[name] for one in figures if name in one])
        for name, together in whole.items()
    }
    print(json.dumps(whole))
    return int(bool(whole["lost"] or whole["crashed"] or whole["leaked"]))


if __name__ == "__main__":
    sys.exit(main())
