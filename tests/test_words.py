"""Words are data: whatever people read goes through gettext, in templates, in letters and in what code refuses.

A template is read without its tags, its variables and its translated blocks; letters that are left are bare text.
Code is read as a tree: what is raised for people, and what forms show them.
"""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path
    for path in (ROOT / "templates").rglob("*")
    if path.suffix in {".html", ".txt"} and "admin" not in path.relative_to(ROOT / "templates").parts
)
CODE = sorted(
    path
    for folder in ("actions", "forms", "views", "mail", "models", "selectors", "exports", "templatetags")
    for path in (ROOT / "requests_app" / folder).glob("*.py")
) + [ROOT / "requests_app" / name for name in ("permissions.py", "adapters.py", "context.py")]

# Names of formats and of the law's own codes, not words; the same in every language.
NAMES = {"JSON", "CSV"}
# What pages hand to the parts that they share, where people read it.
HANDED = ("title", "text", "label", "hint", "button", "why", "legend", "lede")
# Shown while nothing works, so it can depend on nothing.
NEVER = {"500.html"}
SPOKEN = ("title", "aria-label", "placeholder", "alt", "label", "aria-description", "aria-roledescription", "summary")
BLOCKS = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}"
    r"|{%\s*(?:blocktrans|blocktranslate)\b.*?{%\s*end(?:blocktrans|blocktranslate)\s*%}"
    r"|<(script|style|svg)\b.*?</\1>|<!--.*?-->|<!doctype[^>]*>",
    re.S | re.I,
)
TAGS = re.compile(r"{%.*?%}|{{.*?}}", re.S)
ATTRIBUTE = re.compile(rf"""(?<![-\w])({"|".join(SPOKEN)})\s*=\s*("([^"]*)"|'([^']*)')""", re.I)
ELEMENT = re.compile(r"""<[a-z/!](?:[^<>"']|"[^"]*"|'[^']*')*>""", re.I)
ENTITY = re.compile(r"&[a-z#0-9]+;", re.I)
# A variable leaves a gap; what follows one after a slash is the rest of an address.
HANDED_ON = re.compile(r"{%\s*(?:include|with)\b.*?%}", re.S)
LITERAL = re.compile(rf"""\b(?:{"|".join(HANDED)})=["']([^"']*)["']""")
GAP = "\ue000"
PATH = re.compile(rf"{GAP}+/[\w/-]*")
WORD = re.compile(r"[^\W\d_]+")
CODE_LIKE = re.compile(r"<(code|kbd|samp|pre)\b.*?</\1>|<(\w+)[^>]*class=\"[^\"]*\bmono\b[^\"]*\"[^>]*>.*?</\2>", re.S)


def bare_words(text: str, *, html: bool) -> list[str]:
    """Words of a template that no translation reaches."""
    found = [word for tag in HANDED_ON.findall(text) for words in LITERAL.findall(tag) for word in _words(words)]
    text = PATH.sub(" ", TAGS.sub(GAP, BLOCKS.sub("", text)))
    if html:
        for match in ATTRIBUTE.finditer(text):
            found += _words(match[3] or match[4] or "")
        text = ELEMENT.sub(" ", CODE_LIKE.sub(" ", text))
    return found + _words(text)


def _words(text: str) -> list[str]:
    return [word for word in WORD.findall(ENTITY.sub(" ", text)) if word not in NAMES]


def test_given_templates_with_bare_text_then_it_is_found():
    assert bare_words("<p>Hello {{ name }}</p>", html=True) == ["Hello"]
    assert bare_words('<a title="Go" aria-label="{% trans "x" %}">{% trans "y" %}</a>', html=True) == ["Go"]
    assert bare_words('<input placeholder="Name" data-x="no">', html=True) == ["Name"]
    assert bare_words("{% blocktrans %}Yes{% endblocktrans %} &middot; 12 {# note #} JSON", html=True) == []
    assert bare_words('{% include "a.html" with title=x only %}<b class="x">{% trans "Y" %}</b>', html=True) == []
    assert bare_words('{% include "a.html" with tone="warn" title="Stop it" only %}', html=True) == ["Stop", "it"]
    assert bare_words('{% if a > b %}<p title="{{ c }}">…</p>{% endif %}', html=True) == []
    assert bare_words("{{ url }}/follow-up", html=False) == []
    assert bare_words("{{ who }} and/or {{ url }}", html=False) == ["and", "or"]
    assert bare_words("Dear {{ name }},\n{% trans 'Bye' %}", html=False) == ["Dear"]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_given_a_template_then_all_its_words_can_be_translated(path):
    if str(path.relative_to(ROOT / "templates")) in NEVER:
        return
    text = path.read_text("utf-8")

    assert bare_words(text, html=path.suffix == ".html") == []


# --- Code

# Raised for people or shown to them; the argument is the one that people read.
SHOWN = {
    "NotAllowed": 0,
    "ValidationError": 0,
    "LimitReached": 0,
    "add_error": 1,
    "success": 1,
    "error": 1,
    "warning": 1,
}
MESSAGES = {"success", "error", "warning"}
# Of a form's field.
SAID = {"label", "help_text", "initial_text", "empty_label", "verbose_name"}


def bare_sentences(source: str) -> list[tuple[int, str]]:
    """(line, text) of literal words that are raised for people, or shown by a form, untranslated."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        shown = []
        if name in SHOWN and len(node.args) > SHOWN[name] and _is_for_people(node, name):
            shown.append(node.args[SHOWN[name]])
        for keyword in node.keywords:
            if keyword.arg in SAID:
                shown.append(keyword.value)
            if keyword.arg == "error_messages" and isinstance(keyword.value, ast.Dict):
                shown += keyword.value.values
        found += [(part.lineno, text) for value in shown for part, text in _literals(value)]
    return found


def _is_for_people(node: ast.Call, name: str) -> bool:
    """``messages.error`` is; ``logger.error`` is not."""
    if name not in MESSAGES:
        return True
    return isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "messages"


def _literals(value: ast.AST):
    """Literal text with words in it, outside any call: a call is gettext, str() of something, or a look-up."""
    if isinstance(value, ast.Constant):
        if isinstance(value.value, str) and re.search(r"[^\W\d_]{2}", value.value):
            yield value, value.value
    elif isinstance(value, ast.JoinedStr):
        for part in value.values:
            yield from _literals(part)
    elif isinstance(value, ast.BinOp):
        yield from _literals(value.left)
    elif isinstance(value, ast.IfExp):
        yield from _literals(value.body)
        yield from _literals(value.orelse)


def test_given_code_with_bare_sentences_then_they_are_found():
    assert bare_sentences('raise NotAllowed("No.")') == [(1, "No.")]
    assert bare_sentences('raise NotAllowed(f"{a}: {b}")') == []
    assert bare_sentences('raise NotAllowed("Not now.")') == [(1, "Not now.")]
    assert bare_sentences('raise NotAllowed(_("Not now.") % {"a": "b c"})') == []
    assert bare_sentences('raise NotAllowed(f"{a} cannot become {b}")') == [(1, " cannot become ")]
    assert bare_sentences('form.add_error(None, "Bad words")') == [(1, "Bad words")]
    assert bare_sentences('messages.error(request, "Bad words"); logger.error(x, "fine words")') == [(1, "Bad words")]
    assert bare_sentences('CharField(label="Name", error_messages={"required": "Say it"})') == [
        (1, "Name"),
        (1, "Say it"),
    ]


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_given_what_code_says_to_people_then_it_can_be_translated(path):
    assert bare_sentences(path.read_text("utf-8")) == []
