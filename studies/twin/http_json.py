"""JSON over HTTP, asked again a bounded number of times; what is secret stays out of every message."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.web3engine.safe_json import parse_json
from tokenspice.web3engine.url import is_url, masked, without_secrets

__all__ = ["Endpoint", "endpoint_of", "post_json"]

ATTEMPTS = 5
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 8.0  # seconds
TIMEOUT = 60.0  # seconds
MOST_BYTES = 64 << 20
PLACE = "{key}"
AGAIN = (408, 425, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Endpoint:
    """Where to ask.

    Attributes:
        url: without the key, which stands for `{key}` in it.
        key: secret.
        pause: seconds before the second attempt; each later pause is twice as long.
    """

    url: str = field(repr=False)
    key: str = field(default="", repr=False)
    pause: float = FIRST_PAUSE

    @property
    def shown(self) -> str:
        """What of it may be seen: scheme, host and port."""
        return masked(self.url)

    @property
    def full(self) -> str:
        return self.url.replace(PLACE, self.key)

    def hide(self, text: str) -> str:
        """Take its secrets out of a text."""
        text = without_secrets(text, self.full)
        return text.replace(self.key, "…") if self.key else text


def endpoint_of(text: str, key_name: str) -> Endpoint:
    """Read an endpoint: a URL, or env:NAME for the one in an environment variable.

    Args:
        text: the URL may hold `{key}`, for a key that the environment holds.
        key_name: of the environment variable with the key.

    Raises:
        ConfigError: it is no URL, or a variable is not set.
    """
    url = variable(text.removeprefix("env:"), "the URL") if text.startswith("env:") else text
    if not is_url(url):
        raise ConfigError(
            "the endpoint is no URL. Write http://… or https://…, or env:NAME for a variable that holds it."
        )
    key = variable(key_name, "the key") if PLACE in url else os.environ.get(key_name, "")
    return Endpoint(url, key)


def variable(name: str, what: str) -> str:
    value = os.environ.get(name, "").strip()
    if not value:
        raise ConfigError(f"the environment variable {name} is not set. Put {what} of the endpoint into it.")
    return value


def post_json(endpoint: Endpoint, body: object, sleep: Callable[[float], None] = time.sleep) -> Any:
    """Ask, and ask again after a pause while the endpoint is busy or out of reach.

    Args:
        endpoint: where.
        body: what, as JSON.
        sleep: waits so many seconds.

    Raises:
        RunError: no answer came, or one that is no JSON.
    """
    pause, fault = endpoint.pause, ""
    for attempt in range(ATTEMPTS):
        if attempt:
            sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
        try:
            status, content = post(endpoint, body)
        except requests.RequestException as error:
            fault = f"did not answer ({type(error).__name__})"
            continue
        if status == 200:
            return parsed(endpoint, content)
        if status in (401, 403):
            raise RunError(f"{endpoint.shown} refused the key (HTTP {status}). Set the variable that holds it anew.")
        fault = f"answered HTTP {status}"
        if status not in AGAIN:
            break
    raise RunError(
        f"{endpoint.shown} {fault}, asked {attempt + 1} times. Try later, or use recorded data with --offline."
    )


def post(endpoint: Endpoint, body: object) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    # A redirect would carry the key to another host.
    with requests.post(
        endpoint.full, json=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
    ) as answer:
        content = bytearray()
        for part in answer.iter_content(1 << 20):
            content += part
            if len(content) > MOST_BYTES:
                raise RunError(f"{endpoint.shown} sent more than {MOST_BYTES >> 20} MiB at once. Ask for less.")
        return answer.status_code, bytes(content)


def parsed(endpoint: Endpoint, content: bytes) -> Any:
    try:
        return parse_json(content)
    except ValueError:
        start = endpoint.hide(content[:80].decode("utf-8", "replace"))
        raise RunError(f"{endpoint.shown} answered no JSON, but {start!r}. Is that the right endpoint?") from None
