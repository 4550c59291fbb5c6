"""The eight rubrics: one spelling for every way a model may say it."""

import orjson
import pytest

from api.v1.analysis.answers import Unreadable
from api.v1.analysis.rubrics import Rubric, asked, read

MET = '[{"criterion": "问候", "met": true}]'


@pytest.mark.parametrize(
    ("rubric", "said", "meant"),
    [
        ("NumericScale", "7", "7"),
        ("NumericScale", "8/10", "8"),
        ("PercentageScale", "85 %", "85%"),
        ("PercentageScale", "0%", "0%"),
        ("DescriptiveScale", "I'd say excellent.", "Excellent"),
        ("DescriptiveScale", "较差", "Poor"),
        ("LikertScale", "strongly disagree", "Strongly Disagree"),
        ("LikertScale", "不同意", "Disagree"),
        ("PassFail", "True.", "true"),
        ("PassFail", "不成功", "false"),
        ("PassFail", "不是", "false"),
        ("PassFail", "fail", "false"),
    ],
)
def test_a_verdict_has_one_spelling(rubric: Rubric, said: str, meant: str):
    assert read(rubric, said) == meant


@pytest.mark.parametrize(
    ("rubric", "said"),
    [
        ("Checklist", MET),
        ("Checklist", f"```json\n{MET}\n```"),
        ("Checklist", f'{{"criteria": {MET}}} '),
        ("Matrix", '[{"criterion": "礼貌", "level": "Good"}]'),
        ("AutomaticRubric", 'Here: [{"criterion": "礼貌", "score": 7, "why": "…"}]'),
    ],
)
def test_several_criteria_are_json_in_text(rubric: Rubric, said: str):
    [criterion] = orjson.loads(read(rubric, said))

    assert set(criterion) == {"criterion", {"Checklist": "met", "Matrix": "level"}.get(rubric, "score")}


@pytest.mark.parametrize(
    ("rubric", "said"),
    [
        ("NumericScale", "11"),
        ("NumericScale", "between 3 and 5"),
        ("PercentageScale", "101%"),
        ("DescriptiveScale", "Good or Fair"),
        ("LikertScale", ""),
        ("PassFail", "true and false"),
        ("PassFail", "maybe"),
        ("Checklist", "[]"),
        ("Checklist", '[{"criterion": "a", "met": "yes"}]'),
        ("Matrix", '[{"criterion": "a", "level": "Great"}]'),
        ("AutomaticRubric", '[{"criterion": "a", "score": true}]'),
        ("AutomaticRubric", "nothing of the kind"),
    ],
)
def test_what_is_no_verdict_is_refused_with_a_reason(rubric: Rubric, said: str):
    with pytest.raises(Unreadable, match=r"it should|is not|should be|has no"):
        read(rubric, said)


def test_every_rubric_is_asked_for_in_both_languages():
    rubrics: tuple[Rubric, ...] = Rubric.__args__  # type: ignore[attr-defined]

    assert all(asked(rubric, language) for rubric in rubrics for language in ("zh", "en"))
    assert len(rubrics) == 8
