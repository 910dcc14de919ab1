"""A receipt as it is kept with a delivery: one meter, October 2026, with a hole and an estimated day."""

DELIVERY = "a" * 64
RECEIPT = {
    "file": "2026-11-02_el.csv",
    "sha256": DELIVERY,
    "format": "se-eon-csv:1a2b3c",
    "readable": True,
    "kind": "readings",
    "time": {
        "basis": "local",
        "zone": "Europe/Stockholm",
        "stamp": "start",
        "evidence": "början och slut står i filen",
    },
    "evidence": [],
    "answers": [{"key": "unit", "value": "kWh", "source": "remembered"}],
    "series": [
        {
            "metering_point_id": "735999000000000011",
            "id_source": "metadata",
            "carrier": "electricity",
            "direction": "consumption",
            "resolution": "PT1H",
            "unit": "kWh",
            "kind": "interval",
            "first_utc": "2026-09-30T22:00:00Z",
            "last_utc": "2026-10-31T22:00:00Z",
            "rows": 745,
            "energy_kwh": 52000.0,
            "missing": 2,
            "estimated": 3,
            "negative": 0,
        }
    ],
    "second_accounts": [],
    "pictures": [
        {
            "metering_point_id": "735999000000000011",
            "direction": "consumption",
            "step": "day",
            "first": "2026-10-01",
            "energy_kwh": [1.0, None, 2.0],
            "status": "mxe",
        }
    ],
    "warnings": [],
    "questions": [],
}
