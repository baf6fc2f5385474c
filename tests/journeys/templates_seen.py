"""Middleware of the browser's site: each answer names the templates that made it, so that none is left unlooked at."""

import threading
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template import Template
from django.test.signals import template_rendered
from django.test.utils import instrumented_test_render

HEADER = "X-Templates"
_seen = threading.local()


def _note(template: Template, **_given: object) -> None:
    _seen.names = {*getattr(_seen, "names", ()), template.name}


class NameTemplates:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        Template._render = instrumented_test_render
        template_rendered.connect(_note)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        _seen.names = set()
        response = self.get_response(request)
        response.headers[HEADER] = ",".join(sorted(name for name in _seen.names if name))
        return response
