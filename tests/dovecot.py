"""A real IMAP server, Debian's Dovecot, in folders and on ports of its own, with one mailbox."""

import imaplib
import os
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from foitracker.processes import Children, tail
from foitracker.supervisor import free_port
from tests.running import wait_until

USER, PASSWORD = "replies", "a-pass-word"
OWN = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Done {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
"""


def missing() -> str | None:
    """Why no Dovecot of Debian's can be started here; None where it can."""
    if os.geteuid() != 0:
        return "Dovecot starts as root only"
    if not shutil.which("dovecot") or not Path("/usr/lib/dovecot/imap").exists() or not shutil.which("openssl"):
        return "Debian's dovecot-imapd and openssl are not installed: apt install dovecot-imapd openssl"
    return None


@dataclass(frozen=True)
class Dovecot:
    """Its port for TLS, the one for STARTTLS, and the certificate that it shows."""

    port: int
    plain_port: int
    certificate: Path

    @contextmanager
    def mailbox(self) -> Iterator[imaplib.IMAP4_SSL]:
        context = ssl.create_default_context(cafile=str(self.certificate))
        with imaplib.IMAP4_SSL("127.0.0.1", self.port, ssl_context=context, timeout=20) as box:
            box.login(USER, PASSWORD)
            yield box

    def bring(self, *letters: bytes) -> None:
        """Put letters into the mailbox, as its mail server would."""
        with self.mailbox() as box:
            for raw in letters:
                assert box.append("INBOX", None, None, raw)[0] == "OK"

    def count(self, folder: str = "INBOX") -> int:
        with self.mailbox() as box:
            return int(box.select(folder, readonly=True)[1][0])

    def delete(self, *, only_mark: bool) -> None:
        """Mark all that is there as deleted, as somebody's mail program does, and remove it or not."""
        with self.mailbox() as box:
            if box.select("INBOX")[1] == [b"0"]:
                return
            box.store("1:*", "+FLAGS", r"(\Deleted)")
            if not only_mark:
                box.expunge()


@contextmanager
def running(children: Children) -> Iterator[Dovecot]:
    """Run one until the block ends."""
    # Its processes give up root's rights before they open their files: others must be able to pass.
    folder = Path(tempfile.mkdtemp(prefix="foitracker-dovecot-"))
    folder.chmod(0o755)
    port, plain_port = free_port(), free_port()
    try:
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
                *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
        (folder / "mail").mkdir()
        shutil.chown(folder / "mail", "nobody")
        conf = folder / "dovecot.conf"
        conf.write_text(OWN.format(folder=folder, port=port, plain_port=plain_port, password=PASSWORD))
        child = children.start("dovecot", ["dovecot", "-F", "-c", conf])
        made = Dovecot(port, plain_port, folder / "cert.pem")
        wait_until(lambda: child.ended() or _answers(made), seconds=30)
        log = folder / "log"
        assert not child.ended(), f"{tail(child.log, 30)}\n{log.read_text() if log.exists() else ''}"
        yield made
    finally:
        children.stop(["dovecot"], within=8)
        shutil.rmtree(folder, ignore_errors=True)


def _answers(server: Dovecot) -> bool:
    with suppress(OSError, imaplib.IMAP4.error), server.mailbox():
        return True
    return False
