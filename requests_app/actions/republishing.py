"""Make again what is published of one request, after a rule came or went, or the code masks better than it did."""

from collections.abc import Iterator

from django.db import transaction
from django.utils.text import slugify

from ..models import Annotation, Attachment, Direction, FileText, FOIRequest, Message, PageCopy
from ..publishing.render import plain_text
from ..publishing.rules import Rule, RuleRefused, matches
from .file_reading import mask
from .publication import touch
from .redacting import Masking, masking_of, report
from .references import fold_reference
from .repeated import Thread, thread_of
from .slugs import retire_slug

# (kind of thing, its number, number of the rule, why it did not hold)
Problem = tuple[str, int, int, str]


def republish(foi_request: FOIRequest) -> tuple[bool, list[Problem]]:
    """Mask and render every letter, remark, file and the title anew: whether anything changed, and what failed.

    The caller holds the request's lock. What changed bumps the version once. About eight queries and one for each
    row that changes. What is not changed by the rules is not written.
    """
    masking = masking_of(foi_request)
    problems: list[Problem] = []
    changed = _letters(foi_request, masking, problems)
    changed |= _references(foi_request, masking)
    changed |= _remarks(foi_request, masking, problems)
    changed |= _file_names(foi_request, masking, problems)
    changed |= _words_of_files(foi_request, masking, problems)
    changed |= _title(foi_request, masking, problems)
    if changed:
        PageCopy.objects.filter(foi_request=foi_request).delete()
        touch(foi_request)
    return changed, problems


def republish_all(*, after: int = 0) -> Iterator[tuple[int, bool, list[Problem]]]:
    """Every request behind ``after``, each in a transaction of its own: its number, whether it changed, what failed.

    A rule that does not hold is a case as well.
    """
    numbers = FOIRequest.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)
    for number in numbers.iterator():
        with transaction.atomic():
            foi_request = FOIRequest.objects.select_for_update().get(pk=number)
            changed, problems = republish(foi_request)
            report([(rule, why) for _kind, _pk, rule, why in problems], foi_request=foi_request)
        yield number, changed, problems


def may_touch(foi_request: FOIRequest, rule: Rule) -> bool:
    """Whether the rule is found in what was written in this request, or is published of it; True where that took long.

    Five queries. Of what is published only what other rules and masks made can differ from what was written.
    """
    files = Attachment.objects.filter(message__foi_request=foi_request)
    pairs = [(foi_request.title_as_written, foi_request.title), *files.values_list("given_name", "name")]
    pairs += foi_request.messages.values_list("body", "published_text")
    pairs += foi_request.annotations.values_list("body", "published_text")
    references = foi_request.messages.exclude(written_reference="")
    pairs += references.values_list("written_reference", "authority_reference")
    words = FileText.objects.filter(attachment__message__foi_request=foi_request)
    for both in words.values_list("parts", "published_parts"):
        pairs += [tuple("\n".join(f"{part['name']}\n{part['text']}" for part in parts) for parts in both)]
    texts = (text for pair in pairs for text in dict.fromkeys(pair))
    try:
        return any(matches(plain_text(text), rule) for text in texts)
    except RuleRefused:
        return True


def _letters(foi_request: FOIRequest, masking: Masking, problems: list[Problem]) -> bool:
    letters = list(foi_request.messages.order_by("at", "pk"))
    sent = [one for one in letters if one.direction == Direction.OUTGOING]
    changed = False
    # First what was sent: what came is folded by what is published of it.
    for letter in sent:
        changed |= _render(letter, masking, problems, None)
    came: list[Message] = []
    for letter in letters:
        if letter.direction == Direction.INCOMING:
            changed |= _render(letter, masking, problems, thread_of(foi_request, [*came, *sent]))
            came.append(letter)
    return changed


def _references(foi_request: FOIRequest, masking: Masking) -> bool:
    """What the authority calls the matter, masked anew from what it wrote."""
    changed = False
    for letter in foi_request.messages.exclude(written_reference=""):
        masked = masking.line(letter.written_reference)[:60]
        if masked != letter.authority_reference:
            letter.authority_reference = masked
            letter.save(update_fields=["authority_reference"])
            changed = True
    if changed:
        fold_reference(foi_request)
    return changed


def _remarks(foi_request: FOIRequest, masking: Masking, problems: list[Problem]) -> bool:
    changed = False
    for remark in foi_request.annotations.all():
        changed |= _render(remark, masking, problems, None)
    return changed


def _render(thing: Message | Annotation, masking: Masking, problems: list[Problem], thread: Thread | None) -> bool:
    made = masking.letter(thing.body, thread=thread)
    _note(thing, masking.problems(thing.body, made.text), problems)
    if (made.text, made.html) == (thing.published_text, thing.published_html):
        return False
    thing.published_text, thing.published_html = made.text, made.html
    thing.save(update_fields=["published_text", "published_html"])
    return True


def _file_names(foi_request: FOIRequest, masking: Masking, problems: list[Problem]) -> bool:
    by_letter: dict[int, list[Attachment]] = {}
    for file in Attachment.objects.filter(message__foi_request=foi_request).order_by("message", "position", "pk"):
        by_letter.setdefault(file.message_id, []).append(file)
    changed = False
    for files in by_letter.values():
        given = [file.given_name or file.name for file in files]
        for file, was, name in zip(files, given, masking.file_names(given), strict=True):
            _note(file, masking.problems(was, name), problems)
            if name != file.name:
                file.name = name
                file.save(update_fields=["name"])
                changed = True
    return changed


def _words_of_files(foi_request: FOIRequest, masking: Masking, problems: list[Problem]) -> bool:
    changed = False
    for text in FileText.objects.filter(attachment__message__foi_request=foi_request).select_related("attachment"):
        before = (text.published_parts, text.published_text)
        _note(text.attachment, mask(text, masking), problems)
        if (text.published_parts, text.published_text) != before:
            text.save(update_fields=["published_parts", "published_text"])
            changed = True
    return changed


def _title(foi_request: FOIRequest, masking: Masking, problems: list[Problem]) -> bool:
    """The title, and the page's address where that would go on saying what the title no longer says."""
    written = foi_request.title_as_written
    title = masking.line(written)[:200]
    _note(foi_request, masking.problems(written, title), problems)
    if title == foi_request.title:
        return False
    foi_request.title = title
    foi_request.written_title = written if written != title else ""
    foi_request.save(update_fields=["title", "written_title"])
    words = slugify(title)[:80].strip("-")
    plain = f"request-{foi_request.pk}"
    # Nothing may stand behind the words: a replacement that no address can spell leaves none of its own.
    if foi_request.slug not in (plain, words, f"{words}-{foi_request.pk}") and title != written:
        foi_request.retired_slugs.filter(is_gone=False).update(slug="", is_gone=True)
        retire_slug(foi_request, plain, is_gone=True)
    return True


def _note(thing: object, found: list[tuple[int, str]], problems: list[Problem]) -> None:
    kind = {FOIRequest: "title", Message: "message", Annotation: "annotation", Attachment: "attachment"}[type(thing)]
    problems += [(kind, thing.pk, number, why) for number, why in found]
