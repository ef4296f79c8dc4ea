"""Errors a user can act on: what is wrong, where it stands, and a hint."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one input.

    Attributes:
        where: File, and line and column where they are known (`training.csv:41 column unit`).
        what: What is wrong, with the offending value.
        hint: What to do about it.
    """

    where: str
    what: str
    hint: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}\n  Hint: {self.hint}"


class LedgerError(Exception):
    """An expected failure: bad input, bad configuration, an unknown key.

    Args:
        problems: Everything found wrong, so that one run reports it all.
    """

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
