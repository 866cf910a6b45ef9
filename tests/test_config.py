from pathlib import Path

import pytest

from bot.config import Settings, from_env
from bot.errors import SettingsError

DEFAULTS = Settings.model_validate({})
TOKEN = "xoxb-canary-1234567890"


def test_nothing_set_is_every_default() -> None:
    assert from_env({}) == DEFAULTS


def test_an_empty_value_counts_as_unset() -> None:
    assert from_env({"DAPR_WARDEN_NAMESPACE": " "}).namespace == "dapr-system"


@pytest.mark.parametrize(
    "name",
    ["DAPR_WARDEN_SERVICE_HOST", "DAPR_WARDEN_SERVICE_PORT_HTTP", "DAPR_WARDEN_PORT", "DAPR_WARDEN_PORT_8080_TCP_ADDR"],
)
def test_what_kubernetes_says_of_a_service_of_our_name_is_no_setting(name: str) -> None:
    assert from_env({name: "tcp://10.0.0.7:8080"}) == DEFAULTS


def test_other_peoples_variables_are_none_of_our_business() -> None:
    assert from_env({"PATH": "/bin", "SLACK_CLIENT_ID": "1"}) == DEFAULTS


def test_a_refusal_is_a_sentence_without_the_librarys_own_words() -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({"SLACK_API_URL": "slack"})

    assert str(refused.value) == "Settings are wrong: SLACK_API_URL: not an address such as https://slack.com/api/"


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("DAPR_WARDEN_NAMESPAC", "DAPR_WARDEN_NAMESPACE"), ("DAPR_WARDEN_OPERATOR", "DAPR_WARDEN_OPERATORS")],
)
def test_an_unknown_name_is_refused_with_the_nearest_one(name: str, nearest: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({name: "x"})

    assert refused.value.hint == f"Did you mean {nearest}?"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAPR_WARDEN_NAMESPACE", "No Such"),
        ("DAPR_WARDEN_LADDER", "1,2,3"),
        ("DAPR_WARDEN_LADDER", "30,7"),
        ("DAPR_WARDEN_LADDER", "many"),
        ("DAPR_WARDEN_LADDER", "36500,30,0"),
        ("DAPR_WARDEN_CRITICAL_DAYS", "31"),
        ("DAPR_WARDEN_OPERATORS", "olga"),
        ("DAPR_WARDEN_SWEEP_SECONDS", "0"),
        ("DAPR_WARDEN_CA_SECRET_ACCESS", "maybe"),
        ("DAPR_WARDEN_COMMAND", "dapr"),
        ("DAPR_WARDEN_HTTP_PORT", "70000"),
        ("SLACK_API_URL", "slack.com/api/"),
        ("SLACK_API_URL", "https:///api/"),
        ("SLACK_API_URL", "http://[::1/api/"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({name: value})

    assert name in str(refused.value)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({"DAPR_WARDEN_HTTP_PORT": "x", "DAPR_WARDEN_LADDER": "1"})

    assert "DAPR_WARDEN_HTTP_PORT" in str(refused.value)
    assert "DAPR_WARDEN_LADDER" in str(refused.value)


def test_lists_are_split_at_commas() -> None:
    settings = from_env({"DAPR_WARDEN_OPERATORS": "U0OLGA, W0OSCAR,", "DAPR_WARDEN_LADDER": "45, 10, 0"})

    assert settings.operators == {"U0OLGA", "W0OSCAR"}
    assert settings.policy.ladder == (45, 10, 0)


def test_a_token_never_prints() -> None:
    settings = from_env({"SLACK_BOT_TOKEN": TOKEN})

    assert TOKEN not in f"{settings} {settings!r} {settings.model_dump_json()}"


def test_a_token_is_not_shown_when_something_beside_it_is_wrong() -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({"SLACK_BOT_TOKEN": TOKEN, "DAPR_WARDEN_HTTP_PORT": TOKEN})

    assert TOKEN not in str(refused.value)


def test_a_token_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n", encoding="utf-8")

    settings = from_env({"SLACK_BOT_TOKEN_FILE": str(file)})

    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == TOKEN


def test_a_token_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(SettingsError, match="SLACK_APP_TOKEN_FILE: Cannot read /nowhere"):
        from_env({"SLACK_APP_TOKEN_FILE": "/nowhere"})
