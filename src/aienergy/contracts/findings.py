"""Collect everything wrong with a set of tables, so that one run reports it all."""

import pandas as pd

from aienergy.errors import LedgerError, Problem

MOST_REPORTED = 40
FIRST_DATA_LINE = 2  # line 1 is the header; no cell may hold a line break


class Findings:
    """Problems found so far; `raise_if_any` ends the run with all of them."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def flag(self, where: str, bad: pd.Series, values: pd.Series, what: str, hint: str) -> None:
        """Note one problem for each row of `bad` that is true.

        Args:
            where: Name of the file.
            bad: Mask over the rows.
            values: The offending column; its name and the row's value are reported.
            what: What is wrong; `{value}` is replaced by the cell.
            hint: What to do; `{value}` as above.
        """
        if not bad.any():
            return
        for index, value in values[bad].items():
            line = int(str(index)) + FIRST_DATA_LINE
            place = f"{where}:{line} column {values.name}"
            text = {"value": str(value)}
            self.problems.append(Problem(place, what.format(**text), hint.format(**text)))

    def add(self, problem: Problem) -> None:
        """Note one problem that belongs to no single row."""
        self.problems.append(problem)

    def raise_if_any(self) -> None:
        """End the run if anything was found.

        Raises:
            LedgerError: With the first problems, and the count of the others.
        """
        if not self.problems:
            return
        shown = self.problems[:MOST_REPORTED]
        left = len(self.problems) - len(shown)
        if left:
            shown.append(Problem("...", f"and {left} more problems", "Mend the first ones first."))
        raise LedgerError(*shown)
