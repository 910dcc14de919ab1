"""How many files of forms never seen before are read right: `python -m bench.recognition --count 2000 --seed N`.

The files come from tests/mutation; failures are written to a folder, each beside a text that tells truth and verdict.
A seed that the readers were not tuned on tells most.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutation.judge import ASKED_RIGHT, PARTLY, REFUSED, RIGHT, VERDICTS, Judgement, judged
from tests.mutation.maker import MadeFile, made_file

Result = tuple[str, str, str, tuple[str, ...], Judgement]
"""Name in the folder of failures, layout, language, mutations, judgement."""


def main() -> None:
    """Make, read and judge the files, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000, help="files (2000)")
    parser.add_argument("--seed", type=int, required=True, help="another seed makes other files")
    parser.add_argument("--failures", type=Path, help="folder for the files that were not read right")
    parser.add_argument("--workers", type=int, default=1, help="processes (1)")
    chosen = parser.parse_args()
    if chosen.failures is not None:
        chosen.failures.mkdir(parents=True, exist_ok=True)
    work = partial(_result, chosen.seed, chosen.failures)
    if chosen.workers == 1:
        results = [work(number) for number in range(chosen.count)]
    else:
        with ProcessPoolExecutor(chosen.workers) as pool:
            results = list(pool.map(work, range(chosen.count), chunksize=8))
    report(results, Console(width=170))


def _result(seed: int, failures: Path | None, number: int) -> Result:
    made = made_file(seed, number)
    judgement = judged(made)
    name = f"{seed}-{number:05d}-{made.name}"
    if failures is not None and judgement.verdict not in (RIGHT, ASKED_RIGHT):
        (failures / name).write_bytes(made.data)
        (failures / f"{name}.truth.txt").write_text(_explanation(made, judgement), "utf-8")
    return name, made.layout, made.language, tuple(sorted(made.mutations)), judgement


def _explanation(made: MadeFile, judgement: Judgement) -> str:
    truth = made.truth
    lines = [
        f"verdict: {judgement.verdict}: {judgement.why}",
        f"questions asked: {', '.join(judgement.questions) or 'none'}",
        f"layout: {made.layout}, language {made.language}, zone {truth.zone}",
        f"mutations: {', '.join(sorted(made.mutations))}",
        f"facts (told where nothing stands): {json.dumps(made.facts)}",
        f"answers: {json.dumps(made.answers, ensure_ascii=False)}",
        f"basis {truth.basis}, minutes {truth.minutes}, unit {truth.unit}, change of clock {truth.has_clock_change}",
        f"from {truth.starts[0]} to {truth.ends[-1]}, {len(truth.starts)} intervals, without row: {len(truth.absent)}",
    ]
    for one in truth.series:
        lines.append(f"{one.identity} {one.direction}: {one.values[:6]} … sum {sum(v or 0 for v in one.values)}")
    return "\n".join(lines) + "\n"


def report(results: list[Result], console: Console) -> None:
    """Tables by layout, language and mutation, and the failures by what went wrong."""
    count = len(results)
    verdicts = Counter(result[4].verdict for result in results)
    good = verdicts[RIGHT] + verdicts[ASKED_RIGHT]
    refused = verdicts[REFUSED] + verdicts[PARTLY]
    console.print(
        f"{count} files: {good / count:.1%} right or asked right (at least 95 %), {refused / count:.1%} refused "
        f"(at most 3 %), {verdicts['wrong']} wrong and {verdicts['crashed']} crashed (none), "
        f"{verdicts['guessed']} guessed, {verdicts['asked needlessly']} asked needlessly"
    )
    unmarked = sum(result[4].unmarked_estimates > 0 for result in results)
    console.print(f"{unmarked} files in which estimated values were taken as measured\n")
    console.print(_table("layout", ((result[1], result[4].verdict) for result in results)))
    console.print(_table("language", ((result[2], result[4].verdict) for result in results)))
    console.print(_table("mutation", ((m, result[4].verdict) for result in results for m in result[3])))
    for verdict in ("wrong", "crashed", "guessed", "asked needlessly", "partly refused", "refused"):
        failed = [result for result in results if result[4].verdict == verdict]
        if failed:
            console.print(f"\n{verdict}: {len(failed)}")
            for why, names in sorted(_classes(failed).items(), key=lambda item: -len(item[1]))[:25]:
                console.print(
                    f"  {len(names):4d}  {why}\n        {'  '.join(names[:4])}",
                    markup=False,
                    highlight=False,
                    soft_wrap=True,
                )


def _classes(failed: list[Result]) -> dict[str, list[str]]:
    """Failures of the same words but for digits and names, by layout."""
    classes: dict[str, list[str]] = defaultdict(list)
    for name, layout, _, _, judgement in failed:
        why = "".join("9" if c.isdigit() else c for c in judgement.why.split(" of ")[0])
        classes[f"[{layout}] {' '.join(why.split())[:150]}"].append(name)
    return classes


def _table(title: str, pairs: object) -> Table:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for key, verdict in pairs:  # type: ignore[attr-defined]
        counted[key][verdict] += 1
    table = Table(title, "files", *VERDICTS, "good share")
    for key, verdicts in sorted(counted.items()):
        total = sum(verdicts.values())
        good = (verdicts[RIGHT] + verdicts[ASKED_RIGHT]) / total
        table.add_row(key, str(total), *[str(verdicts[v] or "") for v in VERDICTS], f"{good:.0%}")
    return table


if __name__ == "__main__":
    main()
