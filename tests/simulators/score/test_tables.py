"""Scores as tables: every number stands where its head says."""

from __future__ import annotations

from rich.console import Console, RenderableType

from simulators.cohorts.homes import HOMES
from simulators.score.aims import Aim
from simulators.score.candidates import KindScore
from simulators.score.cohort import CohortScore, Scores
from simulators.score.tables import WIDTH, aim_table, home_table, kind_table


def scores(daily: float, sparse: float) -> Scores:
    """Of each home found by chance 0.1, with 5 days to go and a false call in 50 days."""
    return {
        name: [CohortScore(sparse if home.is_sparse else daily, 0.1, 5.0, 2.0)]
        for name, home in HOMES.items()
    }


def lines(table: RenderableType) -> dict[str, list[str]]:
    """The cells of each line by its first one."""
    console = Console(width=WIDTH)
    with console.capture() as captured:
        console.print(table)
    cells = [[cell for cell in line.split("  ") if cell.strip()] for line in captured.get().splitlines()]
    return {line[0].strip(): [cell.strip() for cell in line[1:]] for line in cells if line}


def test_a_line_a_home_and_one_for_daily_and_for_sparse_weights() -> None:
    found = lines(home_table({"thumb": scores(0.8, 0.3), "shipped set": scores(0.9, 0.5)}))
    assert found["usual"] == ["80 - 10 = 70", "2.0", "90 - 10 = 80", "2.0"]
    assert found["twice a week"] == ["30 - 10 = 20", "2.0", "50 - 10 = 40", "2.0"]
    assert found["daily"] == found["usual"]
    assert found["sparse"] == found["twice a week"]


def test_kinds_stand_beside_the_rules_of_thumb() -> None:
    kinds = [KindScore("EWMA", 1.4, scores(0.9, 0.5))]
    found = lines(kind_table(kinds, {"thumb": scores(0.5, 0.5)}))
    assert found["thumb"] == ["50 - 10 = 40", "2.0", "5.0", "40"]
    assert found["EWMA"][0] == "1.4"
    assert found["EWMA"][2:] == ["2.0", "5.0", "40"]


def test_what_is_not_met_is_said() -> None:
    found = lines(aim_table([Aim("dangers untold", 0, most=0), Aim("symptoms told", 0.648, least=0.7)]))
    assert found["dangers untold"] == ["0", "at most 0", "met"]
    assert found["symptoms told"] == ["0.648", "at least 0.7", "NOT MET"]
