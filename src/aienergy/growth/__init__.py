"""Statistics of exponential growth: selection, lines, intervals, breaks, simulation, scores."""
