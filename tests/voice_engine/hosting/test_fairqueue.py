from hypothesis import given
from hypothesis import strategies as st

from voice_engine.hosting.fairqueue import FairQueue


def test_organisations_take_turns_however_many_calls_one_of_them_sends():
    queue: FairQueue[str] = FairQueue(10)
    for call in ("a1", "a2", "a3"):
        queue.enter("a", call)
    queue.enter("b", "b1")

    served = [queue.next() for _ in range(4)]

    assert served == ["a1", "b1", "a2", "a3"]


def test_one_organisation_cannot_fill_the_queue():
    queue: FairQueue[int] = FairQueue(4)

    entered = [queue.enter("a", number) for number in range(4)]

    assert entered == [True, True, False, False]
    assert queue.enter("b", 1)


def test_who_leaves_is_not_served():
    queue: FairQueue[str] = FairQueue(4)
    queue.enter("a", "gone")
    queue.enter("a", "waits")

    queue.leave("a", "gone")

    assert queue.next() == "waits"
    assert queue.next() is None


@given(st.lists(st.sampled_from("abc"), max_size=20))
def test_the_place_told_is_the_place_served(orgs):
    queue: FairQueue[int] = FairQueue(40)
    waiting = [(org, number) for number, org in enumerate(orgs) if queue.enter(org, number)]

    places = {number: queue.place_of(org, number) for org, number in waiting}

    assert [queue.next() for _ in waiting] == sorted(places, key=places.__getitem__)
    assert sorted(places.values()) == list(range(1, len(waiting) + 1))
