"""By hand: versions, serial numbers and validities that a parser could take amiss, and every strange extension."""

import datetime as dt
from collections.abc import Iterator

from tests.bundles.strange import extensions as strange_extensions
from tests.bundles.surgery import (
    EXTENSIONS,
    KEY,
    SERIAL,
    VALIDITY,
    VERSION,
    basic_constraints,
    bundle,
    elements,
    extensions,
    extensions_of,
    forged,
    inside,
    tlv,
)
from tests.certificates import DAY, Files, a_key, a_root, an_issuer


def every(now: dt.datetime) -> Iterator[tuple[str, Files]]:
    """Each change twice: on the issuer, and on the root above a good issuer."""
    root = a_root("root", now=now, key=a_key("p256", "root"))
    issuer = an_issuer(root, "issuer", now=now, key=a_key("p256", "issuer"))
    for name, changes in _changes(now):
        yield f"issuer: {name}", bundle(root, forged(issuer, root, changes))
        yield f"root: {name}", bundle(forged(root, None, changes), issuer)
    for name, own in strange_extensions.every():
        kept = [one for one in extensions_of(issuer) if inside(elements(inside(one))[0]) != _oid_of(own)]
        yield f"issuer: {name}", bundle(root, forged(issuer, root, {EXTENSIONS: extensions(*kept, own)}))
        yield f"root: {name}", bundle(forged(root, None, {EXTENSIONS: extensions(*kept, own)}), issuer)


def _oid_of(one: bytes) -> bytes:
    return inside(elements(inside(one))[0])


def _time(tag: int, text: str) -> bytes:
    return tlv(tag, text.encode())


def _changes(now: dt.datetime) -> Iterator[tuple[str, dict[int, bytes | None]]]:
    yield "version 1", {VERSION: None, EXTENSIONS: None}
    yield "version 1 with extensions", {VERSION: None}
    yield "version 2", {VERSION: b"\xa0\x03\x02\x01\x01", EXTENSIONS: None}
    yield "version 4", {VERSION: b"\xa0\x03\x02\x01\x03"}
    yield "version 3 without extensions", {EXTENSIONS: None}
    yield "extensions empty", {EXTENSIONS: extensions()}
    for name, serial in (
        ("negative", b"\x02\x01\xff"), ("zero", b"\x02\x01\x00"), ("padded", b"\x02\x02\x00\x01"), ("empty", b"\x02\x00"),
        ("of 20 octets", tlv(0x02, b"\x7f" * 20)), ("of 21 octets", tlv(0x02, b"\x7f" * 21)), ("of 200 octets", tlv(0x02, b"\x7f" * 200)),
    ):  # fmt: skip
        yield f"serial {name}", {SERIAL: serial}
    yield from _validities(now)
    unique = tlv(0x81, b"\x00\x01")
    yield "key left out", {KEY: None, EXTENSIONS: None}
    yield "unique ids", {EXTENSIONS: unique + tlv(0x82, b"\x00\x02") + extensions(basic_constraints())}
    yield "element after the extensions", {EXTENSIONS: extensions(basic_constraints()) + b"\x05\x00"}


def _validities(now: dt.datetime) -> Iterator[tuple[str, dict[int, bytes | None]]]:
    before, after = now - DAY, now + 300 * DAY
    short, long = "%y%m%d%H%M%S", "%Y%m%d%H%M%S"
    texts = {
        "generalized": ((0x18, f"{before:{long}}Z"), (0x18, f"{after:{long}}Z")),
        "until 9999": ((0x17, f"{before:{short}}Z"), (0x18, "99991231235959Z")),
        "until 2050 in UTCTime": ((0x17, f"{before:{short}}Z"), (0x17, "500101000000Z")),
        "until 2049": ((0x17, f"{before:{short}}Z"), (0x17, "491231235959Z")),
        "from 1950": ((0x17, "500101000000Z"), (0x17, f"{after:{short}}Z")),
        "from year 0": ((0x18, "00000101000000Z"), (0x17, f"{after:{short}}Z")),
        "without seconds": ((0x17, f"{before:%y%m%d%H%M}Z"), (0x17, f"{after:%y%m%d%H%M}Z")),
        "with an offset": ((0x17, f"{before:{short}}+0100"), (0x17, f"{after:{short}}-0800")),
        "with offset zero": ((0x17, f"{before:{short}}+0000"), (0x17, f"{after:{short}}Z")),
        "with fractions": ((0x18, f"{before:{long}}.5Z"), (0x18, f"{after:{long}}.5Z")),
        "without zone": ((0x18, f"{before:{long}}"), (0x18, f"{after:{long}}")),
        "generalized with an offset": ((0x18, f"{before:{long}}+0100"), (0x18, f"{after:{long}}Z")),
        "second 60": ((0x17, f"{before:%y%m%d%H%M}60Z"), (0x17, f"{after:{short}}Z")),
        "hour 24": ((0x17, f"{before:%y%m%d}240000Z"), (0x17, f"{after:{short}}Z")),
        "february 30": ((0x17, "240230000000Z"), (0x17, f"{after:{short}}Z")),
        "february 29": ((0x17, "240229000000Z"), (0x17, f"{after:{short}}Z")),
        "ends before it begins": ((0x17, f"{after:{short}}Z"), (0x17, f"{before:{short}}Z")),
        "lower case z": ((0x17, f"{before:{short}}z"), (0x17, f"{after:{short}}Z")),
        "empty": ((0x17, ""), (0x17, "")),
    }
    for name, pair in texts.items():
        yield f"validity {name}", {VALIDITY: tlv(0x30, *(_time(*one) for one in pair))}
    yield "validity third time", {VALIDITY: tlv(0x30, *(_time(0x17, f"{one:{short}}Z") for one in (before, after, after)))}
