"""The text of one file, read in a process of its own: `python -I reading.py <media type> <source> <target>`.

Files are strangers' work. Whatever one does to its reader, memory and processor time are limited here and the
process is ended from outside. It imports nothing of the project, so that it begins quickly. Its last words on
standard output are JSON: `{"bytes": n}`, or `{"failure": sentence}` for a file without readable text.
"""

import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

MEMORY = 1 << 30  # bytes
PROCESSOR_S = 40
LARGEST_TEXT = 10 << 20  # bytes
LARGEST_DOCUMENT = 100 << 20  # bytes of XML in a .docx
MOST_PAGES = 5000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SILENT = frozenset({"script", "style", "template", "noscript"})
_BLOCKS = frozenset(
    ["p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "table", "ul"]
)


class Unreadable(Exception):
    """Why a file has no text, as a sentence."""


def pieces(mimetype: str, source: Path) -> Iterator[str]:
    """The text in order; raises Unreadable and whatever a broken file makes libraries raise."""
    if mimetype == "application/pdf":
        yield from _pdf(source)
    elif mimetype.endswith("wordprocessingml.document"):
        yield from _docx(source)
    elif mimetype == "text/html":
        yield _html(decoded(source.read_bytes()))
    else:
        yield decoded(source.read_bytes())


def decoded(raw: bytes) -> str:
    """Text in UTF-8, UTF-16 with a mark, or the encodings of mainland China."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _pdf(source: Path) -> Iterator[str]:
    from pypdf import PdfReader

    reader = PdfReader(source)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("The PDF needs a password; upload it without one.")
    if len(reader.pages) > MOST_PAGES:
        raise Unreadable(f"The PDF has more than {MOST_PAGES} pages; split it.")
    for page in reader.pages:
        yield page.extract_text() + "\n\n"


def _docx(source: Path) -> Iterator[str]:
    with zipfile.ZipFile(source) as archive, archive.open("word/document.xml") as document:
        raw = document.read(LARGEST_DOCUMENT + 1)
    if len(raw) > LARGEST_DOCUMENT:
        raise Unreadable(f"The document unpacks to more than {LARGEST_DOCUMENT >> 20} MB; split it.")
    if b"<!DOCTYPE" in raw[:4096]:
        raise Unreadable("The document defines entities of its own, which no word processor writes.")
    for _, element in ElementTree.iterparse(BytesIO(raw)):
        if element.tag == f"{_WORD}p":
            yield "".join(_runs(element)) + "\n"
            element.clear()


def _runs(paragraph: ElementTree.Element) -> Iterator[str]:
    for element in paragraph.iter():
        if element.tag == f"{_WORD}t":
            yield element.text or ""
        elif element.tag == f"{_WORD}tab":
            yield "\t"
        elif element.tag in (f"{_WORD}br", f"{_WORD}cr"):
            yield "\n"


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _html(source: str) -> str:
    words = _Words()
    words.feed(source)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def read(mimetype: str, source: Path, target: Path) -> dict[str, int | str]:
    """Write the text to `target`; what is said about it."""
    size, empty = 0, True
    with target.open("wb") as out:
        for piece in pieces(mimetype, source):
            text = piece.replace("\0", "").encode("utf-8", "replace")
            size, empty = size + len(text), empty and not piece.strip()
            if size > LARGEST_TEXT:
                return {"failure": f"The file has more than {LARGEST_TEXT >> 20} MB of text; split it."}
            out.write(text)
    if empty:
        return {"failure": "There is no text in the file; scanned pages have to be recognised first."}
    return {"bytes": size}


def main(mimetype: str, source: str, target: str) -> None:
    """Limit this process, read, say what came of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S, PROCESSOR_S))
    try:
        said = read(mimetype, Path(source), Path(target))
    except Unreadable as error:
        said = {"failure": str(error)}
    except MemoryError:
        said = {"failure": "Reading the file takes too much memory; split it."}
    except Exception as error:  # noqa: BLE001 - boundary: libraries raise anything for a broken file
        said = {"failure": f"The file is broken: {type(error).__name__}."}
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
