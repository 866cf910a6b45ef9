"""What the API server does not let in: names, labels, and the contents of ConfigMaps and Secrets."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, Final

from playground.kubernetes import leases
from playground.kubernetes.kinds import Kind
from playground.kubernetes.status import Fault, bad_request, invalid

Object = dict[str, Any]

LARGEST: Final = 1024 * 1024
_SUBDOMAIN: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME: Final = re.compile(_SUBDOMAIN)
_PART: Final = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_LABEL: Final = re.compile(rf"([^/]+/)?{_PART}")
_KEY: Final = re.compile("[-._a-zA-Z0-9]+")
_PAYLOADS: Final = frozenset({"Secret", "ConfigMap"})
_FROZEN: Final = ("data", "binaryData")


def check(kind: Kind, new: Object, old: Object | None) -> None:
    """Refusal 400 for a value of a wrong type, 422 for one that is not allowed."""
    if kind.name in _PAYLOADS:
        _types(kind, new)
    faults = [*_metadata(new["metadata"])]
    if kind.name == leases.LEASE:
        faults += leases.faults(new)
    if kind.name in _PAYLOADS:
        faults += [*_payload(kind, new), *(_immutable(new, old) if old else ())]
    if faults:
        raise invalid(kind, new["metadata"].get("name", ""), faults)


def nameless(kind: Kind) -> Exception:
    """422 for an object without a name."""
    return invalid(kind, "", [Fault("metadata.name", "Required value: name or generateName is required")])


def _types(kind: Kind, new: Object) -> None:
    cannot = f'{kind.name} in version "{kind.version}" cannot be handled as a {kind.name}'
    for field in _FROZEN:
        values = new.get(field) or {}
        if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
            raise bad_request(f"{cannot}: json: cannot unmarshal number into Go struct field {kind.name}.{field} of type map[string]string")
        if kind.name == "Secret" or field == "binaryData":
            for value in values.values():
                _bytes(cannot, value)


def _bytes(cannot: str, text: str) -> None:
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        at = next((index for index, letter in enumerate(text) if not re.match(r"[A-Za-z0-9+/=]", letter)), len(text))
        raise bad_request(f"{cannot}: illegal base64 data at input byte {at}") from None


def _metadata(metadata: Object) -> Iterator[Fault]:
    name = metadata.get("name", "")
    if not _NAME.fullmatch(name):
        what = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with "
        example = f"an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
        yield Fault("metadata.name", f'Invalid value: "{name}": {what}{example}')
    for label in metadata.get("labels") or {}:
        if not _LABEL.fullmatch(label):
            what = (
                "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
            )
            example = f"(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_PART}')"
            yield Fault("metadata.labels", f'Invalid value: "{label}": {what} {example}')


def _payload(kind: Kind, new: Object) -> Iterator[Fault]:
    data, binary = new.get("data") or {}, new.get("binaryData") or {}
    for key in data:
        if not _KEY.fullmatch(key):
            what = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
            example = f"(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '{_KEY.pattern}')"
            yield Fault(f"data[{key}]", f'Invalid value: "{key}": {what} {example}')
        if key in binary:
            yield Fault(f"data[{key}]", f'Invalid value: "{key}": duplicate of key present in binaryData')
    plain = kind.name == "ConfigMap"
    size = sum(len(value.encode()) if plain else len(value) * 3 // 4 for value in data.values())
    if size + sum(len(value) * 3 // 4 for value in binary.values()) > LARGEST:
        yield Fault("[]" if plain else "data", f"Too long: may not be more than {LARGEST} bytes")


def _immutable(new: Object, old: Object) -> Iterator[Fault]:
    if not old.get("immutable"):
        return
    for field in (*_FROZEN, "immutable"):
        if new.get(field) != old.get(field):
            yield Fault(field, "Forbidden: field is immutable when `immutable` is set")
