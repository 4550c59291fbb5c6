from voice_engine.kernel.events import EventType
from voice_engine.providers.base import ToolCall
from voice_engine.session.speculation import ENOUGH, PROBE_EVERY, Odds
from voice_engine.simulate.parts import SimStt
from voice_engine.simulate.world import Says, World, assistant
from voice_engine.spec import ModelSpec, ToolSpec, TurnPlan


def odds(hits: int, misses: int) -> Odds:
    table = Odds()
    for kept in [True] * hits + [False] * misses:
        table.learn("org", kept=kept)
    return table


def test_a_tenant_whose_callers_are_guessed_well_is_guessed_for():
    assert odds(hits=20, misses=2).worth_it("org")


def test_a_tenant_whose_callers_are_guessed_badly_is_guessed_for_now_and_then():
    table = odds(hits=0, misses=ENOUGH * 3)

    tries = [table.worth_it("org") for _ in range(PROBE_EVERY * 2)]

    assert sum(tries) == 2


def test_one_tenants_misses_are_not_anothers():
    assert odds(hits=0, misses=50).worth_it("another")


def latency(outcome) -> int:
    return outcome.of(EventType.TURN_ENDED)[0].data["mouthToEarMs"]


def question(plan: TurnPlan) -> World:
    spec = assistant(turn=plan)
    return World(says=[Says(1.0, "你们几点开门呢？", 1.6)], answer=lambda _: "九点开门。", spec=spec, until=8)


def test_a_reply_that_began_on_a_guess_is_heard_sooner():
    guessed = question(TurnPlan()).run()
    patient = question(TurnPlan(speculate=False)).run()

    assert guessed.of(EventType.TURN_STARTED)[0].data["guessed"]
    assert not patient.of(EventType.TURN_STARTED)[0].data["guessed"]
    assert latency(patient) - latency(guessed) >= 150
    assert guessed.said("bot") == patient.said("bot") == ["九点开门。"]


def test_a_wrong_guess_leaves_no_trace_but_its_bill():
    asked: list[str] = []

    def answer(messages) -> str:
        asked.append(messages[-1].content)
        return f"您说的是{messages[-1].content}"

    stt = SimStt(["我要一张去北京的票"], final_s=0.3)
    heard_wrong = _Mishearing(["我要一张去南京的票"], final_s=0.3, partials=stt.texts)
    outcome = World(says=[Says(1.0, "x", 3.0)], answer=answer, stt=heard_wrong, until=12).run()

    assert asked == ["我要一张去北京的票", "我要一张去南京的票"]
    assert outcome.said("bot") == ["您说的是我要一张去南京的票"]
    wasted = [e.data["component"] for e in outcome.of(EventType.USAGE) if e.data["wasted"]]
    assert "model" in wasted
    assert all("北京" not in e.data["text"] for e in outcome.of(EventType.MODEL_OUTPUT))


class _Mishearing(SimStt):
    """Its partials are other words than its finals."""

    def __init__(self, texts: list[str], *, final_s: float, partials) -> None:
        super().__init__(texts, final_s=final_s)
        self._partials = partials

    def partial_of(self, number: int) -> str:
        return self._partials[number]


def test_a_guess_runs_no_tool_before_the_turn_is_decided():
    tool = ToolSpec(name="book", server_url="https://example.com")
    model = ModelSpec(provider="sim", tools=(tool,))

    def answer(messages) -> object:
        if messages[-1].role == "tool":
            return "订好了。"
        return [ToolCall("1", "book", "{}")]

    outcome = World(
        says=[Says(1.0, "帮我订一张票吧。", 1.6)], answer=answer, spec=assistant(model=model), until=9
    ).run()

    decided = outcome.of(EventType.TURN_STARTED)[0]
    assert decided.data["guessed"]
    assert outcome.of(EventType.TOOL_CALLS)[0].seq > decided.seq
    assert outcome.said("bot")[-1] == "订好了。"
