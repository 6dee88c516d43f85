"""The team's deployment: compose accepts it, and refuses to start without its secrets."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SECRETS = sorted(set(re.findall(r"\$\{([A-Z_]+):\?", TEXT)))


def config(*, without: str | None = None) -> subprocess.CompletedProcess:
    if shutil.which("docker-compose") is None:
        pytest.skip("docker-compose is not installed (.ci/run installs it where it may)")
    given = {name: "given" for name in SECRETS if name != without}
    environment = {**{k: v for k, v in os.environ.items() if k not in SECRETS}, **given}
    return subprocess.run(
        ["docker-compose", "-f", str(ROOT / "docker-compose.yml"), "config"],
        env=environment, capture_output=True, text=True,
    )  # fmt: skip


def test_compose_accepts_it():
    done = config()
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == {"postgres", "set-up", "api-server", "scheduler", "dag-processor", "triggerer"}
    assert [name for name, s in services.items() if s.get("user") in (None, "root", "0")] == []
    assert [name for name, s in services.items() if name != "set-up" and "healthcheck" not in s] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_compose_refuses_to_start_without(secret):
    assert config(without=secret).returncode != 0


def test_no_secret_has_a_default():
    assert len(SECRETS) == 10
    assert re.findall(r"\$\{[A-Z_]*(?:PASSWORD|SECRET|KEY)[A-Z_]*:-", TEXT) == []


def test_images_are_pinned():
    images = re.findall(r"^\s+image: (\S+)$", TEXT, re.MULTILINE) + re.findall(
        r"^FROM (\S+)$", (ROOT / "Dockerfile").read_text(), re.MULTILINE
    )
    assert len(images) == 3
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []
