"""A run's or a batch's tables, asked in SQL by DuckDB, in this process."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from tokenspice.engine.errors import ConfigError, RunError
from tokenspice.engine.text import one_line

if TYPE_CHECKING:
    from pandas import DataFrame

__all__ = ["ask", "need"]


def ask(query: str, tables: Mapping[str, Any]) -> "DataFrame":
    """Return what a query answers. Whole numbers beyond 64 bits stay exact, as Python's Decimal.

    Args:
        query: in DuckDB's SQL.
        tables: Arrow tables by name.

    Raises:
        ConfigError: DuckDB is not installed.
        RunError: DuckDB refuses the query.
    """
    duckdb: Any = need("duckdb")
    # It is to read what it is given, and to fetch nothing by itself.
    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(":memory:", config=settings) as connection:
        for name, table in tables.items():
            connection.register(name, table)
        try:
            answer = connection.sql(query).to_arrow_table()
        except AttributeError:
            raise RunError("the query answers nothing. Write one that begins with select.") from None
        except duckdb.Error as error:
            raise RunError(f"{one_line(str(error))} There are: {', '.join(tables)}.") from None
    frame: DataFrame = with_plain_numbers(answer).to_pandas()
    return frame


def with_plain_numbers(table: Any) -> Any:
    """Make whole decimals ints of 64 bits where all of a column fit, because pandas neither adds nor draws decimals."""
    from pyarrow import ArrowInvalid, int64, types

    for place, field in enumerate(table.schema):
        if types.is_decimal(field.type) and field.type.scale == 0 and not table.column(place).null_count:
            try:
                table = table.set_column(place, field.name, table.column(place).cast(int64()))
            except ArrowInvalid:
                continue
    return table


def need(library: str) -> Any:
    """Import a library of the extra `notebook`.

    Raises:
        ConfigError: it is not installed.
    """
    try:
        return import_module(library)
    except ImportError:
        raise ConfigError(f"{library} is not installed. Write pip install 'tokenspice[notebook]'.") from None
