"""Refusals in the words of a real kube-apiserver: a Status with code, reason and message."""

from typing import Any

from playground.kubernetes.kinds import Kind, Target


class Refusal(Exception):
    """The request is refused. ``retry_after`` in seconds becomes the header."""

    def __init__(self, code: int, reason: str, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.retry_after = retry_after

    def status(self) -> dict[str, Any]:
        """The body: meta/v1 Status."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": str(self),
            "reason": self.reason,
            "code": self.code,
        }


def not_found(kind: Kind, name: str) -> Refusal:
    """404 for an object."""
    return Refusal(404, "NotFound", f'{_qualified(kind)} "{name}" not found')


def exists(kind: Kind, name: str) -> Refusal:
    """409 for a second object of the same name."""
    return Refusal(409, "AlreadyExists", f'{_qualified(kind)} "{name}" already exists')


def conflict(kind: Kind, name: str) -> Refusal:
    """409 for a write that is based on an old version."""
    return Refusal(
        409,
        "Conflict",
        f'Operation cannot be fulfilled on {_qualified(kind)} "{name}": the object has been modified; '
        "please apply your changes to the latest version and try again",
    )


def expired_list() -> Refusal:
    """410 for a continue token whose snapshot is forgotten."""
    return Refusal(
        410,
        "Expired",
        "The provided continue parameter is too old to display a consistent list result. "
        "You can start a new list without the continue parameter.",
    )


def expired_watch(version: int, oldest: int) -> Refusal:
    """410 for a watch that would have to begin before what is remembered."""
    return Refusal(410, "Expired", f"too old resource version: {version} ({oldest})")


def unauthorized() -> Refusal:
    """401 for missing or unknown credentials."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def forbidden(user: str, verb: str, target: Target) -> Refusal:
    """403 as RBAC says it."""
    where = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    what = _qualified(target.kind) + (f' "{target.name}"' if target.name else "")
    resource = target.kind.resource + (f"/{target.rest.split('/', 1)[0]}" if target.rest else "")
    return Refusal(
        403,
        "Forbidden",
        f'{what} is forbidden: User "{user}" cannot {verb} resource "{resource}" in API group "{target.kind.group}" {where}',
    )


def _qualified(kind: Kind) -> str:
    return f"{kind.resource}.{kind.group}" if kind.group else kind.resource
