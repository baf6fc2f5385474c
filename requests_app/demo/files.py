"""Small real files for the demonstration's answers."""


def pdf(title: str, lines: list[str]) -> bytes:
    """A valid one-page PDF with a title and lines of text (Latin letters and digits only)."""
    words = [f"BT /F1 18 Tf 72 770 Td ({_safe(title)}) Tj ET"]
    words += [f"BT /F1 11 Tf 72 {735 - 18 * n} Td ({_safe(line)}) Tj ET" for n, line in enumerate(lines)]
    stream = "\n".join(words).encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)


def _safe(text: str) -> str:
    return text.replace("\\", "").replace("(", "[").replace(")", "]")
