"""URLs of nodes, which may hold a key: what of them may be shown, and what must not."""

import re
from urllib.parse import unquote, urlsplit

__all__ = ["is_local", "is_url", "masked", "without_secrets"]

LONGEST_PUBLIC = 4  # characters of a part that is too short to be a key, such as "v3"
HIDDEN = "…"


def is_url(text: str) -> bool:
    """Tell whether a text is the URL of a node."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port beyond 65535, or none that is a number
        return False


def is_local(url: str) -> bool:
    """Tell whether a URL names this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def masked(url: str) -> str:
    """Return the part of a URL that holds no key: scheme, host, port."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def without_secrets(text: str, url: str) -> str:
    """Take out of a text what it may repeat of a URL beyond scheme, host and port, as nodes and libraries do."""
    for secret in secrets(url):
        text = text.replace(secret, HIDDEN)
    return text


def secrets(url: str) -> list[str]:
    """Return the parts of a URL that may be keys, as written and without their escapes, the longest first."""
    parts = urlsplit(url)
    rest = f"{parts.username or ''}:{parts.password or ''}:{parts.path}?{parts.query}#{parts.fragment}"
    pieces = {piece for piece in re.split(r"[/?&=;:@#]", rest) if len(piece) > LONGEST_PUBLIC}
    pieces |= {unquote(piece) for piece in pieces}
    return sorted(pieces, key=lambda piece: (-len(piece), piece))
