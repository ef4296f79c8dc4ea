"""Judge: recompute published figures from their own inputs, and estimates against reports."""
