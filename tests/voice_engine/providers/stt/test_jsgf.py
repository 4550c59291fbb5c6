import pytest

from voice_engine.kernel.errors import BadRequest
from voice_engine.providers.stt.jsgf import plain, read_grammar, spotting


def rule(expansion: str) -> str:
    return f"#JSGF V1.0; grammar said; public <said> = {expansion} ;"


def test_sentences_become_alternatives_and_keep_their_looks():
    grammar = read_grammar(["Yes, please!", "It's OK."])

    assert grammar.text == rule("yes please | it's ok")
    assert grammar.original == {"yes please": "Yes, please!", "it's ok": "It's OK."}
    assert grammar.words == {"yes", "please", "it's", "ok"}


@pytest.mark.parametrize(
    ("text", "expansion"),
    [
        ("public <a> = Hello;", "( hello )"),
        ("#JSGF V1.0 UTF-8 en;\ngrammar x.y;\npublic <a> = one | two;", "( one | two )"),
        ("public <a> = <b> please; <b> = one | two;", "( ( one | two ) please )"),
        ("public <a> = [so] hello;", "( [ so ] hello )"),
        ("public <a> = (one | two)+ three*;", "( ( ( one | two ) )+ ( three )* )"),
        ("public <a> = /10/ one | /0.5/ two {tag};", "( /10/ one | /0.5/ two )"),
        ('public <a> = "New York" {city = "n;y"} now;', "( new york now )"),
        ("// note;\npublic <a> = /* a; b */ one;", "( one )"),
        ("public <a> = one; public <b> = two;", "( one ) | ( two )"),
    ],
)
def test_a_grammar_is_written_anew_without_references(text, expansion):
    assert read_grammar(text).text == rule(expansion)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hello", "cannot be read"),
        ("<a> = one;", "public"),
        ("", "public"),
        ("import <os.path>; public <a> = one;", "imports"),
        ("public <a> = <b>;", "does not define"),
        ("public <a> = one <a>;", "recursive"),
        ("public <a> = <b>; <b> = x <c>; <c> = y <b>;", "recursive"),
        ("public <a> = [one];", "silence"),
        ("public <a> = ([one])* two;", "may be silent"),
        ("public <a> = one | ;", "empty"),
        ("public <a> = (one;", "lacks"),
        ("public <a> = one);", "stray"),
        ("public <a> = + one;", "stray"),
        ("public <a> = 你好;", "no English word"),
        ("public <a> = one; <a> = two;", "twice"),
        ("public <a> = " + "(" * 25 + "x" + ")" * 25 + ";", "nests"),
        ("public <a> = " + "one " * 2501 + ";", "at most 2500 words"),
        ("public <a> = (" + "one | " * 100 + "two)+;", "too slow"),
        ("public <a> = /1e6/ one;", "cannot be read"),
        (5, "JSGF text or a list"),
        ([], "1 to 500"),
        (["?"], "1 to 2500"),
        (["yes"] * 501, "1 to 500"),
        ([1], "JSGF text or a list"),
    ],
)
def test_what_could_hurt_or_mean_nothing_is_refused_with_its_reason(text, why):
    with pytest.raises(BadRequest) as refused:
        read_grammar(text)

    assert why in refused.value.message
    assert refused.value.code == "bad_grammar"


def test_rules_that_double_each_other_do_not_grow_without_a_bound():
    doubling = "".join(f"<r{n}> = <r{n + 1}> <r{n + 1}>;" for n in range(18))

    with pytest.raises(BadRequest, match="at most 2500 words"):
        read_grammar(f"public <a> = <r0>; {doubling} <r18> = x;")


def test_plain_text_is_what_the_dictionary_knows():
    assert plain("What’s UP,\ndoc-tor?") == "what's up doc tor"


def test_keywords_stand_among_common_words_but_not_twice():
    text = spotting(["front desk", "yes"]).text

    assert "/30/ front desk | /30/ yes | /1/ a" in text
    assert text.count(" yes ") == 1
