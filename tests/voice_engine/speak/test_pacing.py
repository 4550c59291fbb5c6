"""Sound on its way to the wire."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_engine.speak.bed import Bed
from voice_engine.speak.pacing import BED_LEAD_SLOTS, LEAD_SLOTS, SLOT_S, Playout

SLOT = b"\1\1" * 160
BED = Bed(np.random.default_rng(1).integers(-9000, 9000, 16_000).astype("<i2").tobytes(), 8000)
SILENT_BED = Bed(bytes(32_000), 8000)


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


# ── pauses ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_pause_takes_back_what_was_not_heard_and_resuming_goes_on_there():
    playout = playing(1.0)
    playout.due(0.0)

    assert playout.pause(0.03) == 2
    assert playout.due(0.04) == []
    assert playout.heard_s(0.5) == 0.04

    playout.resume()
    assert [slot.index for slot in playout.due(0.5)] == [25, 26, 27, 28]
    assert round(playout.waiting_s, 6) == 1.0 - 6 * SLOT_S


def test_pausing_twice_takes_nothing_twice():
    playout = playing(1.0)
    playout.due(0.0)

    playout.pause(0.01)
    playout.pause(0.3)

    assert round(playout.waiting_s, 6) == 1.0 - SLOT_S
    assert playout.rewind(0.3) == 16
    assert playout.heard_s(0.3) == SLOT_S


def test_a_reply_interrupted_while_it_is_paused_was_heard_up_to_the_pause():
    playout = playing(1.0)
    for step in range(10):
        playout.due(step * SLOT_S)
    playout.pause(0.19)
    playout.clear()

    playout.rewind(0.4)

    assert round(playout.heard_s(0.4), 6) == 0.2
    assert playout.done(0.4)


def test_a_reply_that_was_on_the_wire_to_its_end_can_still_be_paused():
    playout = playing(0.08)
    playout.end()
    playout.due(0.0)

    playout.pause(0.01)

    assert not playout.done(1.0)
    playout.resume()
    assert [slot.index for slot in playout.due(1.0)] == [50, 51, 52]
    assert playout.done(1.06)


# ── speculation ──────────────────────────────────────────────────────────────────────────────────────


def test_a_held_reply_collects_sound_and_puts_nothing_on_the_wire():
    playout = Playout(8000)
    playout.begin(held=True)
    playout.push(SLOT * 5)
    playout.end()

    assert playout.due(0.0) == []
    assert playout.heard_s(1.0) == 0.0
    assert not playout.done(1.0)

    playout.release()
    assert [slot.index for slot in playout.due(1.0)] == [50, 51, 52, 53]


def test_a_held_reply_that_is_dropped_leaves_nothing():
    playout = Playout(8000)
    playout.begin(held=True)
    playout.push(SLOT * 5)

    playout.clear()
    playout.begin()

    assert playout.waiting_s == 0.0
    assert playout.due(0.0) == []


# ── sound that is taken back ─────────────────────────────────────────────────────────────────────────


def test_the_tail_can_be_taken_back_as_far_as_it_is_not_on_the_wire():
    playout = playing(0.2)
    playout.push(SLOT)
    playout.due(0.0)

    assert round(playout.unpush(0.05), 6) == 0.05
    assert round(playout.waiting_s, 6) == 0.09
    assert round(playout.unpush(9.0), 6) == 0.09
    assert playout.waiting_s == 0.0


# ── the bed ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_bed_sounds_when_nobody_speaks_and_close_to_the_present():
    playout = Playout(8000, BED)

    slots = [slot for step in range(10) for slot in playout.due(step * SLOT_S)]

    assert [slot.index for slot in slots] == list(range(9 + BED_LEAD_SLOTS))
    assert all(any(slot.pcm) and not slot.speech for slot in slots)


def test_speech_over_the_bed_is_marked_and_silence_in_it_is_not():
    playout = Playout(8000, BED)
    playout.begin()
    playout.push(bytes(len(SLOT)) + SLOT)

    slots = playout.due(0.0)

    assert [slot.speech for slot in slots] == [False, True]
    assert all(any(slot.pcm) for slot in slots)


def test_the_bed_goes_on_while_the_agent_is_paused_or_held():
    playout = Playout(8000, BED)
    playout.begin()
    playout.push(SLOT * 50)
    playout.due(0.0)
    playout.pause(0.0)

    assert [slot.speech for slot in playout.due(0.02)] == [False] * BED_LEAD_SLOTS
    playout.begin(held=True)
    assert [slot.speech for slot in playout.due(0.04)] == [False]


def test_the_bed_does_not_count_as_heard():
    playout = Playout(8000, BED)
    playout.begin()
    playout.push(SLOT * 3)
    playout.end()
    for step in range(20):
        playout.due(step * SLOT_S)

    assert round(playout.heard_s(0.4), 6) == 0.06
    assert playout.done(0.06)


# ── anything may happen ──────────────────────────────────────────────────────────────────────────────

ACTS = st.one_of(
    st.tuples(st.just("push"), st.integers(1, 900)),
    st.tuples(st.just("tick"), st.integers(1, 30)),
    st.tuples(st.just("pause"), st.integers(0, 19)),
    st.tuples(st.just("resume"), st.just(0)),
)


@given(st.lists(ACTS, max_size=60), st.booleans())
@settings(max_examples=400, deadline=None)
def test_whatever_happens_every_sample_is_heard_at_most_once_and_in_order(acts, with_bed):
    playout = Playout(8000, SILENT_BED if with_bed else None)
    playout.begin()
    wire, now_ms, pushed = {}, 0, b""

    def play(now):
        slots = playout.due(now)
        assert len(slots) <= LEAD_SLOTS
        for slot in slots:
            assert slot.index not in wire
            assert int(now / SLOT_S) <= slot.index < int(now / SLOT_S + 0.001) + LEAD_SLOTS
            wire[slot.index] = slot

    for act, value in acts:
        if act == "push":
            more = sound(len(pushed), value)
            pushed += more
            playout.push(more)
        elif act == "pause":
            now_ms += value
            first = playout.pause(now_ms / 1000)
            for index in [index for index in wire if index >= first]:
                del wire[index]
        elif act == "resume":
            playout.resume()
        else:
            # Mostly on time, sometimes late.
            now_ms += 20 if value < 25 else value * 10
            play(now_ms / 1000)
        assert abs(playout.heard_s(now_ms / 1000) - heard_on(wire, now_ms / 1000)) < 1e-6
    playout.resume()
    playout.end()
    for step in range(now_ms // 20 + 1, now_ms // 20 + 2000):
        play(step * SLOT_S)

    heard = b"".join(wire[index].pcm for index in sorted(wire) if wire[index].speech)
    assert heard[: len(pushed)] == pushed
    assert set(heard[len(pushed) :]) <= {0}


def sound(offset: int, samples: int) -> bytes:
    """No sample of it is silent, so that every slot of it is known as speech."""
    return bytes(1 + (offset + at) % 251 for at in range(2 * samples))


def heard_on(wire, now: float) -> float:
    """Seconds of speech the wire has let the caller hear by `now`."""
    spoken = (slot for slot in wire.values() if slot.speech)
    return sum(min(SLOT_S, max(0.0, now - slot.index * SLOT_S)) for slot in spoken)
