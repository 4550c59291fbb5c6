import re
from pathlib import Path

from api.launcher.logs import MAX_LINE, Alarms, Lines, RotatingLog, Throttle, readable, severity


def test_the_level_of_our_json_is_what_counts():
    assert severity('{"event": "an ERROR is only mentioned", "level": "info"}') == "quiet"
    assert severity('{"event": "lease_lost", "level": "warning"}') == "warning"
    assert severity('{"event": "crashed", "level": "critical"}') == "error"


def test_other_programs_levels_are_understood():
    assert severity("2026-11-20 10:00:00.000 UTC [77] FATAL:  out of memory") == "error"
    assert severity("[2026-11-20 10:00:00,000: WARNING/MainProcess] slow") == "warning"
    assert severity("2026-11-20 10:00:00.000 UTC [77] LOG:  checkpoint complete") == "quiet"
    assert severity("we make no error") == "quiet"


def test_json_becomes_a_line_for_people():
    line = '{"event": "call_failed", "level": "error", "service": "yingda", "call_id": "c1", "code": 7}'

    assert readable(line) == "call_failed call_id=c1 code=7"
    assert readable("plain text") == "plain text"


def test_of_a_traceback_only_the_exception_is_shown():
    alarms = Alarms()
    lines = [
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in <module>',
        "ValueError: no such voice",
        "and on it goes",
    ]

    heard = [alarms.hear(line) for line in lines]

    assert heard == [None, None, ("error", "ValueError: no such voice"), None]


def test_an_alarm_that_means_nothing_here_is_not_shown():
    alarms = Alarms(re.compile("overcommit"))

    assert alarms.hear("# WARNING overcommit must be enabled") is None
    assert alarms.hear("# WARNING disk is slow") == ("warning", "# WARNING disk is slow")


def test_a_flood_is_held_back_and_counted():
    throttle = Throttle()

    shown = [throttle.allows(now=0.0) for _ in range(25)]

    assert shown == [True] * 20 + [False] * 5
    assert throttle.hidden == 5
    assert throttle.allows(now=10.0)


def test_a_pipe_brings_pieces_and_lines_come_out():
    lines = Lines()

    assert lines.feed(b"one\ntw") == [b"one"]
    assert lines.feed(b"o\n\nthree") == [b"two", b""]
    assert lines.end() == [b"three"]


def test_a_line_without_end_does_not_fill_the_memory():
    lines = Lines()

    pieces = lines.feed(b"x" * (2 * MAX_LINE + 1))

    assert [len(piece) for piece in pieces] == [MAX_LINE, MAX_LINE, 1]
    assert lines.end() == []


def test_a_log_turns_over_and_keeps_three_old_files(tmp_path: Path):
    log = RotatingLog(tmp_path / "api.log", max_bytes=20)

    for number in range(12):
        log.write(f"line {number:02}".encode())
    log.close()

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["api.log", "api.log.1", "api.log.2", "api.log.3"]
    assert (tmp_path / "api.log").read_text() == "line 10\nline 11\n"
    assert (tmp_path / "api.log.3").read_text() == "line 04\nline 05\n"


def test_an_earlier_runs_log_is_continued(tmp_path: Path):
    (tmp_path / "api.log").write_text("before\n")

    log = RotatingLog(tmp_path / "api.log")
    log.write(b"after")
    log.close()

    assert (tmp_path / "api.log").read_text() == "before\nafter\n"


def test_a_full_disk_is_told_and_the_line_is_still_remembered():
    full = RotatingLog(Path("/dev/full"))

    full.write(b"lost")

    assert full.trouble == "No space left on device"
    assert list(full.last) == ["lost"]
