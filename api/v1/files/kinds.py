"""What a file is, by what is in it: its name only tells kinds of text apart. Knows nothing of requests."""

import re
import zipfile
from pathlib import PurePosixPath
from typing import BinaryIO

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PDF = "application/pdf"
UNKNOWN = "application/octet-stream"
LONGEST_NAME = 40  # characters, as everywhere
_LOOK = 64 * 1024  # bytes that are looked at
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/msword"),
    (b"{\\rtf", "application/rtf"),
)
_IN_ZIP = {
    "word/document.xml": DOCX,
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/presentation.xml": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_TEXTS = {
    ".md": "text/markdown", ".markdown": "text/markdown", ".csv": "text/csv", ".html": "text/html",
    ".htm": "text/html", ".xml": "application/xml", ".json": "application/json",
}  # fmt: skip
_HTML = re.compile(rb"\s*<(!doctype\s+html|html)\b", re.IGNORECASE)


def sniff(source: BinaryIO, name: str) -> str:
    """The media type; `source` is at its beginning afterwards."""
    source.seek(0)
    head = source.read(_LOOK)
    found = _by_magic(head) or (_in_zip(source) if head[:4] == b"PK\x03\x04" else _as_text(head, name))
    source.seek(0)
    return found


def cleaned(name: str) -> str:
    """A client's file name without directories and control characters; never empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(char for char in last if char.isprintable()).strip(" .")
    return kept[:255] or "file"


def short(name: str) -> str:
    """A name of at most forty characters that keeps its ending."""
    suffix = PurePosixPath(name).suffix[:10]
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - len(suffix)] + suffix


def has_text(mimetype: str) -> bool:
    """Whether we can read the text of such a file."""
    return mimetype.startswith("text/") or mimetype in (DOCX, PDF, "application/json", "application/xml")


def _by_magic(head: bytes) -> str:
    if b"%PDF-" in head[:1024]:
        return PDF
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def _in_zip(source: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(source) as archive:
            inside = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return UNKNOWN
    return next((kind for name, kind in _IN_ZIP.items() if name in inside), "application/zip")


def _as_text(head: bytes, name: str) -> str:
    if not _is_text(head):
        return UNKNOWN
    if _HTML.match(head):
        return "text/html"
    kind = _TEXTS.get(PurePosixPath(name).suffix.lower(), "text/plain")
    if kind == "application/json" and head.lstrip()[:1] not in (b"{", b"[", b'"'):
        return "text/plain"
    return kind


def _is_text(head: bytes) -> bool:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True  # UTF-16
    if b"\0" in head:
        return False
    return any(_reads(head, encoding) for encoding in ("utf-8", "gb18030"))


def _reads(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as error:
        return len(head) == _LOOK and error.start >= _LOOK - 4  # a character cut by where we stopped
    return True
