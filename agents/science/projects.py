"""What came of the grants: one research project for each."""

from dataclasses import dataclass
from typing import final

from tokenspice.agents.science.proposals import Proposal
from tokenspice.engine import Amount, LogRow

__all__ = ["Projects", "ResearchProject"]


@dataclass
class ResearchProject:
    """A funded proposal, and what others make of it.

    Attributes:
        name: <researcher>_<number of its grants before this one>.
        creator: the researcher's name.
        value: the grant, in base units.
        continues: the name of the project that it goes on from; empty if none.
        engagement: how often somebody of the community took an interest.
    """

    name: str
    creator: str
    value: Amount
    impact: float
    integration: float
    novelty: float
    continues: str = ""
    engagement: int = 0


@final
class Projects:
    """All projects of a run, in the order in which they began."""

    def __init__(self) -> None:
        self.by_name: dict[str, ResearchProject] = {}

    def begin(self, creator: str, number: int, proposal: Proposal) -> ResearchProject:
        """Note that a proposal was funded.

        Args:
            creator: the researcher's name.
            number: of its grants before this one.
            proposal: what was funded.
        """
        name = f"{creator}_{number}"
        continues = f"{creator}_{number - 1}" if proposal.continuing and number else ""
        quality = (proposal.impact, proposal.integration, proposal.novelty)
        self.by_name[name] = ResearchProject(name, creator, proposal.grant, *quality, continues)
        return self.by_name[name]

    def row(self) -> LogRow:
        """Return the columns of rpdata.csv: totals over all projects, then impact and engagement of each."""
        projects = list(self.by_name.values())
        row = LogRow(
            total_rp=len(projects),
            total_rp_engagement=sum(project.engagement for project in projects),
            total_rp_integration=sum(project.integration for project in projects),
            total_rp_novelty=sum(project.novelty for project in projects),
            total_rp_impact=sum(project.impact for project in projects),
        )
        for project in projects:
            row[f"{project.name}_impact"] = project.impact
            row[f"{project.name}_engagement"] = project.engagement
        return row
