"""The law of cred: a stationary distribution, and what follows from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tokenspice.agents.science.cred import CredRules, Edges, cred_of, stationary
from tokenspice.engine.errors import StrategyError
from tokenspice.engine.units import Floats

LOOP = 0.001
N = 6
weight = st.floats(0, 10)
alphas = st.floats(0.05, 1)


@st.composite
def graphs(draw: st.DrawFn) -> Edges:
    n_edges = draw(st.integers(1, 15))
    ends = st.lists(st.integers(0, N - 1), min_size=n_edges, max_size=n_edges)
    weights = draw(st.lists(weight, min_size=n_edges, max_size=n_edges))
    return Edges(np.array(draw(ends)), np.array(draw(ends)), np.array(weights))


seed_vectors = st.lists(st.floats(0.1, 10), min_size=N, max_size=N).map(np.array)


def step_matrix(edges: Edges) -> Floats:
    """The walk's chances, from row to column, with no return to the seeds."""
    matrix = LOOP * np.eye(N)
    np.add.at(matrix, (edges.sources, edges.targets), edges.weights)
    chances: Floats = matrix / matrix.sum(axis=1, keepdims=True)
    return chances


def edges_of(*edges: tuple[int, int, float]) -> Edges:
    sources, targets, weights = zip(*edges, strict=True)
    return Edges(np.array(sources), np.array(targets), np.array(weights))


@given(graphs(), seed_vectors, alphas)
def test_it_is_the_distribution_that_a_step_of_the_walk_leaves_as_it_is(
    edges: Edges, seeds: Floats, alpha: float
) -> None:
    visits = stationary(N, edges, seeds, alpha, LOOP)

    start = seeds / seeds.sum()
    solved = np.linalg.solve(np.eye(N) - (1 - alpha) * step_matrix(edges).T, alpha * start)
    assert visits == pytest.approx(solved, abs=1e-11)
    assert visits.sum() == pytest.approx(1) and (visits >= 0).all()


@given(graphs(), seed_vectors, alphas, st.permutations(range(N)), st.floats(0.01, 100))
def test_names_and_units_do_not_matter(
    edges: Edges, seeds: Floats, alpha: float, order: list[int], factor: float
) -> None:
    visits = stationary(N, edges, seeds, alpha, LOOP)

    renamed = Edges(np.array(order)[edges.sources], np.array(order)[edges.targets], edges.weights)
    moved = np.empty(N)
    moved[order] = seeds
    assert stationary(N, renamed, moved, alpha, LOOP)[order] == pytest.approx(visits, abs=1e-11)
    scaled = Edges(edges.sources, edges.targets, factor * edges.weights)
    assert stationary(N, scaled, factor * seeds, alpha, factor * LOOP) == pytest.approx(visits, abs=1e-11)


@given(graphs(), seed_vectors, alphas)
def test_an_edge_may_be_written_in_two_halves(edges: Edges, seeds: Floats, alpha: float) -> None:
    halves = Edges(np.tile(edges.sources, 2), np.tile(edges.targets, 2), np.tile(edges.weights / 2, 2))

    whole = stationary(N, edges, seeds, alpha, LOOP)

    assert stationary(N, halves, seeds, alpha, LOOP) == pytest.approx(whole, abs=1e-11)


@given(graphs(), seed_vectors, alphas, st.integers(0, N - 1), st.integers(0, N - 1), weight)
def test_nobody_loses_by_being_cited_or_by_minting_more(
    edges: Edges, seeds: Floats, alpha: float, citer: int, cited: int, strength: float
) -> None:
    before = stationary(N, edges, seeds, alpha, LOOP)[cited]

    more = Edges(np.append(edges.sources, citer), np.append(edges.targets, cited), np.append(edges.weights, strength))
    richer = seeds + strength * (np.arange(N) == cited)

    assert stationary(N, more, seeds, alpha, LOOP)[cited] >= before - 1e-11
    assert stationary(N, edges, richer, alpha, LOOP)[cited] >= before - 1e-11


@given(graphs(), seed_vectors, alphas)
def test_a_cluster_that_mints_nothing_and_that_nobody_else_cites_earns_nothing(
    edges: Edges, seeds: Floats, alpha: float
) -> None:
    inside = edges.targets >= 3  # nodes 3, 4 and 5
    kept = ~inside | (edges.sources >= 3)
    closed = Edges(edges.sources[kept], edges.targets[kept], edges.weights[kept])

    visits = stationary(N, closed, np.where(np.arange(N) < 3, seeds, 0.0), alpha, LOOP)

    assert (visits[3:] == 0).all()


@given(graphs(), seed_vectors, alphas)
def test_a_clusters_gain_by_citing_itself_is_bounded_by_alpha(edges: Edges, seeds: Floats, alpha: float) -> None:
    visits = stationary(N, edges, seeds, alpha, LOOP)

    from_outside = (1 - alpha) * float((visits[:3, np.newaxis] * step_matrix(edges)[:3, 3:]).sum())
    minted = alpha * float(seeds[3:].sum() / seeds.sum())
    assert visits[3:].sum() <= (minted + from_outside) / alpha + 1e-10


def test_a_walk_that_always_returns_rests_where_it_mints() -> None:
    edges = edges_of((0, 1, 1.0), (1, 0, 3.0))

    assert stationary(2, edges, np.array([3.0, 1.0]), 1.0, LOOP) == pytest.approx([0.75, 0.25])


def test_two_nodes_have_the_shares_that_are_worked_out_by_hand() -> None:
    # One mints, and its only edge, but for the loop of weight 1, leads to the other, which has its loop alone.
    visits = stationary(2, edges_of((0, 1, 1.0)), np.array([1.0, 0.0]), 0.5, 1.0)

    # p = 1/2 + 1/2 · 1/2 · p, so p = 2/3.
    assert visits == pytest.approx([2 / 3, 1 / 3])


@given(graphs(), seed_vectors)
def test_contributors_earn_what_was_minted(edges: Edges, minted: Floats) -> None:
    cred = cred_of(3, edges, minted, CredRules())

    assert cred.sum() == pytest.approx(minted.sum()) and len(cred) == 3


def test_where_nothing_was_minted_nobody_earns() -> None:
    assert list(cred_of(2, edges_of((2, 0, 1.0)), np.zeros(3), CredRules())) == [0, 0]


def test_rules_by_which_nothing_mints_are_refused() -> None:
    with pytest.raises(StrategyError, match="mint 0: there is no cred"):
        CredRules(publication=0.0, data=0.0, review=0.0)


def test_a_walk_that_does_not_settle_is_refused() -> None:
    path = Edges(np.array([0, 1]), np.array([1, 0]), np.array([1.0, 1.0]))

    with pytest.raises(StrategyError, match="alpha 1e-06"):
        stationary(2, path, np.array([1.0, 0.0]), 1e-6, 1e-9)
