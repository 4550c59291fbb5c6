"""The reference is complete and as the code is now."""

import re
import subprocess
import sys

import pytest
from prometheus_client.metrics import MetricWrapperBase

import api.jobs.metrics
import api.metrics
import voice_engine.metrics
from api.jobs.settings import JobsSettings
from api.launcher.settings import LauncherSettings
from api.launcher.sources import variables
from tests.docs.snippets import ROOT
from voice_engine.kernel.accounts import platform_fields
from voice_engine.kernel.events import EventType

pytestmark = pytest.mark.slow

REFERENCE = ROOT / "docs" / "reference"


def test_the_generated_pages_are_as_the_code_is_now():
    command = [sys.executable, "scripts/docs-reference", "--check"]

    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)

    assert outcome.returncode == 0, outcome.stderr


@pytest.mark.parametrize("section", [LauncherSettings, JobsSettings])
def test_every_setting_is_documented(section):
    page = (REFERENCE / "configuration.md").read_text()
    ours = platform_fields()

    undocumented = [
        variable
        for name, field in section.model_fields.items()
        for variable in variables(name, field)
        if f"`{variable.removeprefix('YINGDA_') if name.upper() in ours else variable}`" not in page
    ]

    assert undocumented == []


@pytest.mark.parametrize("module", [api.metrics, api.jobs.metrics, voice_engine.metrics])
def test_every_metric_is_documented(module):
    page = (REFERENCE / "metrics.md").read_text()
    names = [metric._name for metric in vars(module).values() if isinstance(metric, MetricWrapperBase)]

    assert names
    assert [name for name in names if not re.search(rf"`{name}(_total)?`", page)] == []


def test_every_event_is_documented():
    page = (REFERENCE / "events.md").read_text()

    assert [kind for kind in EventType if f"| `{kind}` |" not in page] == []
