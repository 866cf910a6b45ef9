"""Which streams a selector selects, and which lines a filter keeps, whatever stands in them."""

from typing import Final

from tests.contract.loki_world import Case, Loki, literal

STRANGE: Final = ('say "hi"', r"C:\new\table", "naïve ☃ 𝄞", "tab\tnewline\nend", "{a=`b`} |= 'c'")


async def a_selector_compares_the_whole_value(loki: Loki) -> None:
    for app in ("dapr-sentry", "dapr-operator", "daprd"):
        await loki.push((loki.at(seconds=1), app), app=app)
    await loki.push((loki.at(seconds=1), "none"), other="x")

    async def found(matcher: str) -> list[str]:
        return sorted((await loki.query(loki.selector(matcher))).lines)

    assert await found('app="daprd"') == ["daprd"]
    assert await found("app=`daprd`") == ["daprd"]
    assert await found('app!="daprd"') == ["dapr-operator", "dapr-sentry", "none"]
    assert await found('app=~"dapr"') == []
    assert await found('app=~"daprd|dapr-sentry"') == ["dapr-sentry", "daprd"]
    assert await found('app=~"dapr-.+"') == ["dapr-operator", "dapr-sentry"]
    assert await found('app!~"dapr-.*"') == ["daprd", "none"]
    assert await found('app=~".+"') == ["dapr-operator", "dapr-sentry", "daprd"]
    assert await found('app=~".*"') == ["dapr-operator", "dapr-sentry", "daprd", "none"]
    assert await found('app=""') == ["none"]


async def values_of_any_characters_can_be_asked_for(loki: Loki) -> None:
    for number, value in enumerate(STRANGE):
        await loki.push((loki.at(seconds=number), f"{number}"), app=value)

    for number, value in enumerate(STRANGE):
        assert (await loki.query(loki.selector(f"app={literal(value)}"))).lines == [str(number)]


async def escapes_in_a_string_are_those_of_go(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "x"), app='tab\tnewline\n"☃" \\')

    assert (await loki.query(loki.selector(r'app="tab\tnewline\n\"\u2603\" \\"'))).lines == ["x"]
    assert (await loki.query(loki.selector(r'app="\x74ab\u0009newline\u000a\"\U00002603\" \134"'))).lines == ["x"]


async def a_line_filter_finds_its_text_anywhere_and_tells_case(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "Error renewing identity"), (loki.at(seconds=2), "error renewing"), app="a")

    assert (await loki.query(f'{loki.selector()} |= "renewing identity"')).lines == ["Error renewing identity"]
    assert (await loki.query(f'{loki.selector()} |= "renewing" |= "Error"')).lines == ["Error renewing identity"]
    assert (await loki.query(f'{loki.selector()} |~ "Error|nowhere"')).lines == ["Error renewing identity"]
    assert (await loki.query(f"{loki.selector()} |= `rror`")).lines == ["Error renewing identity", "error renewing"]
    assert (await loki.query(f'{loki.selector()} |= ""')).lines == ["Error renewing identity", "error renewing"]


async def lines_of_any_characters_come_back_and_can_be_filtered_for(loki: Loki) -> None:
    await loki.push(*((loki.at(seconds=number), text) for number, text in enumerate(STRANGE)), app="a")

    assert (await loki.query(loki.selector())).lines == list(STRANGE)
    for text in STRANGE:
        assert (await loki.query(f"{loki.selector()} |= {literal(text)}")).lines == [text]


async def escaped_literals_in_an_alternation_mean_themselves(loki: Loki) -> None:
    texts = ("a.b", "axb", "x509: (unknown)", "[1] {2}", "50+50?", "^start$", "one|two", "back\\slash", "star*")
    await loki.push(*((loki.at(seconds=number), text) for number, text in enumerate(texts)), app="a")

    async def found(pattern: str) -> list[str]:
        return (await loki.query(f"{loki.selector()} |~ {literal(pattern)}")).lines

    assert await found(r"a\.b|nothing") == ["a.b"]
    assert await found(r"\(unknown\)|\[1\] \{2\}") == ["x509: (unknown)", "[1] {2}"]
    assert await found(r"50\+50\?|\^start\$") == ["50+50?", "^start$"]
    assert await found(r"one\|two|back\\slash|star\*") == ["one|two", "back\\slash", "star*"]


async def a_label_filter_asks_metadata_where_a_selector_cannot(loki: Loki) -> None:
    await loki.push((loki.at(seconds=1), "one", {"pod": "p1"}), (loki.at(seconds=2), "two", {"pod": "p2"}), namespace="n")

    assert (await loki.query(loki.selector('pod="p1"'))).lines == []
    assert (await loki.query(f'{loki.selector()} | pod="p1"')).lines == ["one"]
    assert (await loki.query(f'{loki.selector()} |= "o" | pod="p2"')).lines == ["two"]
    assert (await loki.query(f'{loki.selector()} | namespace="n"')).lines == ["one", "two"]
    assert (await loki.query(f'{loki.selector()} | pod=~"p1|p3"')).lines == ["one"]


CASES: Final[tuple[Case, ...]] = (
    a_selector_compares_the_whole_value,
    values_of_any_characters_can_be_asked_for,
    escapes_in_a_string_are_those_of_go,
    a_line_filter_finds_its_text_anywhere_and_tells_case,
    lines_of_any_characters_come_back_and_can_be_filtered_for,
    escaped_literals_in_an_alternation_mean_themselves,
    a_label_filter_asks_metadata_where_a_selector_cannot,
)
