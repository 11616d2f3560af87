"""`python -m tests.mutants`: a sample of mutants against the tests that reach them."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from tests.mutants.reach import Reach, measure
from tests.mutants.sites import Mutant, sample
from tests.mutants.trial import Bench, Verdict

ROOT = Path(__file__).parents[2]
EXPLAINED = Path(__file__).with_name("explained.toml")
MAY_SURVIVE = 0.04


def arguments() -> argparse.Namespace:
    """What the command line says."""
    told = argparse.ArgumentParser("python -m tests.mutants", description=__doc__)
    told.add_argument("--count", type=int, default=200, help="how many mutants (%(default)s)")
    told.add_argument("--seed", default="reelmock", help="which ones (%(default)s)")
    told.add_argument("--jobs", type=int, default=2, help="how many at a time (%(default)s)")
    told.add_argument("--reach", type=Path, help="keep the measured lines here, or use them again")
    told.add_argument("--report", type=Path, help="write every verdict as JSON")
    return told.parse_args()


def main() -> int:
    """Exit code 0 when few enough survived, each with an explanation."""
    told = arguments()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutants-")))
        measured = (told.reach or folder / "reach").resolve()
        if not (measured / "reach").exists():
            measured.mkdir(parents=True, exist_ok=True)
            measure(ROOT, measured, told.jobs)
        verdicts = tried(sample(ROOT, told.count, told.seed), measured, folder, told.jobs)
    if told.report:
        told.report.write_text(json.dumps([shown(v) for v in verdicts], indent=1, default=str))
    return judged(verdicts)


def tried(mutants: list[Mutant], measured: Path, folder: Path, jobs: int) -> list[Verdict]:
    """Every verdict, in the order of the sample; each is told as it comes."""
    free: SimpleQueue[Bench] = SimpleQueue()
    for number in range(jobs):
        free.put(Bench(ROOT, folder / str(number), Reach(ROOT, measured)))

    def one(mutant: Mutant) -> Verdict:
        bench = free.get()
        try:
            verdict = bench.tried(mutant)
        finally:
            free.put(bench)
        print(" | ".join(shown(verdict).values()), flush=True)
        return verdict

    with ThreadPoolExecutor(jobs) as pool:
        return list(pool.map(one, mutants))


def shown(verdict: Verdict) -> dict[str, str]:
    """A verdict in words."""
    return {
        "became": verdict.became,
        "where": f"{verdict.mutant.path}:{verdict.mutant.line}",
        "before": verdict.before,
        "after": verdict.after,
        "detail": verdict.detail,
    }


def judged(verdicts: list[Verdict]) -> int:
    """Tells who survived and why; 1 where they are too many or one has no explanation."""
    alive = [verdict for verdict in verdicts if verdict.became != "killed"]
    reasons = {
        (known["path"], known["before"], known["after"]): known["why"]
        for known in tomllib.loads(EXPLAINED.read_text("utf-8")).get("survivor", [])
    }
    open_questions = 0
    print()
    for verdict in alive:
        why = reasons.get((verdict.mutant.path, verdict.before, verdict.after))
        open_questions += why is None
        print(f"{verdict.became}: {verdict.mutant.path}:{verdict.mutant.line}")
        print(f"  - {verdict.before}\n  + {verdict.after}\n  {why or 'NOT EXPLAINED'}")
    share = len(alive) / len(verdicts)
    print(
        f"{len(verdicts)} mutants, {len(alive)} survived ({share:.1%}, at most {MAY_SURVIVE:.0%} may), "
        f"{open_questions} without an explanation"
    )
    return int(share > MAY_SURVIVE or open_questions > 0)


if __name__ == "__main__":
    sys.exit(main())
