"""The code that prepares an organization for its trail; it is deployed as it is in this folder."""
