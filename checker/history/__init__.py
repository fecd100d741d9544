"""Several results of the same thing: what a baseline knows, what changed, and how it went over time."""
