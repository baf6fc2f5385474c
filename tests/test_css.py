"""The style sheets keep their promises: old browsers, small size, tokens only, contrast in both schemes."""

import gzip
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHEETS = {path.stem: path for path in sorted((ROOT / "static/css").glob("*.css"))}
LIMIT = 12_000  # bytes, gzipped, all sheets together

# What Chrome 109, Firefox ESR 115 and Safari 15.0 all know. Look a new one up before adding it.
PROPERTIES = set(
    """-webkit-text-size-adjust align-items align-self animation background border border-bottom border-collapse
    border-color border-left border-radius border-right border-top box-shadow box-sizing break-after clip color
    color-scheme column-gap content cursor display fill flex flex-wrap float font font-family font-size
    font-variant-numeric font-weight gap grid-template-columns height justify-content left letter-spacing
    line-height list-style margin margin-bottom margin-left margin-right margin-top max-height max-width
    min-height min-width opacity order orphans outline outline-offset overflow overflow-wrap overflow-x padding
    padding-bottom padding-left padding-right padding-top page-break-after position resize right row-gap
    scroll-behavior scroll-margin-top stroke stroke-dasharray stroke-linecap stroke-linejoin stroke-width
    table-layout text-align text-anchor text-decoration text-decoration-thickness text-size-adjust
    text-underline-offset top
    transition vertical-align white-space widows width word-break z-index""".split()
)
FUNCTIONS = {"var", "calc", "rect", "repeat", "minmax", "attr", "min", "max", "clamp"}
PSEUDO = set("root before after hover focus focus-visible target first-child last-child not placeholder empty".split())
AT_RULES = {"media", "page"}
KEYWORD_COLOURS = re.compile(
    r"(?<![\w-])(black|white|red|green|blue|gr[ae]y|orange|yellow|purple|silver|navy|teal)(?![\w-])"
)


@dataclass(frozen=True)
class Rule:
    """A rule, its selector, the at-rules it stands in, and its declarations as (name, value)."""

    selector: str
    inside: tuple[str, ...]
    declarations: tuple[tuple[str, str], ...]


class Nested(ValueError):
    """A rule inside a rule."""


def parse(css: str) -> list[Rule]:
    """The rules of a sheet. Raises Nested for a style rule inside another."""
    css = re.sub(r"/\*.*?\*/", " ", css, flags=re.S)
    rules: list[Rule] = []
    stack: list[tuple[str, list[tuple[str, str]]]] = []
    text = quote = ""

    def declare(piece: str) -> None:
        if piece.strip():
            name, _, value = piece.partition(":")
            stack[-1][1].append((name.strip(), value.strip()))

    for char in css:
        if quote or char in "\"'":
            quote = "" if char == quote else quote or char
            text += char
        elif char == "{":
            head = text.strip()
            if stack and not stack[-1][0].startswith("@"):
                raise Nested(f"{head} inside {stack[-1][0]}")
            stack.append((head, []))
            text = ""
        elif char == "}":
            declare(text)
            head, declarations = stack.pop()
            rules.append(Rule(head, tuple(outer for outer, _ in stack), tuple(declarations)))
            text = ""
        elif char == ";":
            declare(text) if stack else None
            text = ""
        else:
            text += char
    if stack or text.strip():
        raise ValueError(f"a brace is missing near {text.strip()[:40]!r}")
    return rules


RULES = {name: parse(path.read_text()) for name, path in SHEETS.items()}
STYLE_RULES = [(sheet, rule) for sheet, rules in RULES.items() for rule in rules]


def tokens(scheme: str) -> dict[str, str]:
    """The custom properties that hold in a colour scheme; the later rule wins."""
    found: dict[str, str] = {}
    for rule in RULES["tokens"]:
        dark = any("prefers-color-scheme: dark" in outer for outer in rule.inside)
        if rule.selector == ":root" and (not rule.inside or (dark and scheme == "dark")):
            found |= dict(rule.declarations)
    return found


def contrast(one: str, other: str) -> float:
    """The ratio of two #rrggbb colours. WCAG 2.2, relative luminance."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_given_a_rule_inside_a_rule_when_it_is_parsed_then_it_is_refused():
    with pytest.raises(Nested, match="b inside a"):
        parse("a { color: red; b { color: blue; } }")


def test_black_on_white_has_the_contrast_that_the_guideline_says():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_property_is_known_to_the_oldest_browsers():
    unknown = {
        (sheet, name)
        for sheet, rule in STYLE_RULES
        for name, _ in rule.declarations
        if not name.startswith("--") and name not in PROPERTIES
    }

    assert not unknown


def test_every_value_uses_only_functions_that_the_oldest_browsers_know():
    used = {
        (sheet, function)
        for sheet, rule in STYLE_RULES
        for _, value in rule.declarations
        for function in re.findall(r"([\w-]+)\(", value)
    }

    assert {function for _, function in used} <= FUNCTIONS
    values = {value for _, rule in STYLE_RULES for _, value in rule.declarations}
    assert not values & {"anywhere", "subgrid", "clip", "balance", "pretty"}


def test_every_selector_and_at_rule_is_known_to_the_oldest_browsers():
    for sheet, rule in STYLE_RULES:
        if rule.selector.startswith("@"):
            assert rule.selector[1:].split()[0] in AT_RULES, (sheet, rule.selector)
            assert not re.search(r"[<>]", rule.selector), "range syntax is newer than Safari 15"
            continue
        assert set(re.findall(r":{1,2}([a-z-]+)", rule.selector)) <= PSEUDO, (sheet, rule.selector)
        assert "&" not in rule.selector


def test_a_focus_ring_stays_where_focus_visible_is_unknown():
    rings = {rule.selector: dict(rule.declarations) for rule in RULES["base"]}

    assert rings[":focus"]["outline"].startswith("3px solid")
    assert ":focus:not(:focus-visible)" in rings


def test_the_sheets_are_small_together():
    together = b"".join(path.read_bytes() for path in SHEETS.values())

    assert len(gzip.compress(together, 9)) <= LIMIT


def test_nothing_comes_from_elsewhere():
    for path in SHEETS.values():
        assert not re.search(r"url\(|@import|https?:", path.read_text()), path


def test_important_is_only_for_print_and_reduced_motion():
    loud = [
        (sheet, rule.selector)
        for sheet, rule in STYLE_RULES
        if any("!important" in value for _, value in rule.declarations)
        and not any("print" in outer or "reduced-motion" in outer for outer in rule.inside)
    ]

    assert not loud


def test_every_colour_comes_through_a_token():
    for sheet, rule in STYLE_RULES:
        for name, value in rule.declarations:
            if sheet == "tokens" and name.startswith("--"):
                continue
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", value), (sheet, rule.selector, value)
            plain = re.sub(r"var\([^)]*\)", "", value)
            assert not KEYWORD_COLOURS.search(plain), (sheet, rule.selector, value)


def test_every_token_that_is_used_exists_and_every_token_is_used():
    known = {name for name in tokens("light") if name.startswith("--")}
    text = "".join(path.read_text() for path in SHEETS.values())
    used = set(re.findall(r"var\((--[\w-]+)\)", text))

    assert used == known


TONES = ("blue", "green", "amber", "red", "grey")
TEXT_PAIRS = [
    *((text, ground) for text in ("ink", "soft", "accent", "accent-strong") for ground in ("paper", "wash", "tint")),
    *((tone, f"{tone}-wash") for tone in TONES),
    *(("ink", f"{tone}-wash") for tone in TONES),
    *((tone, ground) for tone in ("red", "amber", "green") for ground in ("paper", "wash")),
    ("red", "red-wash"),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("on-focus-wash", "focus-wash"),
    ("paper", "ink"),
]
SHAPE_PAIRS = [(shape, ground) for shape in ("edge", "focus", "accent") for ground in ("paper", "wash", "tint")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_and_shapes_have_enough_contrast(scheme):
    colours = tokens(scheme)
    weak = [
        (text, ground, round(ratio, 2))
        for pairs, least in ((TEXT_PAIRS, 4.5), (SHAPE_PAIRS, 3.0))
        for text, ground in pairs
        if (ratio := contrast(colours[f"--{text}"], colours[f"--{ground}"])) < least
    ]

    assert not weak


def test_every_class_that_a_component_prints_has_a_rule():
    selectors = " ".join(rule.selector for _, rule in STYLE_RULES)
    styled = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    printed = set()
    for path in [ROOT / "templates/base.html", *(ROOT / "templates/components").glob("*.html")]:
        text = re.sub(r"\{#.*?#\}", "", path.read_text())
        for value in re.findall(r'class="((?:\{%.*?%\}|\{\{.*?\}\}|[^"{])*)"', text):
            plain = re.sub(r"[\w-]*\{\{.*?\}\}[\w-]*", " ", re.sub(r"\{%.*?%\}", " ", value))
            printed |= {name for name in plain.split() if not name.endswith("--")}

    assert printed - styled <= {"letter--requester"}


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_no_template_needs_what_the_content_policy_forbids(path):
    text = path.read_text()

    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"<[^>]*\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"javascript:", text)


def test_the_name_of_a_row_may_break_anywhere():
    """A file's name of a hundred letters without a blank made the page wider than any screen."""
    for selector in (r"\.table tbody th", r"\.table__words"):
        assert re.search(selector + r" \{\s*word-break: break-word;", (ROOT / "static/css/components.css").read_text())
