import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.versions import NEWEST, Version


@pytest.mark.parametrize(
    ("text", "number", "class_", "shown"),
    [
        ("1.18.3", (1, 18, 3), "C", "1.18.3"),
        ("v1.16.2-msft.1", (1, 16, 2), "C", "1.16.2-msft.1"),
        ("1.14.4-mariner", (1, 14, 4), "B", "1.14.4-mariner"),
        ("1.17.0-rc.2", (1, 17, 0), "C", "1.17.0-rc.2"),
        ("1.15", (1, 15, 0), "B", "1.15"),
        (" 1.11.6 ", (1, 11, 6), "A", "1.11.6"),
        ("1.12.0", (1, 12, 0), "B", "1.12.0"),
        ("edge", NEWEST.number, "C", "edge"),
        ("nightly-2026-11-01", NEWEST.number, "C", "nightly-2026-11-01"),
    ],
)
def test_versions_are_read(text: str, number: tuple[int, int, int], class_: str, shown: str) -> None:
    version = Version.parse(text)

    assert (version.number, version.class_, str(version)) == (number, class_, shown)


@pytest.mark.parametrize("text", ["", "1", "x", "1.2.3.4", "one.two", "sha256:abc", "1.18.3 || rm", "-1.2.3", "1.18.٣"])
def test_what_is_no_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="looks like"):
        Version.parse(text)


def test_only_what_is_newer_than_the_newest_is_unknown() -> None:
    assert [Version.parse(text).is_newer_than_known for text in ("1.18.3", "1.18.4", "1.19.0", "2.0.0", "edge", "1.10.4")] == [
        False, True, True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("1.13.6", False), ("1.16.15", False), ("1.16.16", True), ("1.17.0", False), ("1.17.6", False), ("1.17.7", True),
        ("1.18.0", True), ("1.19.0", True),
    ],
)  # fmt: skip
def test_rsa_and_ed25519_issuers_work_in_windows_of_versions(text: str, *, works: bool) -> None:
    assert Version.parse(text).signs_with_any_key is works


@given(st.text(max_size=40))
def test_any_text_is_a_version_or_a_value_error(text: str) -> None:
    try:
        assert Version.parse(text).class_ in ("A", "B", "C")
    except ValueError:
        return
