import numpy as np
import pytest

from pipelines.domain.level_pieces import edges_of_pieces, restlessness


def _edges(values: list[float], price: float, weight: list[float] | None = None) -> list[int]:
    weights = np.ones(len(values)) if weight is None else np.array(weight)
    (edges,) = edges_of_pieces(np.array([values]), weights[None, :], np.array([price]))
    return edges.tolist()


def test_a_change_of_level_is_found_when_it_explains_more_than_its_price() -> None:
    # Ten places at 0 and ten at 1: the cut lowers the squared error by 10·10/20·1² = 5.
    values = [0.0] * 10 + [1.0] * 10
    assert _edges(values, price=4.9) == [0, 10, 20]
    assert _edges(values, price=5.1) == [0, 20]


def test_a_rise_and_a_fall_are_two_changes() -> None:
    # One level, the mean 1/3, leaves 16·(1/3)² + 8·(2/3)² = 5.33; three leave nothing, at two prices.
    values = [0.0] * 8 + [1.0] * 8 + [0.0] * 8
    assert _edges(values, price=2.6) == [0, 8, 16, 24]
    assert _edges(values, price=2.7) == [0, 24]


def test_a_piece_is_at_least_four_places_long() -> None:
    assert _edges([0.0] * 10 + [9.0] * 3 + [0.0] * 10, price=0.1) != [0, 10, 13, 23]
    assert np.diff(_edges([0.0, 5.0] * 10, price=0.0)).min() >= 4


def test_places_without_weight_say_nothing() -> None:
    values = [0.0] * 10 + [50.0] * 6 + [0.0] * 10
    assert _edges(values, price=1.0, weight=[1.0] * 10 + [0.0] * 6 + [1.0] * 10) == [0, 26]


def test_a_row_shorter_than_a_piece_is_one_piece() -> None:
    assert _edges([1.0, 2.0, 3.0], price=0.0) == [0, 3]


def test_rows_are_cut_alike_alone_and_in_company() -> None:
    values = np.random.default_rng(1).normal(0, 1, (300, 60))
    together = edges_of_pieces(values, np.ones_like(values), np.full(300, 3.0))
    alone = edges_of_pieces(values[290:291], np.ones((1, 60)), np.full(1, 3.0))
    assert together[290].tolist() == alone[0].tolist()


def test_restlessness_is_the_usual_difference_between_neighbouring_blocks() -> None:
    # A slope of 0.1 a place: means of neighbouring blocks of four differ by 0.4 everywhere; 0.4·1.4826 = 0.593.
    slope = 0.1 * np.arange(40.0)[None, :]
    assert restlessness(slope, np.ones((1, 40)), 4) == pytest.approx([0.593], abs=1e-3)


def test_one_change_of_level_makes_no_row_restless() -> None:
    step = np.repeat([[0.0, 1.0]], 20, axis=1)
    assert restlessness(step, np.ones((1, 40)), 4) == pytest.approx([0.0])


def test_a_row_with_one_block_has_no_restlessness() -> None:
    assert restlessness(np.ones((1, 6)), np.ones((1, 6)), 4).tolist() == [0.0]
