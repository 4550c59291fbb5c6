"""Files over HTTP: uploads in forms, what is kept of them, and who may see it."""

import os
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, text

from api.jobs import outbox
from api.jobs.context import Jobs
from tests.api.world import Org, SetClock

Files = dict[str, Any]


def form(content: bytes = "营业时间：九点到五点。".encode(), name: str = "hours.txt") -> Files:
    return {"file": (name, content, "application/x-whatever")}


async def upload(client: httpx.AsyncClient, org: Org, files: Files | None = None, **data: str) -> Any:
    answer = await client.post("/v1/files", files=files or form(), data=data, headers=org.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()


def work(jobs: Jobs, owner: Engine) -> None:
    """Do what is in the outbox, as a worker would."""
    with owner.connect() as connection:
        rows = connection.execute(text("SELECT id, org_id FROM outbox WHERE done_at IS NULL")).all()
    for row in rows:
        outbox.perform(jobs, row.id, row.org_id)


async def test_a_file_is_kept_read_and_its_text_can_be_downloaded(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, owner: Engine
):
    made = await upload(client, org, purpose="assistants", metadata='{"shop": "west"}')
    work(jobs, owner)
    done = (await client.get(f"/file/{made['id']}", headers=org.headers)).json()
    whole = await client.get(done["url"].removeprefix("http://127.0.0.1:8000"))
    parsed = await client.get(done["parsedTextUrl"].removeprefix("http://127.0.0.1:8000"))

    assert (made["object"], made["status"], made["name"]) == ("file", "processing", "hours.txt")
    assert (made["mimetype"], made["bytes"], made["purpose"]) == ("text/plain", 33, "assistants")
    assert made["metadata"] == {"shop": "west"}
    assert (done["status"], done["parsedTextBytes"]) == ("done", 33)
    assert whole.text == parsed.text == "营业时间：九点到五点。"


async def test_what_is_downloaded_never_runs_on_a_page_of_ours(client: httpx.AsyncClient, org: Org):
    made = await upload(client, org, form(b"<html><script>alert(1)</script>", "x.html"))

    found = await client.get(made["url"].removeprefix("http://127.0.0.1:8000"))

    assert found.status_code == 200
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "html" not in found.headers["content-type"]


@pytest.mark.parametrize("path", ["/file", "/file/upload", "/v1/file", "/v1/file/upload"])
async def test_vapis_own_paths_take_files_too(client: httpx.AsyncClient, org: Org, path: str):
    made = await client.post(path, files=form(), headers=org.headers)

    assert made.status_code == 201


@pytest.mark.parametrize(
    ("name", "kept", "shown"),
    [
        ("../../etc/passwd", "passwd", "passwd"),
        ("C:\\temp\\价目表.txt", "价目表.txt", "价目表.txt"),
        ("a\u202eb.txt", "ab.txt", "ab.txt"),
        ("..", "file", "file"),
        ("x" * 300 + ".txt", "x" * 255, "x" * 40),
        ("y" * 60 + ".md", "y" * 60 + ".md", "y" * 37 + ".md"),
    ],
)
async def test_names_are_cleaned(client: httpx.AsyncClient, org: Org, name: str, kept: str, shown: str):
    made = await upload(client, org, form(name=name))

    assert (made["originalName"], made["name"]) == (kept, shown)


async def test_files_are_listed_newest_first_and_by_purpose(
    client: httpx.AsyncClient, org: Org, clock: SetClock
):
    first = await upload(client, org, purpose="menu")
    clock.advance(1)
    second = await upload(client, org)

    listed = (await client.get("/v1/files", headers=org.headers)).json()
    menus = (await client.get("/v1/files?purpose=menu", headers=org.headers)).json()

    assert [file["id"] for file in listed] == [second["id"], first["id"]]
    assert [file["id"] for file in menus] == [first["id"]]


async def test_a_file_is_renamed_and_deleted_with_its_bytes(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, owner: Engine, app: FastAPI
):
    made = await upload(client, org)
    work(jobs, owner)
    url = f"/v1/files/{made['id']}"

    renamed = await client.patch(url, json={"name": "n", "metadata": {"a": 1}}, headers=org.headers)
    nameless = await client.patch(url, json={"name": None}, headers=org.headers)
    gone = await client.delete(url, headers=org.headers)

    assert (renamed.json()["name"], renamed.json()["metadata"]) == ("n", {"a": 1})
    assert nameless.status_code == 400
    assert (gone.status_code, gone.json()["name"]) == (200, "n")
    assert (await client.get(url, headers=org.headers)).status_code == 404
    place: Path = app.state.wiring.settings.data_dir / "blobs" / org.id / "files" / made["id"]
    assert os.listdir(place) == []


async def test_a_foreign_file_does_not_exist(client: httpx.AsyncClient, org: Org, other_org: Org):
    made = await upload(client, org)
    url, headers = f"/v1/files/{made['id']}", other_org.headers

    answers = [
        await client.get(url, headers=headers),
        await client.patch(url, json={"name": "x"}, headers=headers),
        await client.delete(url, headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert (await client.get("/v1/files", headers=headers)).json() == []


@pytest.mark.parametrize(
    ("files", "data", "status", "code"),
    [
        ({"other": ("a.txt", b"x")}, {}, 400, "unknown_field"),
        (form(b""), {}, 400, "file_empty"),
        (None, {"file": "text"}, 400, "form_needed"),
        (form(), {"file": "text"}, 201, None),
        (form(), {"colour": "red"}, 400, "unknown_field"),
        (form(), {"metadata": "[1]"}, 400, "wrong_value"),
        (form(), {"metadata": "{"}, 400, "invalid_json"),
        (form(), {"metadata": '{"a": "\\u0000"}'}, 400, "nul_character"),
        (form(), {"name": "n" * 41}, 400, "wrong_value"),
        (form(), {"purpose": "\0"}, 400, "wrong_value"),
        ([("file", ("a.txt", b"x")), ("file", ("b.txt", b"y"))], {}, 400, None),
    ],
)
async def test_forms_that_are_wrong_are_told_why(
    client: httpx.AsyncClient, org: Org, files: Any, data: dict[str, str], status: int, code: str | None
):
    answer = await client.post("/v1/files", files=files, data=data, headers=org.headers)

    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b"{}", "application/json"),
        (b"nonsense", "multipart/form-data"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="\xff"\r\n\r\n', "multipart/form-data; boundary=x"),
        (b"", "multipart/form-data; boundary="),
    ],
)
async def test_bodies_that_are_no_form_are_refused(
    client: httpx.AsyncClient, org: Org, content: bytes, content_type: str
):
    headers = {**org.headers, "Content-Type": content_type}

    answer = await client.post("/v1/files", content=content, headers=headers)

    assert answer.status_code == 400, answer.text


async def test_a_file_that_is_too_large_is_refused(
    client: httpx.AsyncClient, org: Org, app: FastAPI, monkeypatch: pytest.MonkeyPatch
):
    settings = app.state.wiring.settings.model_copy(update={"api_file_limit": 1024})
    monkeypatch.setattr(app.state.wiring, "settings", settings)

    answer = await client.post("/v1/files", files=form(b"x" * 1025), headers=org.headers)
    huge = await client.post("/v1/files", files=form(b"x" * (21 << 20)), headers=org.headers)

    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")


async def test_an_upload_that_is_repeated_in_other_bytes_makes_one_file(client: httpx.AsyncClient, org: Org):
    headers = {**org.headers, "Idempotency-Key": "once"}

    first = await client.post("/v1/files", files=form(), headers=headers)
    second = await client.post("/v1/files", files=form(), headers=headers)
    other = await client.post("/v1/files", files=form(b"other"), headers=headers)

    assert first.request.headers["content-type"] != second.request.headers["content-type"]  # boundaries
    assert (first.status_code, second.json()) == (201, first.json())
    assert other.json()["code"] == "idempotency_key_reused"
    assert len((await client.get("/v1/files", headers=org.headers)).json()) == 1


async def test_a_public_key_uploads_nothing(client: httpx.AsyncClient, org: Org):
    answer = await client.post("/v1/files", files=form(), headers=org.public_headers)

    assert answer.status_code == 401


async def test_a_file_without_readable_text_fails_with_a_sentence(
    client: httpx.AsyncClient, org: Org, jobs: Jobs, owner: Engine
):
    made = await upload(client, org, form(b"%PDF-1.7 broken", "a.pdf"))

    work(jobs, owner)

    found = (await client.get(f"/v1/files/{made['id']}", headers=org.headers)).json()
    assert (found["status"], found["mimetype"]) == ("failed", "application/pdf")
    assert found["failure"].startswith("The file is broken")
    assert "parsedTextUrl" not in found


async def test_a_picture_is_kept_without_text(client: httpx.AsyncClient, org: Org):
    made = await upload(client, org, form(b"\x89PNG\r\n\x1a\n....", "a.txt"))

    assert (made["mimetype"], made["status"]) == ("image/png", "done")
