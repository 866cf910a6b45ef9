"""Name constraints along a path (Go: crypto/x509/constraints.go checkChainConstraints)."""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from bot.model.x509 import domains
from bot.model.x509.constraint_extension import NameConstraints, Subtrees, is_ip
from bot.model.x509.extensions import Names
from bot.model.x509.parser import Parsed

_PORT = re.compile(r":[0-9]*\Z")


def constraints_problem(chain: Sequence[Parsed]) -> str:
    """"" when every name in the chain (leaf first) is allowed by the CAs above it, else what is not."""
    limits = [(at, one.extensions.constraints) for at, one in enumerate(chain) if one.extensions.constraints is not None]
    for at, one in enumerate(chain):
        names = one.extensions.names
        above = [limit for where, limit in limits if where > at and limit is not None]
        if names is None or not above:
            continue
        problem = _names_problem(names, above)
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


def _one_problem(
    names: Names, hosts: Sequence[str | None], boxes: Sequence[tuple[str, str] | None], limit: NameConstraints
) -> str:
    permitted, excluded = limit.permitted, limit.excluded
    for ip in names.ips:
        if _refused([_ip_match(net, ip) for net in permitted.ips], [_ip_match(net, ip) for net in excluded.ips]):
            return f"IP address {ipaddress.ip_address(ip)} is not permitted"
    for name in names.dns:
        if _refused(_domains(permitted.dns, name), _domains(excluded.dns, name, excluded=True)):
            return f"DNS name {name!r} is not permitted"
    for host in hosts:
        if host is not None and _refused(_domains(permitted.uris, host), _domains(excluded.uris, host, excluded=True)):
            return f"URI host {host!r} is not permitted"
    for box in boxes:
        if box is not None and _refused(_mail(permitted, box), _mail(excluded, box, excluded=True)):
            return "a mail address is not permitted"
    return ""


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
    return excluded and name.startswith("*") and _after_first_label(name) != "" and _after_first_label(name) == _after_first_label(constraint)


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


