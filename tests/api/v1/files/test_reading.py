"""What a file is, and the text in it, read in a process of its own. Hostile files end with a sentence."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from api.v1.files import reading, tasks
from api.v1.files.kinds import DOCX, PDF, sniff
from api.v1.files.reading import Unreadable

WORDS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

PAGE = "<style>x</style><h1>菜单</h1><p>A &amp; B<script>1</script></p>"


def docx(body: str, head: str = "") -> bytes:
    document = f'{head}<w:document xmlns:w="{WORDS}"><w:body>{body}</w:body></w:document>'
    return zipped({"word/document.xml": document})


def zipped(members: dict[str, str]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def paragraph(*texts: str) -> str:
    return f"<w:p>{''.join(f'<w:r><w:t>{text}</w:t></w:r>' for text in texts)}</w:p>"


def pdf(text: str) -> bytes:
    """One page that says something, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, content)
    at = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % at)


def text_of(tmp_path: Path, mimetype: str, content: bytes) -> str:
    source = tmp_path / "file"
    source.write_bytes(content)
    return "".join(reading.pieces(mimetype, source))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"hello", "a", "text/plain"),
        ("你好".encode("gb18030"), "a.csv", "text/csv"),
        ("你好".encode("utf-16"), "a.txt", "text/plain"),
        (b"# T", "a.MD", "text/markdown"),
        (b'{"a": 1}', "a.json", "application/json"),
        (b"not json", "a.json", "text/plain"),
        (b" <!DOCTYPE html><p>", "a.txt", "text/html"),
        (b"%PDF-1.7", "a.txt", PDF),
        (docx(""), "a.pdf", DOCX),
        (zipped({"a": "b"}), "a.docx", "application/zip"),
        (b"PK\x03\x04 broken", "a.docx", "application/octet-stream"),
        (b"\x00\x01", "a.txt", "application/octet-stream"),
        (b"RIFF....WAVE", "a.txt", "audio/wav"),
        ("字".encode() * 40_000, "a.txt", "text/plain"),
    ],
)
def test_a_file_is_what_is_in_it(content: bytes, name: str, kind: str):
    assert sniff(BytesIO(content), name) == kind


@pytest.mark.parametrize(
    ("mimetype", "content", "text"),
    [
        ("text/plain", b"\xef\xbb\xbfhi", "hi"),
        ("text/csv", "菜,价".encode("gb18030"), "菜,价"),
        ("text/plain", "菜".encode("utf-16"), "菜"),
        (
            "text/html",
            "<style>x</style><h1>菜单</h1><p>A &amp; B<script>1</script></p>".encode(),
            "菜单\nA & B\n",
        ),
        (
            DOCX,
            docx(paragraph("营业", "时间") + "<w:tbl>" + paragraph("九点") + "</w:tbl>"),
            "营业时间\n九点\n",
        ),
        (PDF, pdf("Open from nine"), "Open from nine\n\n"),
    ],
)
def test_the_text_of_every_kind_is_read(tmp_path: Path, mimetype: str, content: bytes, text: str):
    assert text_of(tmp_path, mimetype, content) == text


def test_a_document_with_entities_of_its_own_is_refused(tmp_path: Path):
    bomb = docx(paragraph("&a;"), '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>')

    with pytest.raises(Unreadable, match="entities"):
        text_of(tmp_path, DOCX, bomb)


def test_a_document_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "LARGEST_DOCUMENT", 10_000)

    with pytest.raises(Unreadable, match="unpacks"):
        text_of(tmp_path, DOCX, docx(paragraph("x" * 20_000)))


def test_a_pdf_with_too_many_pages_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "MOST_PAGES", 0)

    with pytest.raises(Unreadable, match="pages"):
        text_of(tmp_path, PDF, pdf("x"))


@pytest.mark.parametrize(
    ("mimetype", "content", "failure"),
    [
        (PDF, b"%PDF-1.7 nothing", "The file is broken"),
        (DOCX, zipped({"other": ""}), "The file is broken"),
        ("text/plain", b" \n ", "There is no text in the file"),
        ("text/plain", b"x" * (reading.LARGEST_TEXT + 1), "more than 10 MB of text"),
    ],
)
def test_a_file_without_text_is_told_in_a_sentence(
    tmp_path: Path, mimetype: str, content: bytes, failure: str
):
    source = tmp_path / "file"
    source.write_bytes(content)

    said = tasks.read_apart(mimetype, source, tmp_path / "text")

    assert failure in said["failure"]


def test_a_reader_that_does_not_come_to_an_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tasks, "WITHIN_S", 0.001)
    (tmp_path / "file").write_bytes(b"x")

    said = tasks.read_apart("text/plain", tmp_path / "file", tmp_path / "text")

    assert said["failure"].startswith("Reading the file takes more than")


def test_the_readers_process_knows_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("YINGDA_SECRET", "hush")
    spy = tmp_path / "spy.py"
    spy.write_text("import json, os; print(json.dumps({'failure': ' '.join(os.environ)}))")
    monkeypatch.setattr(reading, "__file__", str(spy))

    said = tasks.read_apart("text/plain", spy, spy)

    assert "YINGDA_SECRET" not in said["failure"]
