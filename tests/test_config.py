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


@pytest.mark.parametrize("name", ["DAPR_WARDEN_LOKI_PASSWORD", "DAPR_WARDEN_LOKI_TOKEN", "DAPR_WARDEN_PROMETHEUS_TOKEN", "SLACK_APP_TOKEN"])
def test_every_secret_may_come_from_a_file(tmp_path: Path, name: str) -> None:
    file = tmp_path / "secret"
    file.write_text("canary\n", encoding="utf-8")
    user = {"DAPR_WARDEN_LOKI_USER": "warden"} if "PASSWORD" in name else {}

    settings = from_env({f"{name}_FILE": str(file), **user})

    given = (settings.loki_password, settings.loki_token, settings.prometheus_token, settings.slack_app_token)
    assert [secret.get_secret_value() for secret in given if secret] == ["canary"]


def test_what_is_no_secret_comes_from_no_file() -> None:
    with pytest.raises(SettingsError, match="Unknown setting DAPR_WARDEN_LOKI_TENANT_FILE"):
        from_env({"DAPR_WARDEN_LOKI_TENANT_FILE": "/x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DAPR_WARDEN_LOKI_URL", "http://loki:3100"),
        ("DAPR_WARDEN_LOKI_URL", "https://[fd00::1]:3100/a/prefix/"),
        ("DAPR_WARDEN_LOKI_TENANT", "team-a|team_b|c.d*e!'()"),
        ("DAPR_WARDEN_LOKI_SELECTOR", r'cluster="prod", region=~"eu|us" ,stage!~"a\"b\\d",x!="}"'),
        ("DAPR_WARDEN_LOKI_LABELS", "ns,the_pod,c"),
        ("DAPR_WARDEN_LOKI_LABELS", "ns,,"),
        ("DAPR_WARDEN_LOKI_TOKEN", "eyJ.abc-_/+="),
    ],
)
def test_what_loki_understands_may_be_set(name: str, value: str) -> None:
    assert from_env({name: value}) != DEFAULTS


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("DAPR_WARDEN_LOKI_URL", "loki:3100", "not an address such as http://loki-gateway.monitoring"),
        ("DAPR_WARDEN_LOKI_URL", "http://loki:99999", "not an address"),
        ("DAPR_WARDEN_LOKI_URL", "http://lo ki", "not an address"),
        ("DAPR_WARDEN_LOKI_URL", "http://me:canary@loki", "no user or password in it, as addresses are logged: DAPR_WARDEN_LOKI_USER"),
        ("DAPR_WARDEN_LOKI_URL", "http://canary@loki", "no user or password in it"),
        ("DAPR_WARDEN_LOKI_URL", "http://loki/?token=canary", "nothing behind its path"),
        ("DAPR_WARDEN_LOKI_URL", "http://loki/#", "nothing behind its path"),
        ("DAPR_WARDEN_LOKI_TENANT", "a b", "no tenant"),
        ("DAPR_WARDEN_LOKI_TENANT", "..", "no tenant"),
        ("DAPR_WARDEN_LOKI_TENANT", "a||b", "no tenant"),
        ("DAPR_WARDEN_LOKI_TENANT", "a/b", "no tenant"),
        ("DAPR_WARDEN_LOKI_SELECTOR", "cluster=prod", "a value in double quotes is expected at character 9"),
        ("DAPR_WARDEN_LOKI_SELECTOR", 'cluster="prod"} or {a="b"', "a comma is expected at character 15"),
        ("DAPR_WARDEN_LOKI_SELECTOR", '{cluster="prod"}', "the name of a label is expected at character 1"),
        ("DAPR_WARDEN_LOKI_SELECTOR", 'cluster="prod",', "a matcher is expected after the last comma"),
        ("DAPR_WARDEN_LOKI_SELECTOR", 'cluster="prod" |= "x"', "a comma is expected"),
        ("DAPR_WARDEN_LOKI_SELECTOR", r'cluster="pr\"', "a value in double quotes is expected"),
        ("DAPR_WARDEN_LOKI_SELECTOR", r'cluster="pr\x20"', "a value in double quotes is expected"),
        ("DAPR_WARDEN_LOKI_SELECTOR", 'cluster=="prod"', "a value in double quotes is expected"),
        ("DAPR_WARDEN_LOKI_SELECTOR", 'cluster>"prod"', "=, !=, =~ or !~ is expected"),
        ("DAPR_WARDEN_LOKI_LABELS", "ns,pod", "must be three names"),
        ("DAPR_WARDEN_LOKI_LABELS", ",pod,container", "must be three names"),
        ("DAPR_WARDEN_LOKI_LABELS", "ns,k8s.pod,container", "must be three names"),
        ("DAPR_WARDEN_LOKI_TOKEN", "canary of two", "no token"),
        ("DAPR_WARDEN_LOKI_TOKEN", "cänary", "no token"),
        ("DAPR_WARDEN_LOKI_USER", "me", "DAPR_WARDEN_LOKI_PASSWORD: it and DAPR_WARDEN_LOKI_USER go together"),
        ("DAPR_WARDEN_LOKI_PASSWORD", "canary", "DAPR_WARDEN_LOKI_PASSWORD: it and DAPR_WARDEN_LOKI_USER go together"),
        ("DAPR_WARDEN_PROMETHEUS_URL", "prometheus:9090", "not an address such as http://prometheus.monitoring:9090"),
        (
            "DAPR_WARDEN_PROMETHEUS_URL",
            "http://me:canary@p",
            "no user or password in it, as addresses are logged: DAPR_WARDEN_PROMETHEUS_USER",
        ),
        ("DAPR_WARDEN_PROMETHEUS_TENANT", "a b", "no tenant: up to 150 letters"),
        ("DAPR_WARDEN_PROMETHEUS_TOKEN", "canary of two", "no token"),
        ("DAPR_WARDEN_PROMETHEUS_USER", "me", "DAPR_WARDEN_PROMETHEUS_PASSWORD: it and DAPR_WARDEN_PROMETHEUS_USER go together"),
    ],
)
def test_what_loki_or_prometheus_would_not_understand_is_refused_and_not_quoted(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({name: value})

    assert name in str(refused.value)
    assert says in str(refused.value)
    assert "canary" not in str(refused.value)


def test_a_token_for_loki_excludes_user_and_password() -> None:
    user = {"DAPR_WARDEN_LOKI_USER": "me", "DAPR_WARDEN_LOKI_PASSWORD": "canary"}

    assert from_env(user).loki_user == "me"
    with pytest.raises(SettingsError, match="DAPR_WARDEN_LOKI_TOKEN: either it or DAPR_WARDEN_LOKI_USER and"):
        from_env({**user, "DAPR_WARDEN_LOKI_TOKEN": "canary"})


def test_grafana_is_known_by_its_address_and_its_loki() -> None:
    both = {"DAPR_WARDEN_GRAFANA_URL": "https://grafana.example/ops", "DAPR_WARDEN_GRAFANA_LOKI_UID": "P8E80F9AEF21F6940"}
    explore = from_env({**both, "DAPR_WARDEN_LOKI_SELECTOR": 'cluster="prod"'}).explore

    assert explore is not None
    assert (explore.base, explore.uid) == ("https://grafana.example/ops", "P8E80F9AEF21F6940")
    assert [(one.name, one.value) for one in explore.more] == [("cluster", "prod")]
    assert from_env({}).explore is None


@pytest.mark.parametrize(
    ("url", "uid", "says"),
    [
        ("https://grafana.example", "", "it and DAPR_WARDEN_GRAFANA_URL go together"),
        ("", "loki", "it and DAPR_WARDEN_GRAFANA_URL go together"),
        ("https://me:canary@grafana.example", "loki", "no user or password"),
        ("https://grafana.example/?orgId=1", "loki", "nothing behind its path"),
        ("javascript:alert(1)", "loki", "not an address"),
        ("https://grafana.example", "lo ki", "DAPR_WARDEN_GRAFANA_LOKI_UID"),
        ("https://grafana.example", "l" * 41, "DAPR_WARDEN_GRAFANA_LOKI_UID"),
    ],
)
def test_a_grafana_that_no_link_leads_to_is_refused(url: str, uid: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_env({"DAPR_WARDEN_GRAFANA_URL": url, "DAPR_WARDEN_GRAFANA_LOKI_UID": uid})

    assert says in str(refused.value)
    assert "canary" not in str(refused.value)


TERMINAL = "DAPR_WARDEN_TERMINAL_PEOPLE"


def test_people_at_a_terminal_are_kubernetes_names_with_a_slack_id_each() -> None:
    settings = from_env({TERMINAL: "system:serviceaccount:ops:alice=U0ALICE, oidc:a=b@example.com = U0BOB"})

    assert settings.terminal_ids == {"system:serviceaccount:ops:alice": "U0ALICE", "oidc:a=b@example.com": "U0BOB"}


@pytest.mark.parametrize(
    "value",
    [
        "alice",
        "alice=",
        "=U0ALICE",
        "alice=alice",
        "alice=U0ALICE,alice=U0BOB",
        "system:anonymous=U0ALICE",
        "system:admin=U0ALICE",
        "system:node:a=U0ALICE",
        "system:serviceaccount:ops=U0ALICE",
        "system:serviceaccount:ops:*=U0ALICE",
    ],
)
def test_who_is_nobody_in_particular_is_no_person_at_a_terminal(value: str) -> None:
    with pytest.raises(SettingsError, match=TERMINAL):
        from_env({TERMINAL: value})


URLS = "DAPR_WARDEN_CANARY_URLS"


def test_canary_urls_are_addresses_between_commas() -> None:
    settings = from_env({URLS: "https://shop.example/health, http://orders.shop:8080/v1.0/healthz ,"})

    assert settings.canary_urls == ("https://shop.example/health", "http://orders.shop:8080/v1.0/healthz")


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("shop.example/health", "not an address"),
        ("ftp://shop.example/", "not an address"),
        ("https://shop.example/health, file:///etc/passwd", "not an address"),
        ("https://canary:secret@shop.example/", "no user or password"),
        ("https://shop.example/?token=canary", "nothing behind its path"),
        ("https://shop.example/a, https://shop.example/a", "stands in it twice"),
        (",".join(f"https://shop.example/{number}" for number in range(11)), "at most 10"),
    ],
)
def test_what_is_no_canary_url_is_refused_and_not_quoted(value: str, says: str) -> None:
    with pytest.raises(SettingsError, match=URLS) as refused:
        from_env({URLS: value})

    assert says in str(refused.value)
    assert "canary:secret" not in str(refused.value)


def test_there_is_one_way_to_seal() -> None:
    both = {"DAPR_WARDEN_SEALING_KEY_FILE": "/run/key", "DAPR_WARDEN_SEALING_COMMAND": "kms"}

    with pytest.raises(SettingsError, match="either it or DAPR_WARDEN_SEALING_KEY_FILE"):
        from_env(both)
    with pytest.raises(SettingsError, match="a quotation is not closed"):
        from_env({"DAPR_WARDEN_SEALING_COMMAND": "kms 'x"})
