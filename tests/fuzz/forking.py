"""Readers of hostile formats in a fork of this process: the limits and the code are limited's, the libraries loaded.

A process begun anew for each file takes ten times as long to load its libraries as to read a file of a few kB.
"""

import gc
import importlib
import importlib.util
import json
import os
import sys
import tempfile
from dataclasses import asdict
from types import SimpleNamespace

from requests_app import limited

_LIBRARIES = (
    *("bounds", "cleaning", "findings", "hidden", "words", "words_pdf", "words_office", "words_xlsx", "words_tables"),
    "words_nested",
)


def load_libraries() -> None:
    """All that readers load, here, so that a fork has it."""
    for name in _LIBRARIES:
        importlib.import_module(f"requests_app.files.{name}")
    for name in ("docx", "openpyxl", "odf.opendocument", "pypdf", "pypdfium2", "pptx", "xlrd", "PIL.Image"):
        importlib.import_module(name) if importlib.util.find_spec(name.partition(".")[0]) else None
    # Else each fork's first collection would touch, and so copy, every page of memory.
    gc.collect()
    gc.freeze()


def run(reader, content, *, limits: limited.Limits, **options) -> limited.Answer:
    """As `limited.run`, for a process with one thread."""
    name = f"{reader.__module__}:{reader.__qualname__}"
    order = {"reader": name, "options": options} | asdict(limits)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as made, tempfile.TemporaryFile() as said:
        given.write(content)
        given.seek(0)
        number = os.fork()
        if number == 0:
            _become_reader(order, given.fileno(), made.fileno(), said.fileno())
        process = _Forked(number)
        try:
            code = limited._wait(process, limits.seconds)
        finally:
            limited._end(process)
        if code != 0:
            raise limited._failure(code, said)
        made.seek(0)
        return limited._unpacked(made)


def _become_reader(order: dict, given: int, made: int, said: int) -> None:
    try:
        os.setsid()
        for source, target in ((given, 0), (made, 1), (said, 2)):
            os.dup2(source, target)
        sys.stdin = SimpleNamespace(buffer=os.fdopen(0, "rb", closefd=False))
        limited._main(json.loads(json.dumps(order)))
    finally:
        os._exit(1)


class _Forked:
    """What `limited` asks of a process, of one that was forked."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self.returncode = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self.returncode
