"""A real clamd with one signature of our own, since the tests fetch none: that of the file which is no virus."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from foitracker.processes import Children, tail
from requests_app import scanner
from tests.running import wait_until

# The standard test file, in two pieces, so that nothing takes this file itself for one.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIGURATION = """Foreground yes
LocalSocket {folder}/clamd.ctl
DatabaseDirectory {folder}/signatures
MaxThreads 2
StreamMaxLength 1M
"""


def missing() -> str | None:
    """Why no clamd can be started here; None where it can."""
    return None if shutil.which("clamd") else "Debian's clamav-daemon is not installed: apt install clamav-daemon"


@contextmanager
def running(home: Path) -> Iterator[str]:
    """Run one; gives its address, as CLAMD takes it."""
    # A socket's name is short; pytest's folders are not.
    folder = Path(tempfile.mkdtemp(prefix="foitracker-clamd-"))
    folder.chmod(0o755)
    (folder / "signatures").mkdir()
    (folder / "signatures" / "ours.ndb").write_text(f"Eicar-Test-Signature:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))
    children = Children(home)
    address = f"unix:{folder}/clamd.ctl"
    try:
        child = children.start("clamd", [shutil.which("clamd"), "-c", folder / "clamd.conf"], env=dict(os.environ))
        wait_until(lambda: child.ended() or scanner.answers(address=address), seconds=60)
        assert not child.ended(), tail(child.log, 30)
        yield address
    finally:
        children.stop(["clamd"], within=8)
        shutil.rmtree(folder)
