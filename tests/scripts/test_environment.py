"""The scripts of a clone: usage, and an environment that is only made again when its lock has changed."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NO_OTHER_PYTHON = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}


def bash(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs a script in a folder that looks like a clone."""
    return subprocess.run(
        ("bash", "-c", script), cwd=folder, env=NO_OTHER_PYTHON, capture_output=True, text=True, check=False
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone whose environment holds a Python that writes down what it is asked to install."""
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    (tmp_path / "lock.txt").write_text("package==1 --hash=sha256:00\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "oba").write_text("", encoding="utf-8")
    (binaries / "oba").chmod(0o755)
    (binaries / "python").write_text(FAKE_PYTHON, encoding="utf-8")
    (binaries / "python").chmod(0o755)
    return tmp_path


FAKE_PYTHON = """\
#!/bin/bash
case "$1 $2" in
    "-m pip") echo "$*" >> asked.txt ;;
    "-c import hashlib"*) cksum < "$3" ;;
esac
"""
ENSURE = "source scripts/environment.sh; ensure_environment lock.txt"


def asked(clone: Path) -> list[str]:
    file = clone / "asked.txt"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


def test_packages_are_installed_with_hashes_and_the_project_without_looking_for_any(clone: Path) -> None:
    assert bash(ENSURE, clone).returncode == 0
    packages, project = asked(clone)
    assert packages.endswith("--require-hashes -r lock.txt")
    assert project.endswith("--no-deps --no-build-isolation -e .")


def test_a_second_time_installs_nothing(clone: Path) -> None:
    bash(ENSURE, clone)
    before = asked(clone)
    assert bash(ENSURE, clone).returncode == 0
    assert asked(clone) == before


def test_a_changed_lock_is_installed_again(clone: Path) -> None:
    bash(ENSURE, clone)
    (clone / "lock.txt").write_text("package==2 --hash=sha256:11\n", encoding="utf-8")
    bash(ENSURE, clone)
    assert len([line for line in asked(clone) if "--require-hashes" in line]) == 2


def test_another_python_than_3_11_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "scripts").symlink_to(ROOT / "scripts")
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    done = bash(f"PATH={tmp_path}; source scripts/environment.sh; find_python", tmp_path)
    assert done.returncode == 1
    assert "Python 3.11 was not found" in done.stderr


@pytest.mark.parametrize("words", ["--port", "--port seventy", "--demo"])
def test_start_with_unknown_words_is_wrong_usage(words: str) -> None:
    done = bash(f"scripts/start {words}", ROOT)
    assert done.returncode == 2
    assert "Usage: scripts/start" in done.stderr


@pytest.mark.parametrize("script", ["start", "test", "bench", "lock", "environment.sh", "../.ci/run"])
def test_every_script_can_be_read_by_bash(script: str) -> None:
    assert bash(f"bash -n scripts/{script}", ROOT).returncode == 0


def test_the_checks_of_a_change_are_those_of_the_developer() -> None:
    assert "scripts/test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
