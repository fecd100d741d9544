"""The code of the function that keeps a trail logging; it is deployed as it is in this folder."""
