"""What `limited.run` runs on a file: each loads its libraries only in the process with the limits."""

from ..limited import Answer


def find_hidden(content: bytes, *, extension: str, personal_rows: int) -> Answer:
    """The findings, as `findings.unpack` reads them."""
    from . import findings, hidden

    return Answer(findings.pack(hidden.find(content, extension, personal_rows=personal_rows)))


def read_words(content: bytes, *, extension: str) -> Answer:
    """The words, as `words.unpack` reads them."""
    from . import words

    return Answer(words.pack(words.read(content, extension)))


def draw_pages(content: bytes, *, most: int) -> Answer:
    """Pictures of a PDF's first pages."""
    from .words_pdf import pictures

    return Answer(None, pictures(content, most=most))


def clean(content: bytes, *, extension: str) -> Answer:
    """A new file made of what the old one shows; its extension is the value."""
    from .cleaning import cleaned

    made, kind = cleaned(content, extension)
    return Answer(kind, [made])
