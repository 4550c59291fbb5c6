"""The boundary between Celery and our work."""

import pytest
from structlog.testing import capture_logs

from api.jobs import celery
from api.jobs.registry import TASKS


def test_what_a_task_raises_is_logged_by_us_and_never_worded_by_celery(monkeypatch: pytest.MonkeyPatch):
    def fails(jobs: object, org_id: str) -> None:
        raise ValueError("the value was bob@example.com")

    monkeypatch.setitem(TASKS, "test.fails", fails)
    monkeypatch.setattr(celery, "jobs", lambda: None)

    with capture_logs() as logs:
        celery.do("test.fails", "org", {})

    assert [(line["event"], line["task"]) for line in logs] == [("task_failed", "test.fails")]
