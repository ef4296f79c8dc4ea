"""Look normalized observations up by subject, quantity and qualifiers."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from aienergy.contracts.quantities import qualifiers, split_qualifiers
from aienergy.tables import read_result, read_texts

# Of several observations of one quantity, the better-known one is used first.
_SAID_BY = ("operator", "third_party")
_EVIDENCE = ("metered", "counter", "counted", "modelled", "stated", "nameplate")
_READ = ("primary", "full-text", "page", "secondary")


class Facts:
    """Normalized observations, best-known first.

    Args:
        frame: Table written by the stage `normalize`.
        names: Names of subjects by key.
    """

    def __init__(self, frame: pd.DataFrame, names: Mapping[str, str] | None = None) -> None:
        self._names = dict(names or {})
        rank = pd.DataFrame(
            {
                "said_by": frame["said_by"].map(_SAID_BY.index),
                "evidence": frame["evidence"].map(_EVIDENCE.index),
                "read": frame["read"].map(_READ.index),
                "id": frame["id"],
            }
        )
        order = rank.sort_values(["said_by", "evidence", "read", "id"]).index
        frame = frame.loc[order].reset_index(drop=True)
        absent = dict.fromkeys(qualifiers().index, "")
        pairs = [absent | split_qualifiers(cell) for cell in frame["qualifiers"]]
        split = pd.DataFrame(pairs, frame.index, columns=list(absent))
        whole = pd.concat([frame, split.add_prefix("q_")], axis=1)
        # Plain objects make one block of all text columns: a slice then costs one copy, not sixty.
        texts = whole.select_dtypes(exclude="number").columns
        self.frame = whole.astype(dict.fromkeys(texts, object)).copy()  # joins the blocks
        self._none = self.frame.iloc[[]]
        # Thousands of look-ups: rows of a quantity, and of a quantity and subject, found once.
        self._first: dict[tuple[object, ...], str | None] = {}
        self._of_quantity = self.frame.groupby("quantity").indices
        self._of_subject = self.frame.groupby(["quantity", "subject"]).indices

    @classmethod
    def read(cls, folder: Path) -> "Facts":
        """Read the tables of a `results/normalize` folder."""
        subjects = read_texts(folder / "subjects.csv")
        names = dict(zip(subjects["key"], subjects["name"], strict=True))
        return cls(read_result(folder / "observations.csv"), names)

    def name(self, key: object) -> str:
        """Return the name of a subject, or its key where it has none."""
        return self._names.get(str(key), str(key))

    def select(
        self, quantity: str, subjects: str | Iterable[str] | None = None, **wanted: str
    ) -> pd.DataFrame:
        """Return the matching rows, best-known first.

        Args:
            quantity: Name of the quantity.
            subjects: A key, several keys, or None for all.
            wanted: Values that columns must have; a qualifier's is `q_<name>`, empty for absence.

        Returns:
            Rows with the normalized columns and one column `q_<name>` for each qualifier, an
            empty string where it is absent.
        """
        if isinstance(subjects, str):
            found = self._of_subject.get((quantity, subjects), [])
        else:
            found = self._of_quantity.get(quantity, [])
        if len(found) == 0:
            return self._none
        rows = self.frame.iloc[found]
        if subjects is not None and not isinstance(subjects, str):
            rows = rows[rows["subject"].isin(list(subjects))]
        for name, value in wanted.items():
            rows = rows[rows[name] == value]
        return rows

    def has(self, quantity: str, subject: str) -> bool:
        """Return whether a subject has any observation of a quantity; costs next to nothing."""
        return (quantity, subject) in self._of_subject

    def first(self, quantity: str, subject: str, **wanted: str) -> str | None:
        """Return the id of the best-known observation, or None; arguments as of `select`."""
        asked = (quantity, subject, *sorted(wanted.items()))
        if asked not in self._first:  # many systems share one accelerator
            rows = self.select(quantity, subject, **wanted)
            self._first[asked] = None if rows.empty else str(rows["id"].iloc[0])
        return self._first[asked]
