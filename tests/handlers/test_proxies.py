import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers import proxies

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/api/", "http://localhost:1/api/", "http://[::1]:2/api/", "http://slack.localhost/"])
def test_what_runs_here_is_asked_directly(url: str) -> None:
    client = AsyncWebClient(proxy=PROXY)

    proxies.spare(client, url)

    assert client.proxy is None


@pytest.mark.parametrize("url", ["https://slack.com/api/", "https://127.0.0.1.example/", "https://localhost.example/", "nonsense", ""])
def test_the_rest_of_the_world_is_asked_through_the_proxy(url: str) -> None:
    client = AsyncWebClient(proxy=PROXY)

    proxies.spare(client, url)

    assert client.proxy == PROXY
