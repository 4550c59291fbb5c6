"""Sound on its way to the wire."""

from hypothesis import given
from hypothesis import strategies as st

from voice_engine.speak.pacing import LEAD_SLOTS, SLOT_S, Playout

SLOT = b"\1\1" * 160


def playing(seconds: float) -> Playout:
    playout = Playout(8000)
    playout.begin()
    playout.push(SLOT * round(seconds / SLOT_S))
    return playout


def test_at_most_eighty_milliseconds_lie_on_the_wire():
    playout = playing(1.0)

    assert len(playout.due(0.0)) == LEAD_SLOTS
    assert len(playout.due(0.0)) == 0
    assert len(playout.due(0.02)) == 1


def test_a_late_tick_skips_and_does_not_burst():
    playout = playing(5.0)
    playout.due(0.0)

    slots = playout.due(1.0)

    assert [s.index for s in slots] == [50, 51, 52, 53]


def test_nothing_goes_out_while_paused_and_all_of_it_after():
    playout = playing(0.2)
    playout.paused = True
    assert playout.due(0.5) == []

    playout.paused = False
    sent = [slot for step in range(25, 60) for slot in playout.due(step * SLOT_S)]

    assert len(sent) == 10


def test_what_was_heard_leaves_out_what_lies_on_the_wire():
    playout = playing(1.0)
    playout.due(0.0)

    assert playout.heard_s(0.0) == 0.0
    assert round(playout.heard_s(0.06), 2) == 0.06


def test_after_a_flush_the_first_unheard_slot_is_named():
    playout = playing(1.0)
    playout.due(0.0)
    playout.clear()

    assert playout.rewind(0.03) == 2
    assert round(playout.heard_s(0.04), 2) == 0.04


def test_a_last_incomplete_slot_is_filled_with_silence():
    playout = Playout(8000)
    playout.begin()
    playout.push(b"\1\1" * 100)
    assert playout.due(0.0) == []
    playout.end()

    assert [len(s.pcm) for s in playout.due(0.02)] == [320]


def test_an_empty_playout_in_mid_reply_is_an_underrun():
    playout = playing(0.04)
    for step in range(10):
        playout.due(step * SLOT_S)

    assert playout.underruns > 0


@given(st.lists(st.integers(1, 900), max_size=30), st.integers(1, 5))
def test_every_sample_goes_out_once_and_in_order(sizes, stride):
    playout = Playout(8000)
    playout.begin()
    pushed = bytes(i % 251 for i in range(2 * sum(sizes)))
    offset = 0
    for size in sizes:
        playout.push(pushed[offset : offset + 2 * size])
        offset += 2 * size
    playout.end()

    sent = b"".join(s.pcm for step in range(0, 3000, stride) for s in playout.due(step * SLOT_S))

    assert sent[: len(pushed)] == pushed
    assert set(sent[len(pushed) :]) <= {0}
