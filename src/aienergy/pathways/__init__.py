"""Paths of installed AI chips to a later year: drivers, draws, caps, and what they leave."""
