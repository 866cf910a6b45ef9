"""One ApiClient for one cluster: credentials from the pod or a kubeconfig, a TLS context as lenient as kubectl's, no retries of its own."""

import ssl
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, cast

from kubernetes import config
from kubernetes.client import ApiClient, Configuration
from kubernetes.config import ConfigException
from urllib3 import BaseHTTPResponse, disable_warnings
from urllib3.exceptions import InsecureRequestWarning
from urllib3.util.ssl_ import create_urllib3_context

from bot.adapters.kubernetes import deadlines, errors
from bot.config import Settings
from bot.errors import SettingsError
from bot.loopback import is_here

THREADS: Final = 32
IN_CLUSTER: Final = "in-cluster"


class Answer(Protocol):
    """What the client returns for a request: an answer whose body is still on its way."""

    @property
    def response(self) -> BaseHTTPResponse:
        """urllib3's own."""
        ...


class Client(Protocol):
    """The two methods of ApiClient that we use, with the types that it does not declare."""

    def param_serialize(
        self, method: str, resource_path: str, *, header_params: dict[str, str], auth_settings: list[str]
    ) -> tuple[str, str, dict[str, str], str | None, list[str]]:
        """Method, URL and headers of a request, credentials included; may run a credential plugin."""
        ...

    def call_api(
        self,
        method: str,
        url: str,
        header_params: dict[str, str],
        body: Mapping[str, object] | None = None,
        *,
        _request_timeout: tuple[float, float],
    ) -> Answer:
        """Send it; ``body`` as JSON. The timeouts are for connecting, and for each read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An open client. ``name``: the kubeconfig's context, or "in-cluster". ``in_cluster``: whether we are a pod of that cluster.

    ``encoding``: what answers may be compressed with; gzip only over a distance, as it costs both ends more than a near network.
    ``another``: a further client of the same credentials, for what must not share one.
    """

    client: Client
    name: str
    in_cluster: bool
    encoding: str
    another: Callable[[], ApiClient]


@contextmanager
def connected(settings: Settings, *, version: str) -> Generator[Connection]:
    """Open a client as the settings say; blocks (a credential plugin may run). Nothing is asked of the API server yet.

    Raises SettingsError when there are no usable credentials.
    """
    configuration = Configuration()
    # The pool retries nothing and follows no redirect: every attempt is ours, with our deadline, and to one server only.
    configuration.retries = False
    configuration.connection_pool_maxsize = THREADS
    configuration.keep_alive = True
    name = _load(settings, configuration)
    with ApiClient(configuration) as client:
        client.user_agent = f"dapr-warden/{version}"
        pools = client.rest_client.pool_manager
        deadlines.keep(pools)
        if configuration.host.startswith("https:"):
            pools.connection_pool_kw.update(_tls(configuration))
        try:
            in_cluster = name == IN_CLUSTER
            encoding = "identity" if in_cluster or is_here(configuration.host) else "gzip"
            yield Connection(
                client=cast("Client", client),
                name=name,
                in_cluster=in_cluster,
                encoding=encoding,
                another=partial(ApiClient, configuration),
            )
        finally:
            # urllib3 leaves this to the garbage collector, which an exception's traceback can keep waiting.
            for key in pools.pools.keys():  # noqa: SIM118 - not a mapping that can be iterated
                pools.pools[key].close()


def _load(settings: Settings, configuration: Configuration) -> str:
    explicit = bool(settings.kubeconfig or settings.context)
    why_not_a_pod = "a kubeconfig or context is set" if explicit else _load_pod(configuration)
    if not why_not_a_pod:
        return IN_CLUSTER
    try:
        return _load_kubeconfig(settings, configuration)
    except Exception as error:  # noqa: BLE001 - the loader lets through whatever YAML or a strange shape makes of it
        path = settings.kubeconfig or "~/.kube/config (or $KUBECONFIG)"
        problem = errors.config_problem(error)
        # Not chained: the loader's messages may quote an entry of the kubeconfig, token and all.
        raise SettingsError(
            f"No cluster to talk to: the service account was not used ({why_not_a_pod}), and the kubeconfig {path} failed: {problem}.",
            hint="Run it in a pod with a service account, or name a kubeconfig and context: --kubeconfig and --context, "
            "or DAPR_WARDEN_KUBECONFIG and DAPR_WARDEN_CONTEXT.",
        ) from None


def _load_pod(configuration: Configuration) -> str:
    try:
        config.load_incluster_config(client_configuration=configuration)  # type: ignore[no-untyped-call]
    except (ConfigException, OSError) as error:
        return errors.config_problem(error)
    return ""


def _load_kubeconfig(settings: Settings, configuration: Configuration) -> str:
    path, context = settings.kubeconfig or None, settings.context or None
    # A refreshed token stays in memory: a watcher has no business writing to the operator's kubeconfig.
    config.load_kube_config(config_file=path, context=context, client_configuration=configuration, persist_config=False)  # type: ignore[no-untyped-call]
    if context:
        return context
    _, current = config.list_kube_config_contexts(config_file=path)  # type: ignore[no-untyped-call]
    return str(cast("dict[str, object]", current)["name"])


def _tls(configuration: Configuration) -> dict[str, object]:
    """Pool arguments with a context of our own: the kubeconfig's CA, its client certificate, as lenient as kubectl."""
    context = as_lenient_as_kubectl(create_urllib3_context())
    try:
        if not configuration.verify_ssl:
            # The kubeconfig says so (insecure-skip-tls-verify), as loudly as it can; no need to repeat it at every request.
            disable_warnings(InsecureRequestWarning)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif configuration.ssl_ca_cert:
            context.load_verify_locations(cafile=configuration.ssl_ca_cert)
        else:
            context.load_default_certs()
        if configuration.cert_file:
            context.load_cert_chain(configuration.cert_file, configuration.key_file)
    except OSError as error:
        raise SettingsError(
            f"The cluster's CA or the client certificate cannot be loaded: {error}",
            hint="Check certificate-authority, client-certificate and client-key in the kubeconfig.",
        ) from error
    # The context holds them; handing them on as files would load them again at every connection.
    return {"ssl_context": context, "ca_certs": None, "ca_cert_data": None, "cert_file": None, "key_file": None}


def as_lenient_as_kubectl(context: ssl.SSLContext) -> ssl.SSLContext:
    """The context without VERIFY_X509_STRICT; chain, dates and host name are verified as ever.

    Python 3.13 turns it on, and it refuses the CAs of many clusters for a missing key identifier or key usage
    (kubernetes-client/python#2394), for which kubectl does not ask.
    """
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
