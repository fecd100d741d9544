"""The logging baseline: constructs for an organization's trail, and the app that deploys them."""
