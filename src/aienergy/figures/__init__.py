"""Draw the figures: each from one tidy table, which is published beside it."""
