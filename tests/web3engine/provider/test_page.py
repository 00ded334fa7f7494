"""The page on web3.py names every method that is answered, and no other."""

from tests.conftest import PROJECT
from tests.web3engine.provider.helpers import new_evm
from tokenspice.web3engine.provider import EvmProvider


def table() -> list[str]:
    """Write the page's table: methods with what they take, by their prefix."""
    methods = EvmProvider(new_evm()).methods
    rows = [f"| `{name}` | {', '.join(methods[name].parameters) or 'nothing'} |" for name in sorted(methods)]
    return ["| method | takes |", "|---|---|", *rows]


def test_the_page_has_the_table_of_all_methods() -> None:
    page = (PROJECT / "docs" / "web3py.md").read_text(encoding="utf-8")

    written = page.partition("## Methods\n\n")[2].splitlines()

    assert written == table(), "write the lines of table() at the end of docs/web3py.md"
