"""Spoiled files never do more harm than a refusal: a short run of the fuzzer."""

from __future__ import annotations

from pathlib import Path
from random import Random

from bench.fuzz_readers import corpus, run, spoiled


def test_three_hundred_spoiled_files_are_read_or_refused(tmp_path: Path) -> None:
    outcome = run(300, 7, tmp_path)
    assert [(kind, name, words[-600:]) for kind, name, words in outcome.failures] == []
    assert sum(outcome.counts.values()) == 300


def test_the_same_seed_spoils_the_same_files() -> None:
    files = corpus(7)
    assert spoiled(Random("7:5"), files) == spoiled(Random("7:5"), files)
