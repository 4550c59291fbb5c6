"""Reading the text of files, in a process that may be ended."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from api.jobs.context import Jobs
from api.jobs.registry import task
from api.v1.files import reading
from api.v1.files.repo import Files
from voice_engine.blobs import LocalBlobs
from voice_engine.settings import EngineSettings

WITHIN_S = 50.0  # less than a task's lease


@task("files.read")
def read_text(jobs: Jobs, org_id: str, *, file_id: str) -> None:
    """Read a file's text, unless that is done or the file is gone."""
    with jobs.transaction(org_id) as session:
        row = Files(session, org_id).find(file_id)
        if row is None or row.status != "processing":
            return
        key, mimetype = row.key, row.mimetype
    blobs = LocalBlobs(EngineSettings(**jobs.settings.model_dump()).blobs)
    text_key = f"{key}.txt"
    said = read_apart(mimetype, blobs.path(key), blobs.path(text_key))
    with jobs.transaction(org_id) as session:
        files = Files(session, org_id)
        found = files.find(file_id)
        if found is None or "failure" in said:
            blobs.delete(text_key)
        if found is not None:
            files.change(files.lock(file_id), **_columns(said, text_key))


def read_apart(mimetype: str, source: Path, target: Path) -> dict[str, Any]:
    """`{"bytes": n}` once the text is in `target`, else `{"failure": sentence}`."""
    command = [sys.executable, "-I", str(Path(reading.__file__)), mimetype, str(source), str(target)]
    environment = {"PATH": os.defpath, "LANG": "C.UTF-8"}  # no secret of ours is in there
    try:
        done = subprocess.run(command, capture_output=True, timeout=WITHIN_S, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return {"failure": f"Reading the file takes more than {WITHIN_S:g} s; split it."}
    if done.returncode != 0:
        return {"failure": "Reading the file takes too much memory or time; split it."}
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _columns(said: dict[str, Any], text_key: str) -> dict[str, Any]:
    if "failure" in said:
        return {"status": "failed", "failure": said["failure"], "text_key": None, "text_bytes": None}
    return {"status": "done", "failure": None, "text_key": text_key, "text_bytes": said["bytes"]}
