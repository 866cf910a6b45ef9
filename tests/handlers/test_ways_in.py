"""There is no way in beside the one door."""

import ast
from pathlib import Path

import handlers

HOME = Path(handlers.__file__).parent
BOLTS_OWN_WAYS_IN = {
    *("command", "action", "event", "message", "shortcut", "view"),
    *("options", "function", "use", "middleware", "step", "assistant"),
}


def calls(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {function.attr for function in functions if isinstance(function, ast.Attribute) and _is_app(function.value)}


def _is_app(value: ast.expr) -> bool:
    return isinstance(value, ast.Name) and value.id == "app"


def test_only_the_registration_registers() -> None:
    registering = {path.name for path in HOME.rglob("*.py") if calls(path) & BOLTS_OWN_WAYS_IN}

    assert registering == {"registration.py"}


def test_every_listener_hands_over_to_the_one_door() -> None:
    source = (HOME / "listening.py").read_text(encoding="utf-8")
    listeners = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("on_")]

    assert len(listeners) == 7
    for listener in listeners:
        last = ast.unparse(listener.body[-1])
        assert last.startswith("await _hand_over(")
        assert "entry.receive" in last or "_subcommand" in last
