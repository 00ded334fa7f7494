"""What of a URL may be shown."""

import pytest

from tokenspice.web3engine.url import is_url, masked, without_secrets


def test_a_url_is_masked_to_scheme_host_and_port() -> None:
    assert masked("https://user:pass@node.example:8545/v3/key?a=b") == "https://node.example:8545"
    assert masked("http://node.example/key") == "http://node.example"
    assert masked("http://[::1]:8545/key") == "http://[::1]:8545"


@pytest.mark.parametrize("text", ["", "revm", "http://", "ftp://node", "http://node:0", "http://node:99999"])
def test_what_is_no_url_of_a_node_is_none(text: str) -> None:
    assert not is_url(text)


@pytest.mark.parametrize(
    "url",
    ["http://node/v3/s3cr3t%21", "http://s3cr3t%21:x@node", "http://u:s3cr3t%21@node", "http://node?key=s3cr3t%21"],
)
def test_wherever_a_key_stands_it_is_taken_out_of_a_text(url: str) -> None:
    assert without_secrets("it says: s3cr3t%21, or s3cr3t!", url) == "it says: …, or …"
