"""Small and even reads as calm: no file over 300 lines, no function over 40."""

import ast

from tests.house.tree import named, python

FILE_LINES = 300
FUNCTION_LINES = 40
PACKAGES = ("bench", "bot", "handlers", "playground")


def test_no_file_is_too_long() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path, _ in python(*PACKAGES)}
    found = {name: lines for name, lines in lengths.items() if lines > FILE_LINES}

    assert found == {}


def test_no_function_is_too_long() -> None:
    found = [
        (named(path), node.name, lines)
        for path, module in python(*PACKAGES)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (lines := _lines(node)) > FUNCTION_LINES
    ]

    assert found == []


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = function.body[0]
    told = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if told else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - docstring
