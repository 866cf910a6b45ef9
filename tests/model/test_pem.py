import base64
import time

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.model.pem import MAX_SIZE, describe_difference, read
from bot.model.x509.pem_decode import decode_all
from tests.certificates import a_key, a_root, an_issuer, key_pem

ROOT = a_root()
OTHER = a_root("other")
KEY = key_pem(a_key("p256", "secret"))


def ids(data: bytes) -> list[str]:
    return [problem.id for problem in read(data).problems]


def ders(data: bytes) -> list[bytes]:
    return [block.der for block in read(data).blocks if block.der]


def test_certificates_are_kept_in_order_and_nothing_is_complained_about() -> None:
    document = read(ROOT.pem + OTHER.pem)

    assert ders(ROOT.pem + OTHER.pem) == [ROOT.der, OTHER.der]
    assert [block.line for block in document.blocks] == [1, 1 + ROOT.pem.count(b"\n")]
    assert document.problems == ()


def test_a_truncated_certificate_is_named_with_its_line() -> None:
    data = ROOT.pem + OTHER.pem[:200]

    problem = read(data).problems[0]

    assert ders(data) == [ROOT.der]
    assert (problem.id, problem.severity, problem.line) == ("block-truncated", "critical", 1 + ROOT.pem.count(b"\n"))


def test_a_truncated_certificate_before_a_whole_one_is_named_too() -> None:
    data = ROOT.pem[:200] + b"\n" + OTHER.pem

    assert ders(data) == [OTHER.der]
    assert ids(data) == ["block-truncated"]


def test_a_key_between_roots_hides_the_later_ones() -> None:
    problem = read(ROOT.pem + KEY + OTHER.pem).problems[0]

    assert problem.id == "certificates-hidden"
    assert "one certificate after it does not exist for Dapr" in problem.message


def test_a_key_in_a_text_that_everybody_may_read_is_named_wherever_it_stands() -> None:
    for data in (ROOT.pem + KEY, ROOT.pem + KEY + OTHER.pem, KEY + ROOT.pem):
        (problem,) = (one for one in read(data).problems if one.id == "private-key-exposed")
        assert problem.severity == "critical"
        assert problem.line == data[: data.index(KEY)].count(b"\n") + 1


def test_any_other_block_after_the_last_certificate_is_harmless_but_not_passed_over_in_silence() -> None:
    (problem,) = read(ROOT.pem + OTHER.pem.replace(b"CERTIFICATE", b"TRUSTED CERTIFICATE")).problems

    assert (problem.id, problem.severity) == ("no-certificate", "notice")
    assert "TRUSTED CERTIFICATE" in problem.message


def test_a_certificate_that_cannot_be_parsed_is_a_problem_with_gos_reason() -> None:
    text = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(ROOT.der + b"\0") + b"-----END CERTIFICATE-----\n"

    assert ids(text) == ["certificate-malformed"]
    assert read(text).blocks[0].problem == "x509: trailing data"


def test_usual_slips_have_names() -> None:
    assert ids(b"") == ["file-empty"]
    assert ids(b" \n") == ["file-empty"]
    assert ids(base64.b64encode(ROOT.pem)) == ["double-base64"]
    assert ids(base64.encodebytes(ROOT.pem)) == ["double-base64"]
    assert ids(ROOT.pem.replace(b"\n", b"\\n")) == ["literal-newline"]
    assert ids(ROOT.der) == ["der"]
    assert ids(ROOT.pem.decode().encode("utf-16")) == ["utf-16"]
    assert ids(b"\xef\xbb\xbf" + ROOT.pem) == ["byte-order-mark", "no-pem"]
    assert ids(b"hello") == ["no-pem"]
    assert ids(b"  " + ROOT.pem) == ["block-indented", "no-pem"]


def test_harmless_oddities_are_notices() -> None:
    for data, expected in (
        (ROOT.pem.replace(b"\n", b"\r\n"), "crlf"),
        (ROOT.pem.rstrip(b"\n"), "no-final-newline"),
        (ROOT.pem + b"junk\n", "trailing-text"),
    ):
        problem = read(data).problems[0]
        assert (problem.id, problem.severity, ders(data)) == (expected, "notice", [ROOT.der])


def test_blocks_glued_together_are_not_lost_silently() -> None:
    assert ids(ROOT.pem.rstrip(b"\n") + OTHER.pem) == ["block-damaged", "block-indented", "no-pem"]


def test_neither_keys_nor_junk_survive_in_the_document() -> None:
    mislabelled = KEY.replace(b"PRIVATE KEY", b"CERTIFICATE")
    for text in (
        KEY,
        ROOT.pem + KEY,
        mislabelled,
        b"password=hunter2\n" + ROOT.pem + b"hunter2",
        b"-----BEGIN hunter2-----\n-----END hunter2-----\n",
    ):
        kept = msgspec.json.encode(read(text)) + repr(read(text)).encode()
        secret = base64.b64decode(b"".join(KEY.splitlines()[1:-1]))
        assert b"hunter2" not in kept
        assert base64.b64encode(secret)[:40] not in kept
        assert secret not in b"".join(block.der for block in read(text).blocks)


def test_a_document_survives_json() -> None:
    document = read(ROOT.pem + KEY + b"x")

    assert msgspec.json.decode(msgspec.json.encode(document), type=type(document)) == document


def test_what_is_too_large_is_not_read_at_all() -> None:
    document = read(ROOT.pem * 1000)

    assert (document.whole, document.blocks, [one.id for one in document.problems]) == (False, (), ["file-too-large"])
    assert document.size > MAX_SIZE


def test_many_certificates_are_a_warning_and_are_read_all_the_same() -> None:
    document = read(ROOT.pem * 70)

    assert len(document.blocks) == 70
    assert [(one.id, one.severity) for one in document.problems] == [("too-many-certificates", "warning")]


def test_the_worst_text_is_read_quickly() -> None:
    started = time.perf_counter()
    for text in (
        b"-----BEGIN A-----\n" * (MAX_SIZE // 18),
        b"-----BEGIN A-----\n-----END A-----\n" * (MAX_SIZE // 34),
        b"\n-----END " * (MAX_SIZE // 10),
        b"-----BEGIN A-----\n" + b"a:\n" * (MAX_SIZE // 4),
    ):
        read(text)

    assert time.perf_counter() - started < 3


@given(st.binary(max_size=400))
def test_reading_never_raises(data: bytes) -> None:
    document = read(data)

    assert document.size == len(data)
    assert describe_difference(document, document) is None


_PIECES = st.sampled_from(
    (
        b"-----BEGIN ",
        b"-----END ",
        b"-----",
        b"CERTIFICATE",
        b"A",
        b"\n",
        b"\r\n",
        b" ",
        b"TUlJ",
        b"QQ==",
        b"=",
        b"k: v\n",
        b"\x00",
        ROOT.pem,
        KEY,
    )
)


@given(st.lists(_PIECES, max_size=30).map(b"".join))
def test_reading_pem_like_text_never_raises_and_goes_forward(data: bytes) -> None:
    rests = [block.rest for block in decode_all(data)]

    assert rests == sorted(set(rests))
    read(data)


def difference(a: bytes, b: bytes) -> str | None:
    return describe_difference(read(a), read(b), a_name="the Secret's", b_name="the ConfigMap's")


def test_a_difference_is_told_in_one_sentence() -> None:
    two = ROOT.pem + OTHER.pem
    third = an_issuer(ROOT).pem
    for a, b, sentence in (
        (two, two, None),
        (two, two + b"\n", "one newline more at the end of the ConfigMap's"),
        (two + b"\n\n", two, "2 newlines more at the end of the Secret's"),
        (two, two + b" ", "blank characters at the end of the Secret's and the ConfigMap's differ"),
        (two, two.replace(b"\n", b"\r\n"), "the ConfigMap's has Windows line ends (CRLF), the other has not"),
        (two, b"", "the ConfigMap's is empty, the other is not"),
        (two, b"# note\n" + two, "the Secret's and the ConfigMap's hold the same certificates, but the text around them differs"),
        (two, OTHER.pem + ROOT.pem, "the Secret's and the ConfigMap's hold the same certificates in another order or number"),
        (two, ROOT.pem, "the Secret's has one certificate that the other lacks"),
        (two, ROOT.pem + third, "certificate 2 of 2 differs between the Secret's and the ConfigMap's"),
        (two, third, "the Secret's holds 2 certificates, the ConfigMap's one certificate, and they differ"),
        (two, b"\n" + two, "only blanks or line ends differ between the Secret's and the ConfigMap's"),
    ):
        assert difference(a, b) == sentence
