"""A real Postfix with the lines of the README, in folders and on a port of its own."""

import os
import re
import shutil
import smtplib
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from foitracker.processes import Children, tail
from foitracker.supervisor import free_port
from tests.letters import DOMAIN
from tests.running import BASE, wait_until

# What Debian's package makes /etc/postfix from.
DEBIAN = Path("/usr/share/postfix/main.cf.debian"), Path("/usr/share/postfix/master.cf.dist")
# Nothing else on the machine is touched or asked, and a test that is killed outright leaves no server for long.
OWN = """
recipient_delimiter = +
myhostname = mx.foitracker.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
alias_maps =
alias_database =
maillog_file = /dev/stdout
queue_directory = {folder}/queue
data_directory = {folder}/data
relayhost = [127.0.0.1]:{relay_port}
"""
ENDS_AFTER = 600  # seconds


def missing() -> str | None:
    """Why no Postfix of Debian's can be started here; None where it can."""
    if os.geteuid() != 0:
        return "Postfix starts as root only"
    if not shutil.which("postfix") or not all(file.exists() for file in DEBIAN):
        return "Debian's postfix is not installed: apt install postfix"
    return None


def readme_lines() -> str:
    """The lines that the README tells people to put into main.cf, as they stand there."""
    readme = (BASE / "README.md").read_text()
    return re.search(r"\*\*Mail in, with Postfix\*\*[^`]*`/etc/postfix/main\.cf`.*?\n```\n(.*?)```\n", readme, re.S)[1]


def site_lines(lmtp_port: int) -> str:
    """The README's lines with this site's domain and the port of its door; nothing else in them may change."""
    lines = readme_lines()
    for there, here in (("reply.example.org", DOMAIN), ("127.0.0.1:8024", f"127.0.0.1:{lmtp_port}")):
        assert lines.count(there) == 1, f"the README's lines for Postfix name {there} {lines.count(there)} times"
        lines = lines.replace(there, here)
    return lines


@dataclass(frozen=True)
class Postfix:
    """Where it listens, and its folder."""

    port: int
    folder: Path
    log: Path

    def send(self, sender: str, to: str | list[str], raw: bytes) -> None:
        """Hand it a letter as any mail server does: over SMTP. Raises what smtplib raises where it refuses."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=60) as server:
            assert server.sendmail(sender, to, raw, ["BODY=8BITMIME"]) == {}

    def said(self, words: str, *, seconds: float = 30) -> None:
        """Wait until these words stand in its log."""
        wait_until(lambda: words in self.log.read_text(errors="replace"), seconds=seconds)

    def try_again(self) -> None:
        """Try now whatever waits in its queue, as it would by itself some minutes later."""
        subprocess.run(["postqueue", "-c", self.folder / "etc", "-f"], check=True, timeout=30)


@contextmanager
def running(children: Children, *, lmtp_port: int, relay_port: int, more: str = "") -> Iterator[Postfix]:
    """Run one that brings mail for our domain to the door on ``lmtp_port``, all other mail to ``relay_port``.

    ``more``: a further line of main.cf.
    """
    # Its processes give up root's rights before they open their files: others must be able to pass.
    folder = Path(tempfile.mkdtemp(prefix="foitracker-postfix-"))
    folder.chmod(0o755)
    port = free_port()
    try:
        own = OWN.format(folder=folder, relay_port=relay_port)
        etc = _configure(folder, port, f"{own}{site_lines(lmtp_port)}{more}\n")
        (folder / "queue").mkdir()
        (folder / "data").mkdir()
        shutil.chown(folder / "data", "postfix")
        checked = subprocess.run(["postfix", "-c", etc, "check"], capture_output=True, text=True, timeout=60)
        assert checked.returncode == 0, checked.stderr
        daemons = subprocess.check_output(["postconf", "-c", etc, "-h", "daemon_directory"], text=True).strip()
        # What `postfix start-fg` starts, without the shell around it that would not hand a signal on.
        command = [f"{daemons}/master", "-c", etc, "-s", "-e", ENDS_AFTER]
        child = children.start("postfix", command)
        wait_until(lambda: child.ended() or listens(port), seconds=30)
        assert not child.ended(), tail(child.log, 30)
        yield Postfix(port, folder, child.log)
    finally:
        children.stop(["postfix"], within=8)
        shutil.rmtree(folder)


def _configure(folder: Path, port: int, lines: str) -> Path:
    main, services = (file.read_text() for file in DEBIAN)
    etc = folder / "etc"
    etc.mkdir()
    (etc / "main.cf").write_text(main + lines)
    services, listeners = re.subn(r"(?m)^smtp( +inet)", rf"127.0.0.1:{port}\1", services)
    assert listeners == 1
    # Not in a chroot, which Debian fills from /etc only when it starts the service itself.
    (etc / "master.cf").write_text(re.sub(r"(?m)^(\S+ +(?:inet|unix)(?: +\S+){2} +)y\b", r"\1n", services))
    return etc


def listens(port: int, speak: type[smtplib.SMTP] = smtplib.SMTP) -> bool:
    """Whether somebody greets on this port of 127.0.0.1."""
    with suppress(OSError, smtplib.SMTPException), speak("127.0.0.1", port, timeout=5):
        return True
    return False
