"""Debian's OpenDKIM and OpenDMARC with the lines of the README, asking a name server of the test's own."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foitracker.processes import Children, tail
from foitracker.supervisor import free_port
from tests.name_server import answering
from tests.running import BASE, wait_until

SERVER = "mx.foitracker.example"
# An address of this machine that nobody else listens on: the two know no other port than 53.
NAMES = ("127.53.8.1", 53)
OWN = {
    "opendkim": "Socket inet:{port}@127.0.0.1\nMode v\nUserID root\nRequireSafeKeys no\n"
    "ResolverConfiguration {folder}/unbound.conf\n",
    "opendmarc": "Socket inet:{port}@127.0.0.1\nUserID root\nRejectFailures false\nIgnoreHosts {folder}/none\n",
}


def missing() -> str | None:
    """Why they cannot be run here; None where they can."""
    if os.geteuid() != 0:
        return "Only root can give programs a name server of their own"
    if not shutil.which("opendkim") or not shutil.which("opendmarc"):
        return "OpenDKIM and OpenDMARC are not installed: apt install opendkim opendmarc"
    if not shutil.which("unshare") or subprocess.run(["unshare", "-m", "true"], check=False, timeout=10).returncode:
        return "No folder tree of their own can be given to programs here"
    return None


def readme_lines() -> dict[str, str]:
    """By program, the lines that the README puts side by side, with our server's name."""
    readme = (BASE / "README.md").read_text()
    table = re.search(r"# opendkim\.conf +# opendmarc\.conf\n(.*?)```", readme, re.S)[1]
    rows = [re.split(r" {2,}", row) for row in table.replace("mx.example.org", SERVER).strip().splitlines()]
    assert all(len(row) == 2 for row in rows)
    return {name: "".join(f"{row[place]}\n" for row in rows) for place, name in enumerate(OWN)}


@contextmanager
def running(children: Children, records: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    """The line of main.cf that hands letters to both, in the README's order, while they run."""
    folder = Path(tempfile.mkdtemp(prefix="foitracker-milters-"))
    (folder / "resolv.conf").write_text(f"nameserver {NAMES[0]}\noptions timeout:2 attempts:2\n")
    # OpenDKIM asks through libunbound, which would ask the root's servers, and none on this machine.
    (folder / "unbound.conf").write_text(
        f"server:\n  do-not-query-localhost: no\nforward-zone:\n  name: .\n  forward-addr: {NAMES[0]}\n"
    )
    (folder / "none").touch()
    ports = {name: free_port() for name in OWN}
    try:
        with answering(records, at=NAMES):
            for name, lines in readme_lines().items():
                own = OWN[name].format(port=ports[name], folder=folder)
                (folder / f"{name}.conf").write_text(own + lines)
                conf = "-x" if name == "opendkim" else "-c"
                command = (
                    f"mount --bind {folder}/resolv.conf /etc/resolv.conf && exec {name} -f {conf} {folder}/{name}.conf"
                )
                child = children.start(name, ["unshare", "-m", "sh", "-c", command])
                wait_until(lambda: child.ended() or _listens(ports[name]), seconds=20)  # noqa: B023
                assert not child.ended(), tail(child.log, 30)
            yield "smtpd_milters = " + ", ".join(f"inet:127.0.0.1:{port}" for port in ports.values())
    finally:
        children.stop(list(OWN), within=8)
        shutil.rmtree(folder)


def _listens(port: int) -> bool:
    """Whether a socket of this port waits; a milter is not to be spoken to without a letter."""
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A" for row in rows)
