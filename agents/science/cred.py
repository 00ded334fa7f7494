"""Cred: how much of what a community minted each of its contributors earned, by a random walk over contributions.

Source: the algorithm of SourceCred (its documentation of 2019 to 2021), which is PageRank (S. Brin and L. Page, "The
Anatomy of a Large-Scale Hypertextual Web Search Engine", 1998) with weights of nodes and of edges in both directions,
a walk that returns to the nodes that mint, and one such walk for each interval of time.
"""

from dataclasses import dataclass
from typing import Annotated, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from tokenspice.engine import Above, Between, Doc, Floats, ParametersBase, Share, StrategyError

__all__ = ["CredRules", "Edges", "cred_of", "stationary"]

Numbers: TypeAlias = NDArray[np.int64]

TOLERANCE = 1e-13  # of the sum of what a step of the walk still changes
MOST_STEPS = 100_000


@final
@dataclass(frozen=True)
class Edges:
    """Directed edges between nodes that are numbered from 0.

    Attributes:
        sources: [n_edges] where each begins.
        targets: [n_edges] where each ends.
        weights: [n_edges] 0 or more.
    """

    sources: Numbers
    targets: Numbers
    weights: Floats


@dataclass(frozen=True)
class CredRules(ParametersBase):
    """How cred is minted, and how it flows. Only the ratios of the weights count."""

    publication: Annotated[float, Between(0, 10**9), Doc("that a new publication mints")] = 3.0
    data: Annotated[float, Between(0, 10**9), Doc("that a new data set mints")] = 1.0
    review: Annotated[float, Between(0, 10**9), Doc("that a new review mints")] = 0.5
    to_author: Annotated[float, Above(0, 10**9), Doc("weight of the edge from a contribution to who made it")] = 1.0
    to_cited: Annotated[float, Between(0, 10**9), Doc("of each edge from a publication to one that it cites")] = 0.5
    to_data: Annotated[float, Between(0, 10**9), Doc("of each edge from a publication to data that it used")] = 0.5
    to_reviewed: Annotated[
        float, Between(0, 10**9), Doc("of the edge from a review to what it is about, where its score is 1; less below")
    ] = 1.0
    backward: Annotated[
        float, Between(0, 10**9), Doc("weight of the way back along an edge, as a part of the way there")
    ] = 0.25
    alpha: Annotated[float, Above(0, 1), Doc("chance per step of the walk to return to what mints")] = 0.2
    decay: Annotated[Share, Doc("of what a contribution mints that it still mints one interval later")] = 0.5
    loop: Annotated[float, Between(1e-9, 1), Doc("weight of an edge from each node to itself")] = 0.001

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.publication + self.data + self.review:
            raise StrategyError("publication, data and review mint 0: there is no cred. Let one of them mint.")


def stationary(n_nodes: int, edges: Edges, seeds: Floats, alpha: float, loop: float) -> Floats:
    """Return the share of its time that a random walk spends at each node; they add up to 1.

    At each step it returns to the seeds with chance `alpha`; otherwise it takes one of the node's edges, each with a
    chance in proportion to its weight. A node has an edge to itself, so that none is without.

    Args:
        n_nodes: how many nodes there are.
        edges: of the graph.
        seeds: [n_nodes] 0 or more, not all 0; only their ratios count.
        alpha: above 0, so that there is one such distribution; at most 1.
        loop: weight of each node's edge to itself, above 0.

    Raises:
        StrategyError: `alpha` is so small that the walk does not settle.
    """
    leaving = loop + np.bincount(edges.sources, edges.weights, n_nodes)
    chances = edges.weights / leaving[edges.sources]
    start = seeds / seeds.sum()
    visits = start
    for _ in range(MOST_STEPS):
        moved = np.bincount(edges.targets, visits[edges.sources] * chances, n_nodes) + visits * (loop / leaving)
        following = alpha * start + (1 - alpha) * moved
        change = float(np.abs(following - visits).sum())
        visits = following
        if change < TOLERANCE:
            distribution: Floats = visits / visits.sum()
            return distribution
    raise StrategyError(
        f"the walk over contributions still changes by {change:.1e} after {MOST_STEPS:,} steps, with alpha {alpha:g}. "
        "Let it return to what mints more often: write alpha 0.001 or more."
    )


def cred_of(n_contributors: int, edges: Edges, minted: Floats, rules: CredRules) -> Floats:
    """Return what each contributor earned in one interval; together as much as was minted.

    Args:
        n_contributors: they are the nodes from 0.
        edges: in both directions.
        minted: [n_nodes] in the interval, by each node.
        rules: alpha and loop of the walk.
    """
    total = float(minted.sum())
    if not total:
        return np.zeros(n_contributors)
    visits = stationary(len(minted), edges, minted, rules.alpha, rules.loop)[:n_contributors]
    # What rests at contributions is divided among contributors as the rest is.
    earned: Floats = visits * (total / visits.sum())
    return earned
