"""A visitor without JavaScript: cookies, links and forms over real HTTP, and how long each answer took."""

import http.cookiejar
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from html.parser import HTMLParser


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    asked: str
    status: int
    path: str
    text: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.asked}: {self.status} in {self.seconds:.2f} s"


class _Hidden(HTMLParser):
    """The hidden fields of the page's first form that has ``marker`` among its fields."""

    def __init__(self, marker: str) -> None:
        super().__init__()
        self.marker, self.found, self.fields, self.names = marker, False, {}, set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "form" and not self.found:
            self.fields, self.names = {}, set()
        elif tag in ("input", "textarea", "select", "button") and not self.found and given.get("name"):
            self.names.add(given["name"])
            if given.get("type") == "hidden":
                self.fields[given["name"]] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.marker in self.names:
            self.found = True


class Visitor:
    """One browser; ``answers`` are all it got, in order."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.answers: list[Answer] = []
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )

    def get(self, path: str, form: dict[str, str] | None = None) -> Answer:
        """One page; with ``form``, what posting it leads to."""
        url = urllib.parse.urljoin(self.site, path)
        data = urllib.parse.urlencode(form).encode() if form is not None else None
        request = urllib.request.Request(url, data, {"Referer": url, "Origin": self.site})
        began = time.monotonic()
        try:
            with self._opener.open(request, timeout=30) as reply:
                status, where, body = reply.status, reply.url, reply.read()
        except urllib.error.HTTPError as error:
            status, where, body = error.code, error.url, error.read()
        took = time.monotonic() - began
        text = body.decode("utf-8", "replace")
        asked = f"{'POST' if form is not None else 'GET'} {path}"
        answer = Answer(asked, status, urllib.parse.urlsplit(where).path, text, took)
        self.answers.append(answer)
        return answer

    def submit(self, path: str, *, marker: str = "csrfmiddlewaretoken", **fields: str) -> Answer:
        """Open a page, fill in its form that has the field ``marker``, and send it to the same address."""
        page = self.get(path)
        form = _Hidden(marker)
        form.feed(page.text)
        assert form.found, f"no form with {marker} on {page}: {page.text[:300]}"
        return self.get(page.path, {**form.fields, **fields})

    def sign_in(self, email: str, password: str) -> None:
        went = self.submit("/account/login/", marker="password", login=email, password=password)
        assert went.path != "/account/login/", went.text
