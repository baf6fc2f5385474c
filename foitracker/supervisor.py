"""Keep a list of services running: start them, restart what dies, end all of them in order."""

import errno
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from foitracker.processes import CannotStart, Child, Children, say, tail

LONGEST_PAUSE = 30.0  # seconds between two starts of a service that keeps dying
SETTLED = 60.0  # a service that ran this long starts its pauses anew


@dataclass
class Service:
    """Something that runs until told otherwise. ``start`` gives back nothing; the child has its name."""

    name: str
    start: Callable[[], object]
    failures: int = 0
    again_at: float = field(default=0.0)


def command(
    children: Children,
    name: str,
    argv: Sequence[str | Path],
    *,
    env: dict[str, str],
    death_signal: signal.Signals = signal.SIGKILL,
) -> Service:
    """A service that is one command; ``death_signal`` is what it gets when this process is killed."""
    return Service(name, lambda: children.start(name, argv, env=env, death_signal=death_signal))


class Supervisor:
    """Starts services in the order given; ``stop_order`` is how they end, in groups with seconds each."""

    def __init__(self, children: Children, *, stop_order: Sequence[tuple[Sequence[str], float]]) -> None:
        self.children = children
        self.stop_order = stop_order
        self.services: dict[str, Service] = {}

    def start(self, service: Service) -> None:
        service.start()
        self.services[service.name] = service

    def watch(self) -> None:
        """Never returns: waits for a signal (which raises), and starts again what dies meanwhile."""
        while True:
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Note what has died since the last look, and start what is due to start again."""
        for child in [each for each in self.children.running if each.ended()]:
            self._note_death(child)
        running = {child.name for child in self.children.running}
        for service in self.services.values():
            if service.name not in running and time.monotonic() >= service.again_at:
                try:
                    service.start()
                except (CannotStart, OSError) as error:
                    say(f"{service.name} does not start: {error}")
                    self._pause(service)

    def _note_death(self, child: Child) -> None:
        status = child.process.returncode
        service = self.services[child.name]
        if time.monotonic() - child.begun > SETTLED:
            service.failures = 0
        self.children.forget(child)
        self._pause(service)
        how = f"was killed by signal {-status}" if status < 0 else f"ended with status {status}"
        pause = max(service.again_at - time.monotonic(), 0)
        say(f"{child.name} {how}; starting it again in {pause:.0f} s. Its log: {child.log}")
        if status > 0 and (end := tail(child.log, 5)):
            say(end)

    def _pause(self, service: Service) -> None:
        service.failures += 1
        service.again_at = time.monotonic() + min(2.0 ** (service.failures - 1), LONGEST_PAUSE)

    def wait_for(self, answers: Callable[[], bool], *, what: str, by: str, patience: float) -> None:
        """Wait until ``answers()``; raises CannotStart when the child named ``by`` dies or time is up."""
        deadline = time.monotonic() + patience
        while not answers():
            child = next((each for each in self.children.running if each.name == by), None)
            log = self.children.home / "log" / f"{by}.log"
            if child is None or child.ended():
                raise CannotStart(f"{what} ended while starting; the end of {log}:\n{tail(log)}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{what} does not answer after {patience:.0f} s; the end of {log}:\n{tail(log)}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End everything, in order; whatever does not end in its time is killed. Errands go at once."""
        ordered = {name for names, _ in self.stop_order for name in names}
        for child in [each for each in self.children.running if each.name not in ordered]:
            self.children.forget(child)
        for names, seconds in self.stop_order:
            self.children.stop(names, within=seconds)


def require_free(port: int, variable: str) -> None:
    """Raise CannotStart where another program listens on this port of this machine."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
                probe.listen(1)
        except OSError as error:
            reasons = {errno.EADDRINUSE: "is in use by another program", errno.EACCES: "is for root only"}
            if error.errno in reasons:
                raise CannotStart(
                    f"port {port} {reasons[error.errno]}: stop that program, "
                    f"or choose another port, as in `make demo {variable}={port + 1}`."
                ) from None
            if family == socket.AF_INET:
                raise CannotStart(f"port {port} cannot be used: {os.strerror(error.errno or 0)}.") from None


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
