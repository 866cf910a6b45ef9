"""By hand: extensions that tools in the wild write, or that a parser could take amiss; each stands in for the good one of its kind."""

from collections.abc import Iterator

from tests.bundles.surgery import extension, tlv

TRUE, FALSE = b"\x01\x01\xff", b"\x01\x01\x00"
NULL = b"\x05\x00"
BASIC, USAGE, NAMES, OWN_KEY_ID, ITS_KEY_ID, LIMITS = (b"\x55\x1d" + bytes((last,)) for last in (19, 15, 17, 14, 35, 30))
IS_CA = tlv(0x30, TRUE)
SIGNS = b"\x03\x02\x01\x86"


def every() -> Iterator[tuple[str, bytes]]:
    """Name and extension."""
    yield from _authority()
    yield from _alternative_names()
    yield from _others()
    for name, value in _limits():
        yield f"limits {name}", extension(LIMITS, value, critical=TRUE)


def _authority() -> Iterator[tuple[str, bytes]]:
    for name, value in (
        ("false", tlv(0x30, FALSE)),
        ("empty", tlv(0x30)),
        ("true as 1", tlv(0x30, b"\x01\x01\x01")),
        ("pathlen 0", tlv(0x30, TRUE, b"\x02\x01\x00")),
        ("pathlen without CA", tlv(0x30, b"\x02\x01\x00")),
        ("pathlen negative", tlv(0x30, TRUE, b"\x02\x01\xff")),
        ("pathlen huge", tlv(0x30, TRUE, tlv(0x02, b"\x7f" * 9))),
        ("pathlen padded", tlv(0x30, TRUE, b"\x02\x02\x00\x01")),
        ("trailing", tlv(0x30, TRUE, NULL)),
        ("behind", IS_CA + NULL),
        ("length of two bytes", b"\x30\x81\x03" + TRUE),
        ("nothing", b""),
    ):
        yield f"basicConstraints {name}", extension(BASIC, value, critical=TRUE)
    yield "basicConstraints not critical", extension(BASIC, IS_CA)
    yield "basicConstraints critical spelt out as false", extension(BASIC, IS_CA, critical=FALSE)
    yield "basicConstraints critical as 1", extension(BASIC, IS_CA, critical=b"\x01\x01\x01")
    for name, value in (
        ("empty bits", b"\x03\x01\x00"),
        ("nothing", b""),
        ("nine bits", b"\x03\x03\x07\x06\x80"),
        ("padding not zero", b"\x03\x02\x01\x87"),
        ("all", b"\x03\x02\x00\xff"),
        ("octets", b"\x04\x01\x06"),
        ("trailing", b"\x03\x02\x01\x86\x05\x00"),
        ("crlSign only", b"\x03\x02\x01\x02"),
    ):
        yield f"keyUsage {name}", extension(USAGE, value, critical=TRUE)
    yield "keyUsage not critical", extension(USAGE, SIGNS)


def _alternative_names() -> Iterator[tuple[str, bytes]]:
    for name, value in (
        ("empty", tlv(0x30)),
        ("other name", tlv(0x30, tlv(0xA0, b"\x06\x03\x2a\x03\x04"))),
        ("directory name", tlv(0x30, tlv(0xA4, tlv(0x30)))),
        ("IP of 5 bytes", tlv(0x30, tlv(0x87, b"12345"))),
        ("IP", tlv(0x30, tlv(0x87, b"\x7f\x00\x00\x01"))),
        ("not ASCII", tlv(0x30, tlv(0x82, b"\xff"))),
        ("wildcard", tlv(0x30, tlv(0x82, b"*.svc"))),
        ("empty dns", tlv(0x30, tlv(0x82))),
        ("empty uri", tlv(0x30, tlv(0x86))),
        ("mail", tlv(0x30, tlv(0x81, b"a@b"))),
        ("uri with an IP", tlv(0x30, tlv(0x86, b"https://[::1]:80/x"))),
        ("uri with a port", tlv(0x30, tlv(0x86, b"spiffe://a:99999/x"))),
        ("two SPIFFE ids", tlv(0x30, tlv(0x86, b"spiffe://a/b"), tlv(0x86, b"spiffe://c/d"))),
        ("uri with a dot at the end", tlv(0x30, tlv(0x86, b"spiffe://a./b"))),
        ("uri with an underscore", tlv(0x30, tlv(0x86, b"spiffe://a_b/c"))),
        ("uri with an empty label", tlv(0x30, tlv(0x86, b"spiffe://a..b/c"))),
    ):
        yield f"names {name}", extension(NAMES, value)
        yield f"names critical {name}", extension(NAMES, value, critical=TRUE)


def _others() -> Iterator[tuple[str, bytes]]:
    yield "own key id critical", extension(OWN_KEY_ID, tlv(0x04, b"x"), critical=TRUE)
    yield "own key id of others", extension(OWN_KEY_ID, tlv(0x04, b"somebody else's"))
    yield "own key id raw", extension(OWN_KEY_ID, b"raw")
    yield "signer's key id critical", extension(ITS_KEY_ID, tlv(0x30, tlv(0x80, b"x")), critical=TRUE)
    yield "signer's key id of others", extension(ITS_KEY_ID, tlv(0x30, tlv(0x80, b"somebody else's")))
    yield "signer's name and serial", extension(ITS_KEY_ID, tlv(0x30, tlv(0xA1, tlv(0xA4, tlv(0x30))), tlv(0x82, b"\x01")))
    yield "unknown critical", extension(b"\x2a\x03\x04", NULL, critical=TRUE)
    yield "unknown", extension(b"\x2a\x03\x04", b"\xff\xff")
    yield "oid with a padded arc", extension(b"\x2a\x80\x04", NULL)
    yield "oid empty", extension(b"", NULL)
    yield "oid with a huge arc", extension(b"\x2a" + b"\xff" * 9 + b"\x01", NULL)
    yield "large", extension(b"\x2a\x03\x04", b"x" * 9000)
    yield "netscape type", extension(bytes.fromhex("6086480186f8420101"), b"\x03\x02\x00\x07")


def _limits() -> Iterator[tuple[str, bytes]]:
    def only(*names: bytes, excluded: bool = False) -> bytes:
        return tlv(0x30, tlv(0xA1 if excluded else 0xA0, *(tlv(0x30, one) for one in names)))

    def uri(text: bytes) -> bytes:
        return tlv(0x86, text)

    def dns(text: bytes) -> bytes:
        return tlv(0x82, text)

    yield "uri public", only(uri(b"public"))
    yield "uri cluster.local", only(uri(b"cluster.local"))
    yield "uri both", only(uri(b"cluster.local"), uri(b"public"))
    yield "uri both in capitals", only(uri(b"CLUSTER.local"), uri(b"Public"))
    yield "uri everything below local", only(uri(b".local"), uri(b".public"))
    yield "uri empty", only(uri(b""))
    yield "uri dot", only(uri(b"."))
    yield "uri with a scheme", only(uri(b"spiffe://public"))
    yield "uri with a wildcard", only(uri(b"*.public"))
    yield "uri an IP", only(uri(b"127.0.0.1"))
    yield "excluded public", only(uri(b"public"), excluded=True)
    yield "excluded sub.public", only(uri(b"sub.public"), excluded=True)
    yield "excluded cluster.local", only(uri(b"cluster.local"), excluded=True)
    yield "excluded everything", only(uri(b""), excluded=True)
    yield "dns svc", only(dns(b"svc"))
    yield "dns excluded", only(dns(b"svc"), excluded=True)
    yield "IP", only(tlv(0x87, b"\x7f\x00\x00\x00\xff\x00\x00\x00"))
    yield "IP mask with holes", only(tlv(0x87, b"\x7f\x00\x00\x00\xff\x00\xff\x00"))
    yield "mail", only(tlv(0x81, b"a@b"))
    yield "directory", only(tlv(0xA4, tlv(0x30)))
    yield "minimum", tlv(0x30, tlv(0xA0, tlv(0x30, uri(b"public"), b"\x80\x01\x00")))
    yield "nothing", tlv(0x30)
    yield "permitted empty", tlv(0x30, tlv(0xA0))
    yield "unknown type", only(tlv(0x89, b"x"))
