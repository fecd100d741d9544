"""Reproducible measurements; README.md holds the method and the latest figures."""
