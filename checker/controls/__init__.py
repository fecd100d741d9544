"""Controls, one file a family."""
