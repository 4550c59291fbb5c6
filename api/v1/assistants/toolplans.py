"""A tool's plans as the engine follows them. Pure."""

from typing import Any

from api.v1.assistants.schemas.tool_plans import (
    AnyCondition,
    LiquidCondition,
    RegexCondition,
    VariableExtractionPlan,
)
from api.v1.assistants.schemas.tools import AnyTool
from voice_engine.kernel.templates import Templates
from voice_engine.spec import ConditionTree, ExtractionSpec

Json = dict[str, Any]


def plans(tool: AnyTool, templates: Templates) -> Json:
    """The fields of a ToolSpec that say when it is not run and what is kept of its answer."""
    found: Json = {}
    if tool.rejection_plan and tool.rejection_plan.conditions:
        found["rejections"] = tuple(_tree(each) for each in tool.rejection_plan.conditions)
    plan: VariableExtractionPlan | None = getattr(tool, "variable_extraction_plan", None)
    if plan is not None:
        aliases = {alias.key: alias.value for alias in plan.aliases}
        found["extraction"] = ExtractionSpec(json_schema=plan.schema_ or {}, aliases=aliases)
    return {**found, "variables": dict(templates.variables)} if found else {}


def _tree(condition: AnyCondition) -> ConditionTree:
    if isinstance(condition, RegexCondition):
        target = condition.target
        return ConditionTree(
            kind="regex",
            pattern=condition.regex,
            role=target.role if target else None,
            position=target.position if target else -1,
            negate=condition.negate,
        )
    if isinstance(condition, LiquidCondition):
        return ConditionTree(kind="liquid", liquid=condition.liquid)
    inner = tuple(_tree(each) for each in condition.conditions)
    return ConditionTree(kind="group", operator=condition.operator, conditions=inner)
