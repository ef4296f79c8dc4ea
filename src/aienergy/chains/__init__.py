"""A request as a graph of stages: what one is, how it is drawn from, what it takes."""
