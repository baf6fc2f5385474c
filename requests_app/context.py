"""What every template may know of the site itself."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .selectors.visitor import Visitor
from .selectors.visitor import visitor as load_visitor
from .site_facts import site_facts


def site(request: HttpRequest) -> dict[str, object]:
    """Who runs the site and what it is called; nothing about the visitor."""
    return site_facts()


def visitor(request: HttpRequest) -> dict[str, object]:
    """The menu of the person who is signed in, asked for only where a template prints it. One query."""

    def load() -> Visitor:
        user = getattr(request, "user", None)
        return load_visitor(user) if user and user.is_authenticated else Visitor(False, False)

    return {"visitor": SimpleLazyObject(load)}
