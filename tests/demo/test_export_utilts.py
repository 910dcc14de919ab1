from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from tests.demo.conftest import Registered


def test_ediel_messages_hold_the_energy_of_their_meters(small_kit: Path, registered: Registered) -> None:
    path = next(iter(sorted((small_kit / "exports").rglob("*utilts-e66_manadsvarden_2021.edi"))))
    segments = path.read_text("latin-1").replace("\n", "").split("'")[1:-1]
    inside = segments[1:-1]  # UNH to UNT
    assert inside[0].startswith("UNH+")
    assert inside[-1] == f"UNT+{len(inside)}+1"
    sums: Counter[str] = Counter()
    identity = ""
    for segment in inside:
        if segment.startswith("LOC+172+"):
            identity = segment[8:26]
        elif segment.startswith("QTY+136:"):
            sums[identity] += float(segment[8:])
    assert sums
    for meter, total in sums.items():
        series = registered(meter)
        if series.fault("corrected_month") is None:
            assert total == np.nansum(series.values[:12])
