from handlers.views.blocks import Button, Confirm, actions, bullets, compose, header, paragraph, preformatted
from handlers.views.inline import Count, Outside
from handlers.views.untrusted import Untrusted
from tests.handlers.strings import problems
from tests.handlers.transcript import seen


def test_more_blocks_than_slack_takes_are_cut_with_a_word() -> None:
    message = compose(("x",), [paragraph((Count(number),)) for number in range(60)])

    assert len(message.blocks) == 50
    assert seen(message).splitlines()[-1] == "11 more parts did not fit into one message."


def test_exactly_as_many_blocks_as_slack_takes_all_stand() -> None:
    message = compose(("x",), [paragraph((Count(number),)) for number in range(50)])

    assert seen(message).splitlines()[-1] == "49"


def test_a_message_that_is_too_large_is_cut_with_a_word() -> None:
    message = compose(("x",), [paragraph(tuple([Untrusted("y" * 290)] * 9)) for _ in range(9)])

    assert problems(message) == []
    assert seen(message).endswith("more parts did not fit into one message.")


def test_a_paragraph_ends_where_a_section_ends() -> None:
    block = paragraph(tuple([Untrusted("y" * 290)] * 20))

    assert len(block["elements"][0]["elements"][0]["text"]) <= 3_001


def test_a_list_that_does_not_fit_says_how_many_are_missing() -> None:
    shown = seen(compose(("x",), [bullets(("All",), [(Untrusted("y" * 290),)] * 30, 30)]))

    assert shown.splitlines()[-1] == "  • and 20 more"


def test_a_header_is_cut() -> None:
    assert len(header((Untrusted("y" * 290),))["text"]["text"]) == 150


def test_a_button_and_its_dialog_stay_within_every_limit() -> None:
    long = (Untrusted("&" * 600),)
    row = actions(Button(action_id="a", label=long, value="v" * 3_000, primary=True, confirm=Confirm(title=long, text=long, yes=long)))

    assert problems(compose(("x",), [row])) == []


def test_an_empty_line_still_makes_a_block() -> None:
    assert problems(compose((), [paragraph(()), bullets((), [()], 3)])) == []


def test_the_notification_is_cut_between_entities() -> None:
    message = compose((*[Untrusted("&" * 290)] * 6,), [paragraph(("x",))])

    assert len(message.text) <= 4_000
    assert message.text.removesuffix("…").endswith("&amp;")


def test_what_a_program_printed_is_text_and_nothing_else() -> None:
    block = preformatted(Outside(Untrusted("<!channel> \x1b[31m :fire: https://evil.example"), 300))

    assert block["elements"] == [
        {
            "type": "rich_text_preformatted",
            "elements": [{"type": "text", "text": "‹!channel› \\x1b[31m :fire: https[:]//evil.example (altered)"}],  # noqa: RUF001
        }
    ]


def test_what_a_program_did_not_print_is_no_empty_block() -> None:
    assert preformatted(Outside(Untrusted(""), 300))["elements"][0]["elements"] == [{"type": "text", "text": " "}]
