# ruff: noqa: RUF001 - look-alikes are what is tested

import pytest

from bot.model.finding import Affected
from handlers.views.blocks import paragraph
from handlers.views.findings import affected
from handlers.views.inline import Moment, bold, code, markup, notification, plain
from handlers.views.untrusted import Untrusted, width
from tests.cards import NOW


@pytest.mark.parametrize(
    "name",
    [
        "orders",
        "prod-eu",
        "sha256:ab12",
        "O=Dapr,CN=cluster.local",
        "O=spiffe://cluster.local/ns/dapr-system/dapr-sentry",
        "a_b_c",
        "naïve",
        "証明書",
        "100 % & more",
    ],
)
def test_a_harmless_text_is_shown_as_it_is(name: str) -> None:
    assert Untrusted(name).shown(100) == name


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<!channel>", "‹!channel› (altered)"),
        ("<https://evil.example|ok>", "‹https[:]//evil.example|ok› (altered)"),
        ("https://10.96.0.1/api", "https[:]//10.96.0.1/api"),
        ("xspiffe://a", "xspiffe[:]//a"),
        ("\x1b[31mred", r"\x1b[31mred (altered)"),
        ("a\u202eb", r"a\u202eb (altered)"),
        ("or\u200bders", r"or\u200bders (altered)"),
        ("\U000e0041", r"\U000e0041 (altered)"),
        ("\u05d0", r"\u05d0 (altered)"),
        ("\ud800", r"\ud800 (altered)"),
        ("two\nlines\tand  spaces", "two lines and spaces"),
        ("e\u0301\u0301\u0301\u0301", "e\u0301\u0301 (altered)"),
    ],
)
def test_a_dangerous_text_is_disarmed_and_marked(raw: str, shown: str) -> None:
    assert Untrusted(raw).shown(100) == shown


def test_a_ping_without_markup_is_disarmed_too() -> None:
    assert "@here" not in Untrusted("@here").shown(100)


def test_a_long_text_is_cut_to_its_limit_and_says_so() -> None:
    assert Untrusted("x" * 1000).shown(20) == "x" * 19 + "…"


def test_an_emoji_counts_twice_as_slack_counts_it() -> None:
    shown = Untrusted("\U0001f600" * 50).shown(21)

    assert width(shown) <= 21
    assert shown == "\U0001f600" * 10 + "…"


def test_a_huge_text_costs_no_more_than_a_long_one() -> None:
    assert Untrusted("\u202e" * 10_000_000).shown(50).endswith("… (altered)")


def test_an_f_string_cannot_show_outside_text() -> None:
    assert f"{Untrusted('<!channel>')}" == "Untrusted(10 characters)"


def test_neighbours_cannot_become_an_address_together() -> None:
    line = affected(Affected(kind="pod", namespace="https:", name="/evil.example"))

    assert "://" not in str(paragraph(line))


def test_markup_shows_signs_of_formatting_as_letters() -> None:
    line = (Untrusted("*bold* _italic_ ~gone~ `code` my_app :rotating_light: a&b"),)

    assert markup(line) == "∗bold∗ ＿italic＿ ∼gone∼ 'code' my_app ∶rotating_light: a&amp;b"


def test_only_the_renderer_makes_a_date() -> None:
    assert markup((Moment(NOW),)) == "<!date^1795424400^{date_short_pretty} {time}|2026-11-23 09:00 UTC>"
    assert "<!date" not in markup((Untrusted("<!date^1^{date}|x>"),))


def test_a_date_that_clients_cannot_show_is_said_in_words() -> None:
    assert markup((Moment(NOW.replace(year=9999)),)) == "9999-11-23 09:00 UTC"


def test_a_notification_has_no_tokens() -> None:
    assert notification((*bold("until "), Moment(NOW))) == "until 2026-11-23 09:00 UTC"


def test_styles_do_not_change_the_words() -> None:
    assert plain((*bold("a", *code("b")), "c")) == "abc"


def test_the_same_text_is_the_same_value() -> None:
    assert Untrusted("a") == Untrusted("a")
    assert len({Untrusted("a"), Untrusted("a"), Untrusted("b")}) == 2
    assert not Untrusted(" ")
