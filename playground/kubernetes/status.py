"""Refusals in the words of a real kube-apiserver: a Status with code, reason, message and details."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from playground.kubernetes.kinds import Kind, Target

Details = Mapping[str, Any]

_CAUSES: Final = {"Required value": "FieldValueRequired", "Forbidden": "FieldValueForbidden", "Too long": "FieldValueTooLong"}


class Refusal(Exception):
    """The request is refused. ``reason`` "" and ``details`` None are left out; ``retry_after`` in seconds becomes the header."""

    def __init__(self, code: int, reason: str, message: str, *, details: Details | None = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.details = details
        self.retry_after = retry_after

    def status(self) -> dict[str, Any]:
        """The body: meta/v1 Status."""
        return {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": str(self),
            **({"reason": self.reason} if self.reason else {}),
            **({"details": self.details} if self.details is not None else {}),
            "code": self.code,
        }


@dataclass(frozen=True, slots=True)
class Fault:
    """One field of an object that is wrong: "data[a b]", "Invalid value: ..."."""

    field: str
    what: str


def details(kind: Kind, name: str = "", *, says: str = "") -> dict[str, Any]:
    """What a Status says it is about. ``says``: the kind in other words than the resource's."""
    named = {"name": name} if name else {}
    return {**named, **({"group": kind.group} if kind.group else {}), "kind": says or kind.resource}


def success(kind: Kind, name: str, uid: str) -> dict[str, Any]:
    """The body of a deletion that is done."""
    about = {**details(kind, name), "uid": uid}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": about}


def not_found(kind: Kind, name: str) -> Refusal:
    """404 for an object."""
    return Refusal(404, "NotFound", f'{kind.qualified} "{name}" not found', details=details(kind, name))


def nothing_there() -> Refusal:
    """404 for a resource that its group does not have."""
    return Refusal(404, "NotFound", "the server could not find the requested resource", details={})


def bad_request(message: str) -> Refusal:
    """400."""
    return Refusal(400, "BadRequest", message)


def exists(kind: Kind, name: str) -> Refusal:
    """409 for a second object of the same name."""
    return Refusal(409, "AlreadyExists", f'{kind.qualified} "{name}" already exists', details=details(kind, name))


def conflict(kind: Kind, name: str, why: str = "", *, says: str = "") -> Refusal:
    """409 for a write or a deletion that is based on something else than what is there."""
    why = why or "the object has been modified; please apply your changes to the latest version and try again"
    message = f'Operation cannot be fulfilled on {says or kind.qualified} "{name}": {why}'
    return Refusal(409, "Conflict", message, details=details(kind, name, says=says))


def not_allowed() -> Refusal:
    """405 for what cannot be done with a resource."""
    return Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", details={})


def unconditional(kind: Kind, name: str) -> Refusal:
    """422 for a replacement that does not say of which version."""
    fault = Fault("metadata.resourceVersion", "Invalid value: 0: must be specified for an update")
    return invalid(kind, name, [fault]) if kind.custom else _invalid(kind.qualified, details(kind, name), [fault])


def invalid(kind: Kind, name: str, faults: Sequence[Fault]) -> Refusal:
    """422 for an object that must not be."""
    says = f"{kind.name}.{kind.group}" if kind.group else kind.name
    return _invalid(says, details(kind, name, says=kind.name), faults)


def _invalid(says: str, about: dict[str, Any], faults: Sequence[Fault]) -> Refusal:
    listed = ", ".join(f"{fault.field}: {fault.what}" for fault in faults)
    message = f'{says} "{about.get("name", "")}" is invalid: {listed if len(faults) == 1 else f"[{listed}]"}'
    causes = [
        {"reason": _CAUSES.get(fault.what.partition(":")[0], "FieldValueInvalid"), "message": fault.what, "field": fault.field}
        for fault in faults
    ]
    return Refusal(422, "Invalid", message, details={**about, "causes": causes})


def rejected() -> Refusal:
    """422 for a JSON patch that cannot be carried out; a real one does not say why either."""
    return Refusal(422, "Invalid", "the server rejected our request due to an error in our request", details={})


def unsupported(accepted: Sequence[str]) -> Refusal:
    """415."""
    message = f"the body of the request was in an unknown format - accepted media types include: {', '.join(accepted)}"
    return Refusal(415, "UnsupportedMediaType", message)


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
    """401 for credentials that nobody knows."""
    return Refusal(401, "Unauthorized", "Unauthorized")


def forbidden(user: str, verb: str, target: Target) -> Refusal:
    """403 as RBAC says it."""
    where = f'in the namespace "{target.namespace}"' if target.namespace else "at the cluster scope"
    what = target.kind.qualified + (f' "{target.name}"' if target.name else "")
    message = f'{what} is forbidden: User "{user}" cannot {verb} resource "{target.resource}" in API group "{target.kind.group}" {where}'
    return Refusal(403, "Forbidden", message, details=details(target.kind, target.name))
