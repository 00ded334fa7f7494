"""The user's own folders: what was fetched once for all projects, and what was compiled where there is no project."""

import os
from pathlib import Path

from tokenspice.files import HOME

__all__ = ["INSTALLED", "cache_folder", "data_folder"]

# Whether these packages lie in site-packages, and not in a checkout, which keeps its own things.
INSTALLED = Path(__file__).resolve().parent == HOME


def data_folder() -> Path:
    """Return where `tsp setup` puts what others publish; TOKENSPICE_DATA in the environment names another folder."""
    if given := os.environ.get("TOKENSPICE_DATA"):
        return Path(given).expanduser().absolute()
    from platformdirs import user_data_path  # asked for by those alone who need it

    return user_data_path("tokenspice", appauthor=False)


def cache_folder() -> Path:
    """Return where compiled contracts are kept without a project; TOKENSPICE_CACHE names another folder."""
    if given := os.environ.get("TOKENSPICE_CACHE"):
        return Path(given).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("tokenspice", appauthor=False)
