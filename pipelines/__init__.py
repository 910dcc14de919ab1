"""From received files to published tables. See README.md for the map."""

__version__ = "0.1.0"
