"""Run the tests in passes, each with the servers it needs, and sum up.

``python -m tests.run`` runs all passes; names choose some; what follows ``--`` goes to pytest:
``python -m tests.run postgres -- tests/races -k senders``.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from tests.servers import VAR, ServerError, postgresql

ROOT = Path(__file__).resolve().parents[1]
#: Pass → which tests. The first two run on SQLite; Redis is started by its own fixture.
PASSES = {
    "fast": "not (slow or browser or redis or postgres)",
    "slow": "(slow or browser or redis) and not postgres",
    "postgres": "(both or postgres) and not (browser or redis)",
}
NO_TESTS_COLLECTED = 5


def outcomes_of(name: str) -> Path:
    return VAR / "tests" / "outcomes" / f"{name}.json"


def run_pass(name: str, arguments: list[str]) -> int:
    """Pytest's exit code; "nothing to run" counts as success."""
    sys.stdout.write(f"\n──── {name}: {PASSES[name]}\n")
    sys.stdout.flush()
    with ExitStack() as stack:
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        # Tables made from sets come in the same order in all processes.
        environment["PYTHONHASHSEED"] = "0"
        if name == "postgres":
            environment["DATABASE_URL"] = stack.enter_context(postgresql())
        outcomes_of(name).unlink(missing_ok=True)
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "-m", PASSES[name]]
        command += ["--outcomes", str(outcomes_of(name)), *arguments]
        code = subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode
    return 0 if code == NO_TESTS_COLLECTED else code


def summary(names: list[str], seconds: float, failed: bool) -> str:
    """All passes in one line of pytest's form."""
    counts: Counter[str] = Counter()
    for name in names:
        if outcomes_of(name).exists():
            content = json.loads(outcomes_of(name).read_text(encoding="utf-8"))
            counts.update(test["outcome"] for test in content["tests"].values())
    order = ["failed", "passed", "skipped", "xfailed", "error"]
    words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in order if counts[outcome])
    if failed and not counts["failed"] + counts["error"]:
        words = f"{words or 'nothing'}, but a pass did not come to its end"
    text = f" {words or 'no tests ran'} in {seconds:.2f}s "
    return text.center(shutil.get_terminal_size().columns, "=")


def main(arguments: list[str]) -> int:
    names = arguments[: arguments.index("--")] if "--" in arguments else arguments
    rest = arguments[len(names) + 1 :]
    if unknown := set(names) - set(PASSES):
        sys.stderr.write(f"No such pass: {', '.join(sorted(unknown))}. There are {', '.join(PASSES)}.\n")
        return 2
    names = names or list(PASSES)
    began = time.monotonic()
    codes = []
    try:
        for name in names:
            codes.append(run_pass(name, rest))
    except ServerError as error:
        sys.stderr.write(f"{error}\n")
        codes.append(1)
    sys.stdout.write(summary(names, time.monotonic() - began, any(codes)) + "\n")
    return max(codes)


def _end(number: int, frame: FrameType | None) -> None:
    """A terminated run ends its servers too."""
    raise SystemExit(128 + number)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _end)
    sys.exit(main(sys.argv[1:]))
