from voice_engine.listen.keypad import Keypad
from voice_engine.spec import KeypadPlan


def test_keys_are_gathered_until_no_more_come():
    keypad = Keypad()
    keypad.press("1", 0.0)
    keypad.press("2", 1.0)

    assert keypad.tick(2.9) == ""
    assert keypad.tick(3.0) == "12"
    assert keypad.tick(9.0) == ""


def test_the_hash_key_ends_the_entry_at_once():
    keypad = Keypad()
    keypad.press("1234#", 5.0)

    assert keypad.tick(5.0) == "1234"


def test_a_lone_hash_is_itself():
    keypad = Keypad()
    keypad.press("#", 0.0)

    assert keypad.tick(0.0) == "#"


def test_a_plan_names_the_keys_that_end_an_entry_and_the_pause():
    keypad = Keypad(KeypadPlan(timeout_s=5.0, delimiters=("*",)))
    keypad.press("12#", 0.0)

    assert keypad.tick(4.9) == ""
    assert keypad.tick(5.0) == "12#"

    keypad.press("7*", 6.0)
    assert keypad.tick(6.0) == "7"


def test_without_a_pause_only_the_delimiter_ends_an_entry():
    keypad = Keypad(KeypadPlan(timeout_s=0.0, delimiters=("#",)))
    keypad.press("12", 0.0)

    assert keypad.tick(60.0) == ""

    keypad.press("#", 61.0)
    assert keypad.tick(61.0) == "12"


def test_without_pause_and_delimiter_every_key_is_an_entry():
    keypad = Keypad(KeypadPlan(timeout_s=0.0, delimiters=("",)))
    keypad.press("3", 1.0)

    assert keypad.tick(1.0) == "3"


def test_a_keypad_that_is_not_enabled_gathers_nothing():
    keypad = Keypad(KeypadPlan(enabled=False))
    keypad.press("1#", 0.0)

    assert keypad.tick(60.0) == ""
