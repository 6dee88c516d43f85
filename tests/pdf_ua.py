"""The two validators of PDF/UA-1, which live in an environment of their own (`make test` sets it up)."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".checkers" / "bin" / "python"
needs_checkers = pytest.mark.skipif(
    not PYTHON.exists(), reason="the PDF/UA validators are not installed: make test installs them into .checkers"
)


def findings(paths: Iterable[Path]) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Name of the file -> validator -> `errors` and `warnings`, a list of sentences each."""
    command = [PYTHON, ROOT / "tests" / "checkers" / "pdf_ua.py", *paths]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return {Path(path).name: answers for path, answers in json.loads(done.stdout).items()}


def errors(answers: dict[str, dict[str, list[str]]]) -> list[str]:
    """What the validators say is wrong in one file."""
    return [f"{name}: {error}" for name, kinds in answers.items() for error in kinds["errors"]]
