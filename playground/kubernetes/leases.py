"""What a Lease may say (k8s.io/api/coordination/v1): numbers above their limits, times with exactly six decimals, told in UTC."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from playground.kubernetes.status import Fault, bad_request

Object = dict[str, Any]

LEASE: Final = "Lease"
_TIMES: Final = ("acquireTime", "renewTime")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)")
_LAYOUT: Final = "2006-01-02T15:04:05.000000Z07:00"
_LEAST: Final = (("leaseDurationSeconds", 1, "must be greater than 0"), ("leaseTransitions", 0, "must be greater than or equal to 0"))
_CANNOT: Final = 'Lease in version "v1" cannot be handled as a Lease'


def shaped(lease: Object) -> Object:
    """With its times in UTC. Refusal 400 for a value of a wrong type."""
    spec = lease.get("spec") or {}
    holder = spec.get("holderIdentity", "")
    if not isinstance(holder, str):
        raise bad_request(f"{_CANNOT}: json: cannot unmarshal number into Go struct field LeaseSpec.spec.holderIdentity of type string")
    times = {name: _in_utc(str(spec[name])) for name in _TIMES if spec.get(name)}
    return {**lease, "spec": {**spec, **times}}


def faults(lease: Object) -> Iterator[Fault]:
    """What is too small."""
    for name, least, must in _LEAST:
        value = lease["spec"].get(name)
        if value is not None and value < least:
            yield Fault(f"spec.{name}", f"Invalid value: {value}: {must}")


def _in_utc(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise bad_request(f'{_CANNOT}: parsing time "{text}" as "{_LAYOUT}": cannot parse it')
    return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
