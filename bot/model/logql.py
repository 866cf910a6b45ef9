"""What a person may set of Loki's language: matchers, label names, a tenant. Read strictly, so that nothing breaks out of a query."""

import re
from typing import Final

import msgspec

LABEL: Final = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,199}")
_OPERATOR: Final = re.compile(r"=~|!~|!=|=")
# A string in double quotes; of the escapes only those of the quote and of the backslash itself.
_STRING: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPED: Final = re.compile(r'\\(["\\])')
_SPACE: Final = re.compile(r"[ \t]*")
_TENANT: Final = re.compile(r"[a-zA-Z0-9!\-_.*'()]{1,150}")
LABELS: Final = 3


class Matcher(msgspec.Struct, frozen=True, kw_only=True):
    """One condition on a stream's label: ``operator`` is =, !=, =~ or !~; ``value`` is unquoted."""

    name: str
    operator: str
    value: str


def matchers(text: str) -> tuple[Matcher, ...]:
    """Matchers separated by commas, without braces; () for "". ValueError names the column where it goes wrong.

    The value is a string in double quotes, in which only the quote and the backslash are escaped, by a backslash.
    """
    found: list[Matcher] = []
    at = _after(_SPACE, text, 0)
    while at < len(text):
        one, at = _matcher(text, at)
        found.append(one)
        at = _after(_SPACE, text, at)
        if at < len(text):
            if text[at] != ",":
                raise ValueError(f"a comma is expected at character {at + 1}")
            at = _after(_SPACE, text, at + 1)
            if at == len(text):
                raise ValueError("a matcher is expected after the last comma")
    return tuple(found)


def label_names(text: str) -> tuple[str, str, str] | None:
    """Labels of namespace, pod and container, separated by commas; None for "". The latter two may be empty. ValueError else."""
    if not text.strip():
        return None
    names = [name.strip() for name in text.split(",")]
    if len(names) != LABELS or not names[0] or not all(LABEL.fullmatch(name) for name in names if name):
        raise ValueError("must be three names of labels, as in namespace,pod,container; pod and container may be empty")
    return names[0], names[1], names[2]


def tenant(text: str) -> str:
    """What Loki takes for X-Scope-OrgID: one tenant, or several joined by ``|``; "" for none. ValueError else."""
    if text and not all(_TENANT.fullmatch(one) and one not in {".", ".."} for one in text.split("|")):
        raise ValueError("no tenant of Loki: up to 150 letters, digits and !-_.*'(), several tenants joined by |")
    return text


def _matcher(text: str, at: int) -> tuple[Matcher, int]:
    name = LABEL.match(text, at)
    if name is None:
        raise ValueError(f"the name of a label is expected at character {at + 1}")
    operator = _OPERATOR.match(text, _after(_SPACE, text, name.end()))
    if operator is None:
        raise ValueError(f"=, !=, =~ or !~ is expected after the label at character {at + 1}")
    value = _STRING.match(text, _after(_SPACE, text, operator.end()))
    if value is None:
        raise ValueError(f"a value in double quotes is expected at character {operator.end() + 1}")
    return Matcher(name=name.group(), operator=operator.group(), value=_ESCAPED.sub(r"\1", value.group(1))), value.end()


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
