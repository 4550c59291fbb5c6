"""LiveKit's waitFunction: arithmetic in x, as a person writes it, computed without ever being executed."""

import ast
import math
import operator
from collections.abc import Callable

_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": math.log,
    "pow": math.pow,
    "abs": abs,
    "min": min,
    "max": max,
}
_KNOWN = f"numbers, x, + - * / ^, parentheses and {', '.join(_FUNCTIONS)}"


class WaitFunction:
    """Raises ValueError with a sentence for its author if the expression cannot be computed for x in 0…1."""

    def __init__(self, expression: str) -> None:
        try:
            self._tree = ast.parse(expression.replace("^", "**").strip(), mode="eval").body
            for tenth in range(1, 10):
                self.milliseconds(tenth / 10)
        except (SyntaxError, ArithmeticError, ValueError, TypeError, RecursionError) as error:
            message = f"should be arithmetic in x, like 20 + 500 * sqrt(x) + 2500 * x^3: {error}"
            raise ValueError(message) from None

    def milliseconds(self, x: float) -> float:
        """The pause for a caller who goes on with probability `x`."""
        value = _value(self._tree, x)
        if not math.isfinite(value):
            raise ArithmeticError(f"it is not finite at x = {x}")
        return value


def _value(node: ast.expr, x: float) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id="x"):
            return x
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, x)
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_value(left, x), _value(right, x))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](*(_value(argument, x) for argument in args))
    raise SyntaxError(f"{ast.unparse(node)[:40]} is none of {_KNOWN}")
