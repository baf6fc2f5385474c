"""``make demo`` as a newcomer and an impatient operator meet it: one whole run, with everything real."""

import asyncio
import http.cookiejar
import json
import os
import re
import shutil
import signal
import sys
import urllib.parse
import urllib.request

import psycopg2
import pytest

from foitracker import embedded
from foitracker.supervisor import free_port
from tests.running import descendants_in, start, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the demo's engines are for Linux"),
]
CLIENTS = 300


class Demo:
    """One home and its ports; start() and the signals are the tests' own."""

    def __init__(self, home):
        self.home, self.port, self.lmtp_port = home, free_port(), free_port()
        self.said = home.parent / "said"
        self.process = None

    def start(self) -> float:
        """Start and wait until it is ready; gives back the seconds that took."""
        self.process = start(
            "-m",
            "foitracker.demo",
            output=self.said,
            FOITRACKER_HOME=self.home,
            PORT=self.port,
            LMTP_PORT=self.lmtp_port,
        )

        def ready():
            assert self.process.poll() is None, self.said.read_text()
            return "Ready after" in self.said.read_text()

        return wait_until(ready, seconds=150)

    def end(self, number=signal.SIGTERM) -> float:
        self.process.send_signal(number)
        return wait_until(lambda: self.process.poll() is not None, seconds=20)

    def connections(self) -> int:
        connection = psycopg2.connect(embedded.urls(self.home)["DATABASE_URL"])
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) - 1 FROM pg_stat_activity WHERE backend_type = 'client backend'")
                return cursor.fetchone()[0]
        finally:
            connection.close()

    def browser(self) -> urllib.request.OpenerDirector:
        return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def url(self, path: str) -> str:
        return f"http://localhost:{self.port}{path}"

    def sign_in(self, email: str, password: str) -> str:
        """Sign in through the form; gives back the page that it leads to."""
        browser = self.browser()
        form = browser.open(self.url("/account/login/")).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        fields = {"csrfmiddlewaretoken": token, "login": email, "password": password}
        with browser.open(self.url("/account/login/"), urllib.parse.urlencode(fields).encode()) as answer:
            assert "/account/login" not in answer.url, f"{email} cannot sign in"
            return answer.read().decode()


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    demo = Demo(tmp_path_factory.mktemp("demo") / "home")
    yield demo
    if demo.process and demo.process.poll() is None:
        demo.end()
    shutil.rmtree(demo.home, ignore_errors=True)


async def statuses(port: int, path: str) -> list[int]:
    """What as many clients at once get for this page."""

    async def one() -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return int(answer.split(b" ", 2)[1])

    return await asyncio.gather(*(one() for _ in range(CLIENTS)))


def test_the_life_of_a_demo(demo):
    demo.start()

    said = demo.said.read_text()
    accounts = json.loads((demo.home / "accounts.json").read_text())
    assert [each["role"] for each in accounts] == ["citizen", "officer", "admin"]
    assert (demo.home / "accounts.json").stat().st_mode & 0o077 == 0
    for each in accounts:
        assert each["email"] in said and each["password"] in said
        demo.sign_in(each["email"], each["password"])
    for shown in (demo.url("/"), demo.url("/dev/mail/"), "foitracker.reply"):
        assert shown in said
    assert demo.browser().open(demo.url("/dev/mail/")).status == 200

    # Three hundred at once: nobody gets an error, and the database's connections are counted while they wait.
    most = 0

    async def crowd() -> list[int]:
        nonlocal most
        waiting = asyncio.ensure_future(statuses(demo.port, "/"))
        while not waiting.done():
            most = max(most, await asyncio.to_thread(demo.connections))
            await asyncio.sleep(0.2)
        return await waiting

    assert set(asyncio.run(crowd())) == {200}
    assert 0 < most <= 40

    # Killed outright: no child stays, and the next start needs no help.
    demo.process.kill()
    demo.process.wait()
    assert wait_until(lambda: not descendants_in(demo.home), seconds=15) < 10
    assert demo.start() < 30  # 15 s on a machine that does nothing else
    assert "Loading" not in demo.said.read_text()
    again = json.loads((demo.home / "accounts.json").read_text())
    assert again == accounts
    demo.sign_in(accounts[0]["email"], accounts[0]["password"])

    # A worker that dies is started again and spoken of.
    worker = next(pid for pid, words in descendants_in(demo.home).items() if "celeryd" in words and "Main" in words)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: "worker was killed by signal 9; starting it again" in demo.said.read_text(), seconds=10)
    wait_until(lambda: any("Main" in words for words in descendants_in(demo.home).values()), seconds=20)

    assert demo.end() < 10
    assert demo.process.returncode == 0
    assert descendants_in(demo.home) == {}
