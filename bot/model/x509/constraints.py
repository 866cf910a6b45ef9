"""Name constraints along a path (Go: crypto/x509/constraints.go checkChainConstraints)."""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from bot.model.x509 import domains
from bot.model.x509.constraint_extension import NameConstraints, Subtrees, is_ip
from bot.model.x509.extensions import Names
from bot.model.x509.parser import Parsed

_PORT = re.compile(r":[0-9]*\Z")


def comparisons(chain: Sequence[Parsed]) -> int:
    """How many comparisons :func:`constraints_problem` may make: every name with every constraint above it."""
    total = constraints = 0
    for one in reversed(chain):
        names, limits = one.extensions.names, one.extensions.constraints
        total += names.count * constraints if names else 0
        constraints += limits.count if limits else 0
    return total


def constraints_problem(chain: Sequence[Parsed]) -> str:
    """Empty when every name in the chain (leaf first) is allowed by the CAs above it, else what is not."""
    for at, one in enumerate(chain):
        above = [higher.extensions.constraints for higher in chain[at + 1 :] if higher.extensions.constraints is not None]
        problem = _names_problem(one.extensions.names, above) if one.extensions.names is not None and above else ""
        if problem:
            return problem
    return ""


def _names_problem(names: Names, above: Iterable[NameConstraints]) -> str:
    hosts = [_uri_domain(host) for host in names.uri_hosts]
    if None in hosts:
        return "a URI without a domain name cannot be matched against constraints"
    boxes = [domains.mailbox(email) for email in names.emails]
    if None in boxes:
        return "a mail address cannot be parsed"
    if not all(domains.valid(name, constraint=False) for name in names.dns):
        return "a DNS name cannot be parsed"
    if not all(box is not None and domains.valid(box[1], constraint=False) for box in boxes):
        return "a mail address cannot be parsed"
    return next(filter(None, (_one_problem(names, hosts, boxes, limit) for limit in above)), "")


def _one_problem(names: Names, hosts: Sequence[str | None], boxes: Sequence[tuple[str, str] | None], limit: NameConstraints) -> str:
    permitted, excluded = limit.permitted, limit.excluded
    tests = (
        *((f"IP address {ipaddress.ip_address(ip)}", _ips(permitted, ip), _ips(excluded, ip)) for ip in names.ips),
        *((f"DNS name {one!r}", _domains(permitted.dns, one), _domains(excluded.dns, one, excluded=True)) for one in names.dns),
        *((f"URI host {one!r}", _domains(permitted.uris, one), _domains(excluded.uris, one, excluded=True)) for one in hosts if one),
        *(("a mail address", _mail(permitted, one), _mail(excluded, one, excluded=True)) for one in boxes if one),
    )
    return next((f"{what} is not permitted" for what, allowed, forbidden in tests if _refused(allowed, forbidden)), "")


def _ips(subtrees: Subtrees, ip: bytes) -> list[bool]:
    return [_ip_match(network, ip) for network in subtrees.ips]


def _refused(permitted: Sequence[bool], excluded: Sequence[bool]) -> bool:
    return (bool(permitted) and not any(permitted)) or any(excluded)


def _ip_match(network: tuple[bytes, bytes], ip: bytes) -> bool:
    address, mask = network
    return len(address) == len(ip) and all(a & m == b & m for a, m, b in zip(address, mask, ip, strict=True))


def _domains(constraints: Iterable[str], name: str, *, excluded: bool = False) -> list[bool]:
    return [_domain_match(constraint.lower(), name.lower(), excluded=excluded) for constraint in constraints]


def _domain_match(constraint: str, name: str, *, excluded: bool) -> bool:
    if not constraint:
        return True
    if constraint.startswith("."):
        if name.endswith(constraint):
            return True
    elif name == constraint or name.endswith("." + constraint):
        return True
    # A wildcard name is excluded already when one of the names it stands for is.
    return (
        excluded and name.startswith("*") and _after_first_label(name) != "" and _after_first_label(name) == _after_first_label(constraint)
    )


def _after_first_label(name: str) -> str:
    return name[name.index(".") :] if "." in name else ""


def _mail(subtrees: Subtrees, box: tuple[str, str], *, excluded: bool = False) -> list[bool]:
    local, domain = box[0], box[1].lower()
    return [_mail_match(constraint, local, domain, excluded=excluded) for constraint in subtrees.emails]


def _mail_match(constraint: str, local: str, domain: str, *, excluded: bool) -> bool:
    if "@" not in constraint:
        return _domain_match(constraint.lower(), domain, excluded=excluded)
    wanted = domains.mailbox(constraint)
    return wanted is not None and (local, domain) == (wanted[0], wanted[1].lower())


def _uri_domain(host: str) -> str | None:
    """The host without its port in lower case; None when constraints cannot be applied to it (empty, or an IP address)."""
    lowered = host.lower()
    if not lowered or lowered.startswith("["):
        return None
    bare = _PORT.sub("", lowered)
    return None if ":" in bare or is_ip(bare) else bare
