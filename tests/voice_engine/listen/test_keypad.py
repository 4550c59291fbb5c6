from voice_engine.listen.keypad import Keypad


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
