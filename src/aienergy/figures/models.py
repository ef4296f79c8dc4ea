"""The models that forecast training compute, as figures name and colour them."""

from aienergy.figures.style import BLUE, GREEN, VERMILLION

# Name for a reader, and colour.
MODELS = {
    "recent_line": ("line of the last five years", BLUE),
    "long_line": ("line since 2010", GREEN),
    "drift": ("random walk with drift", VERMILLION),
}
