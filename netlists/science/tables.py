"""The table of research projects, which the science-funding netlists keep beside data.csv."""

from tokenspice.engine import Table
from tokenspice.netlists.science.charts import project_charts
from tokenspice.netlists.science.log import project_row

__all__ = ["project_tables"]


def project_tables() -> dict[str, Table]:
    """Return `netlist_tables` of a netlist with research projects, in rpdata.csv."""
    return {"rp": Table(project_row, project_charts, "rpdata.csv")}
