"""Templates: what they know, and what they cannot be made to do."""

from datetime import UTC, datetime
from time import thread_time

import pytest

from voice_engine.kernel.errors import BadRequest
from voice_engine.kernel.templates import Templates, check

NOW = datetime(2026, 5, 4, 15, 10, 7, tzinfo=UTC)


def render(source: str, **variables: object) -> str:
    return Templates(variables, NOW).text(source, "firstMessage")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("no template", "no template"),
        ("{{now}}", "May 4, 2026, 3:10 PM UTC"),
        ("{{date}} | {{time}} | {{month}} | {{day}} | {{year}}", "May 4, 2026 | 3:10 PM | May | 4 | 2026"),
        ('{{"now" | date: "%Y年%m月%d日 %H:%M", "Asia/Shanghai"}}', "2026年05月04日 23:10"),
        ('{{now | date: "%A %I:%M %p", "America/New_York"}}', "Monday 11:10 AM"),
        ('{{"2026-01-02T03:04:05.678Z" | date: "%H:%M:%S.%L"}}', "03:04:05.678"),
        ('{{"1767323045" | date: "%Y-%m-%d"}}', "2026-01-02"),
        ('{{"tomorrow" | date: "%Y"}}', "tomorrow"),
        ('{{ customer.name | default: "您" }}', "王芳"),
        ("{{ nobody.at.all }}!", "!"),
        ("{% if vip %}Welcome back{% else %}Hello{% endif %}", "Welcome back"),
        ("{% for item in items %}{{ item }}{% unless forloop.last %}, {% endunless %}{% endfor %}", "a, b"),
        ("{{ customer | json }}", '{"name":"王芳"}'),
    ],
)
def test_a_template_is_rendered(source: str, text: str):
    assert render(source, customer={"name": "王芳"}, vip=True, items=["a", "b"]) == text


def test_a_variable_may_replace_a_built_in_one():
    assert render("{{ date }}", date="today") == "today"


def test_what_a_variable_holds_is_not_rendered_again():
    assert render("{{ name }}", name="{{ now }}") == "{{ now }}"


def test_a_tree_is_rendered_with_its_place_in_errors():
    templates = Templates({"a": "1"}, NOW)

    assert templates.tree({"x": ["{{a}}", {"y": 2}]}, "model") == {"x": ["1", {"y": 2}]}
    with pytest.raises(BadRequest) as refused:
        templates.tree({"x": ["{{a}}", {"y": "{{ a | nope }}"}]}, "model")
    assert refused.value.details["field"] == "model.x.1.y"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{ name", "expected '}}'"),
        ("{% if %}", "missing expression"),
        ("{{ x | nofilter }}", "unknown filter 'nofilter'"),
        ("{% include 'secret' %}", "unexpected tag 'include'"),
        ("{% render 'secret' %}", "unexpected tag 'render'"),
        ('{{ "now" | date: "%H", "Mars/Base" }}', "no time zone 'Mars/Base'"),
        ('{{ "now" | date: "%H", "../../etc/passwd" }}', "no time zone"),
        ("{{ 1 | divided_by: 0 }}", "divide by 0"),
        ("{% for i in (1..100000000) %}x{% endfor %}", "range over 10000 numbers"),
        (
            "{% for i in (1..200) %}{% for j in (1..200) %}{% for k in (1..200) %}x{% endfor %}{% endfor %}"
            "{% endfor %}",
            "loop iteration limit",
        ),
        ("{{ (1..5000) | join: ',' }}", "more than 2000 items"),
        ("{{ (1..1000000000) | join: ',' }}", "range over 10000 numbers"),
        ("{% if (1..1000000000) contains 'x' %}{% endif %}", "range over 10000 numbers"),
        ("{% for i in (1..99999999) reversed limit: 99999999 %}x{% endfor %}", "range over 10000 numbers"),
        ("{% assign r = (1..99999999) %}", "range over 10000 numbers"),
        ("{% for i in (1..5) limit: -1 offset: -2 %}x{% endfor %}", "these values do not go together"),
        ("{% for i in (1..9000) %}{{ long }}{% endfor %}", "output stream limit"),
        (
            "{% assign a = 'xxxxxxxxxxxxxxxx' %}" + "{% assign a = a | replace: 'x', a %}" * 6,
            "over 100000 characters",
        ),
        (
            "{% assign a = 'xx' %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}",
            "over 100000 characters",
        ),
        ("{{ long | append: long | strip_html }}", "over 10000 characters"),
    ],
)
def test_what_cannot_or_must_not_be_rendered_is_a_400_that_names_the_field(source: str, reason: str):
    with pytest.raises(BadRequest) as refused:
        render(source, long="<" * 9000)

    assert refused.value.code == "template_error"
    assert refused.value.message.startswith("firstMessage has a template that cannot be rendered: ")
    assert reason in refused.value.message


@pytest.mark.parametrize(
    "body",
    [
        "{% if many contains 'zz' %}{% endif %}",
        "{% assign b = some | uniq %}",
        "{% assign b = long | downcase | upcase | downcase | size %}",
    ],
)
def test_work_is_bounded_in_time(body: str):
    source = "{% for i in (1..9999) %}" + body + "{% endfor %}"
    variables = {"many": [str(n) for n in range(100_000)], "some": list(range(2000)), "long": "Äx" * 50_000}
    began = thread_time()

    with pytest.raises(BadRequest) as refused:
        render(source, **variables)

    assert "the templates take more than 0.5 s" in refused.value.message
    assert thread_time() - began < 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("{{" * 50_000, "expected '}}'"),
        ("{% " * 30_000 + "%}", "at most 1000 tags of at most 1000 characters"),
        ("{{ a }}" * 1001, "at most 1000 tags"),
        ("{{ '" + "x" * 1000 + "' }}", "at most 1000 characters"),
        ("{% raw %}" * 900 + "x" * 80_000, "at most 1000 tags"),
    ],
)
def test_a_source_that_would_be_slow_to_read_is_not_read(source: str, reason: str):
    began = thread_time()

    with pytest.raises(BadRequest) as refused:
        check(source, "firstMessage")

    assert reason in refused.value.message
    assert thread_time() - began < 0.5


def test_many_fields_share_one_time_limit():
    with pytest.raises(BadRequest) as refused:
        check(["{{ a | default: 'b' }}" * 1000] * 200, "model.messages")

    assert "the templates take more than 0.5 s" in refused.value.message


def test_attributes_of_python_objects_are_out_of_reach():
    assert render("{{ name.__class__ }}{{ items.__class__.__mro__ }}", name="x", items=[1]) == ""


def test_syntax_can_be_checked_without_rendering():
    check({"messages": [{"content": "{{ fine }}"}]}, "model")

    with pytest.raises(BadRequest) as refused:
        check({"messages": [{"content": "{{ wrong"}]}, "model")
    assert refused.value.details["field"] == "model.messages.0.content"
