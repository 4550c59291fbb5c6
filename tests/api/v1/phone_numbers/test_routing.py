"""Where an inbound call goes."""

from api.v1.phone_numbers.routing import FAILED, NOBODY, AskServer, End, Number, Talk, after_failure, first

SERVER = {"url": "https://a.cn"}
ELSEWHERE = {"type": "number", "number": "+8657188880000"}
MOBILES = {"type": "startsWith", "key": "number", "startsWith": ["8613", "8615"]}
BYE = {"type": "say", "exact": "再见。"}


def test_the_numbers_own_assistant_or_squad_comes_before_its_server():
    assert first(Number("a", server=SERVER), "+8613800138000") == Talk("a", None)
    assert first(Number(squad_id="s", server=SERVER), "") == Talk(None, "s")
    assert first(Number(server=SERVER), "") == AskServer(SERVER)


def test_without_anybody_the_call_is_refused_or_goes_elsewhere():
    nowhere, elsewhere = first(Number(), ""), first(Number(fallback=ELSEWHERE), "")

    assert isinstance(nowhere, End)
    assert isinstance(elsewhere, End)
    assert (nowhere.reason, nowhere.destination) == (NOBODY, None)
    assert (elsewhere.reason, elsewhere.destination) == (NOBODY, ELSEWHERE)


def test_a_ringing_hook_is_for_callers_whose_number_begins_so():
    hook = {"on": "call.ringing", "filters": [MOBILES], "do": [BYE]}
    number = Number("a", hooks=[hook])

    assert first(number, "+8613800138000") == End("call.ringing.hook-executed-say", "再见。")
    assert first(number, "+861088888888") == Talk("a")
    assert first(number, "") == Talk("a")


def test_a_hook_says_and_transfers():
    transfer = {"type": "transfer", "destination": ELSEWHERE}
    number = Number("a", hooks=[{"on": "call.ringing", "do": [BYE, transfer]}])

    assert first(number, "") == End("call.ringing.hook-executed-transfer", "再见。", ELSEWHERE)


def test_an_ending_hook_comes_before_the_fallback_for_the_reasons_it_names():
    filters = [{"type": "oneOf", "key": "call.endedReason", "oneOf": [FAILED]}]
    hook = {"on": "call.ending", "filters": filters, "do": BYE}
    number = Number(server=SERVER, fallback=ELSEWHERE, hooks=[hook])

    assert after_failure(number, FAILED) == End("call.ending.hook-executed-say", "再见。")
    assert after_failure(number, "other", say="x", message="y") == End("other", "x", ELSEWHERE, "y")
