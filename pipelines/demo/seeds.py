"""Random streams by name, so that one entity's numbers never depend on how many other entities there are.

Does not belong here: what the numbers are used for.
"""

from __future__ import annotations

import zlib

import numpy as np


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """A generator of its own for `names` in the world `seed`: the same arguments give the same numbers."""
    key = zlib.crc32("/".join(str(n) for n in names).encode())
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, key])))
