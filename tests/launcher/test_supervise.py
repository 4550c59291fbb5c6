"""The supervisor over tiny stand-ins: programs of a line or two that say `up` and do one thing."""

import asyncio
import os
import re
import signal
import sys
from dataclasses import dataclass, field

import pytest

from api.launcher import process
from api.launcher.part import Part, command
from api.launcher.pulse import Pulse
from api.launcher.supervise import Stage, Supervisor
from voice_engine.kernel.errors import Conflict, Unavailable

pytestmark = pytest.mark.slow

UP = "import signal, sys; print('up', flush=True)\n"
LIVES = UP + "signal.pause()"
DEAF = (
    UP
    + "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)\nwhile True: signal.pause()"
)
DIES = "import sys; print('no such table', flush=True); sys.exit(3)"


@dataclass
class Notebook:
    """A screen that keeps what it was shown."""

    lines: list[str] = field(default_factory=list)

    def up(self, name, seconds, *, again):
        self.lines.append(f"{name} back" if again else f"{name} up")

    def died(self, name, why, said, *, pause):
        self.lines.append(f"{name} died: {why}; {said[-1:]}")

    def looping(self, name, why, said, *, pause):
        self.lines.append(f"{name} loops: {why}; {said[-1:]}")

    def slow(self, name, seconds, said):
        self.lines.append(f"{name} slow")

    def echo(self, name, line, severity):
        self.lines.append(f"{name} {severity}: {line}")

    def note(self, text):
        self.lines.append(text)


@pytest.fixture
def screen():
    return Notebook()


@pytest.fixture
async def supervisor(tmp_path, screen):
    supervisor = Supervisor(tmp_path, screen)
    yield supervisor
    supervisor.kill()
    await supervisor.stop()


def part(name: str, code: str, **options) -> Part:
    options.setdefault("ready", re.compile("up"))
    return Part(name, spawn=command([sys.executable, "-c", code], os.environ), **options)


async def eventually(condition):
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_part_is_ready_when_it_says_so_and_what_it_says_is_kept(supervisor, screen, tmp_path):
    await supervisor.start(Stage.FRONT, part("api", LIVES))

    assert screen.lines == ["api up"]
    assert (tmp_path / "api.log").read_text() == "up\n"


async def test_a_killed_part_is_started_again_and_said(supervisor, screen):
    (keeper,) = supervisor.begin(Stage.FRONT, part("api", LIVES))
    await keeper.first
    first = keeper.child.pid

    os.kill(first, signal.SIGKILL)

    await eventually(lambda: "api back" in screen.lines)
    assert screen.lines == ["api up", "api died: killed by SIGKILL; ['up']", "api back"]
    assert keeper.child.pid != first


async def test_a_part_that_lives_but_hangs_is_said_ended_and_started_again(supervisor, screen):
    async def runs() -> bool:
        return process.state(keeper.child.pid) != "T"

    (keeper,) = supervisor.begin(Stage.FRONT, part("api", LIVES, pulse=Pulse(runs, "answer", every=0.01)))
    await keeper.first
    first = keeper.child.pid

    os.kill(first, signal.SIGSTOP)

    await eventually(lambda: "api back" in screen.lines)
    assert screen.lines[1:3] == [
        "api hangs: it lives, but did not answer for 0 s; ending it now.",
        "api died: killed by SIGKILL; ['up']",
    ]


async def test_a_part_that_ends_by_itself_is_started_again_too(supervisor, screen, tmp_path):
    mark = tmp_path / "mark"
    code = f"import os; os.path.exists({str(mark)!r}) or (open({str(mark)!r}, 'w').close(), os._exit(0))\n"

    await supervisor.start(Stage.FRONT, part("api", code + LIVES))

    assert screen.lines == ["api died: exit code 0; []", "api back"]


async def test_a_crash_loop_is_said_once_and_the_rest_runs_on(supervisor, screen, monkeypatch):
    monkeypatch.setattr("api.launcher.restart.FIRST_PAUSE", 0.001)
    begun = supervisor.begin(Stage.FRONT, part("bad", DIES), part("good", LIVES))

    missing = await supervisor.settle(begun)

    assert missing == ["bad"]
    assert [line for line in screen.lines if line.startswith("bad loops")] == [
        "bad loops: exit code 3; ['no such table']"
    ]
    assert begun[1].child.poll() is None


async def test_what_all_others_need_must_come_up(supervisor, monkeypatch):
    monkeypatch.setattr("api.launcher.restart.FIRST_PAUSE", 0.001)

    with pytest.raises(Unavailable) as failure:
        await supervisor.start(Stage.STORES, part("postgres", DIES))

    assert failure.value.code == "part_did_not_start"
    assert "postgres.log" in failure.value.message


async def test_a_mistake_in_the_setup_is_raised_at_once_and_not_tried_again(supervisor, screen):
    def refuse() -> None:
        raise Conflict("already_running", "in use by process 7")

    with pytest.raises(Conflict, match="process 7"):
        await supervisor.start(Stage.STORES, part("postgres", LIVES, before=refuse))

    assert screen.lines == []


async def test_a_part_that_takes_too_long_is_said_and_nobody_waits_for_it(supervisor, screen):
    begun = supervisor.begin(Stage.FRONT, part("slow", LIVES, ready=re.compile("never"), start_patience=0.05))

    assert await supervisor.settle(begun) == ["slow"]
    assert screen.lines == ["slow slow"]


async def test_an_alarming_line_is_shown_at_once(supervisor, screen):
    code = UP + 'print(\'{"event": "disk_slow", "level": "warning"}\', flush=True); signal.pause()'

    await supervisor.start(Stage.FRONT, part("api", code))

    await eventually(lambda: "api warning: disk_slow" in screen.lines)


async def test_stages_end_in_reverse_and_nothing_is_left(tmp_path, screen):
    ended = tmp_path / "ended"
    script = (
        UP + "def end(*_):\n"
        f"    with open({str(ended)!r}, 'a') as f: f.write(sys.argv[1] + ' ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end); print('ready', flush=True)\nsignal.pause()"
    )
    supervisor = Supervisor(tmp_path, screen)
    for stage in (Stage.ENGINES, Stage.STORES, Stage.FRONT, Stage.BACKGROUND):
        argv = [sys.executable, "-c", script, stage.name]
        supervisor.begin(stage, Part(stage.name, command(argv, os.environ), re.compile("ready")))
    await supervisor.settle(supervisor.keepers)
    pids = [keeper.child.pid for keeper in supervisor.keepers]

    await supervisor.stop()

    assert ended.read_text().split() == ["FRONT", "ENGINES", "BACKGROUND", "STORES"]
    assert not any(process.alive(pid) for pid in pids)
    assert not any("died" in line for line in screen.lines)


async def test_a_deaf_part_is_ended_after_its_patience_and_said(supervisor, screen):
    deaf = part("deaf", DEAF, ready=re.compile("deaf"), stop_patience=0.05)
    await supervisor.start(Stage.FRONT, deaf)
    (keeper,) = supervisor.keepers

    await supervisor.stop()

    assert keeper.child.returncode == -signal.SIGKILL
    assert "deaf did not end in 0.05 s; ending it now." in screen.lines


async def test_killing_ends_even_the_deaf_at_once(supervisor):
    await supervisor.start(Stage.FRONT, part("deaf", DEAF, ready=re.compile("deaf"), stop_patience=60))
    (keeper,) = supervisor.keepers

    supervisor.kill()
    await supervisor.stop()

    assert keeper.child.returncode == -signal.SIGKILL


async def test_a_program_that_is_not_there_is_said_like_a_death(supervisor, screen):
    begun = supervisor.begin(Stage.FRONT, Part("gone", command(["/no/such/program"], {}), re.compile("x")))

    await eventually(lambda: screen.lines)

    assert screen.lines[0].startswith("gone died: could not be started: [Errno 2] No such file")
    assert not begun[0].ready
