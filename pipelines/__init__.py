"""From received files to published tables. See README.md for the map."""

import os

__version__ = "0.1.0"

# Batches of meters keep the cores busy; the threads of the linear algebra library would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
