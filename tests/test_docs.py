"""What the documents say is executed: the first ten minutes against a running product, and every block of Python."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from tests.support.mail import free_port

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
ADDRESS = "127.0.0.1:8321"


def blocks(page: Path, words: str) -> list[str]:
    """The fenced blocks of a page whose opening line carries these words."""
    return re.findall(rf"^```{words}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that looks like a fresh clone with its environment, and holds no stores."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    oba = tmp_path / ".venv" / "bin" / "oba"
    oba.write_text(f'#!/bin/sh\nexec {sys.executable} -m adapters.cli "$@"\n', encoding="utf-8")
    oba.chmod(0o755)
    return tmp_path


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment of a user who chose a free port and nothing else."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}  # noqa: TID251
    return {**kept, "OBA_PORT": str(free_port()), "OBA_TICK_SECONDS": "1", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def running(clone: Path, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The product, started as `scripts/start` does it, ready to be asked; stopped as by Ctrl-C."""
    command = (sys.executable, "-m", "scripts.running")
    with subprocess.Popen(command, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(30)


def said_until(process: subprocess.Popen[str], last: str) -> str:
    """What the product prints, up to a line that ends with the given words."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.rstrip().endswith(last):
            return said
    raise AssertionError(f"it ended early and said:\n{said}")


@pytest.mark.slow
def test_the_first_ten_minutes_go_as_the_page_says(
    clone: Path, environment: dict[str, str], running: subprocess.Popen[str]
) -> None:
    welcome = said_until(running, "Ctrl-C stops everything.")
    for line in re.findall(r"^  (curl .*)$", welcome, re.MULTILINE):
        assert '"data":[{' in run(line, clone, environment), line

    script = "\n".join(blocks(ROOT / "docs" / "start.md", "sh run"))
    assert script.count(ADDRESS) == 1, "the address stands in one place, so that a reader with --port changes one line"
    said = run(script.replace(ADDRESS, f"127.0.0.1:{environment['OBA_PORT']}"), clone, environment)

    assert "bad " not in said
    assert '"errors"' not in said
    assert '"lanes"' in said
    assert said.count('"finding": "not_met"') >= 3
    assert "Subject: A milestone assessment is due" in said
    assert said.count('"detail_sha256"') == 2
    assert '"lines",0' not in said
    assert "total 875,000.00 USD of a base of 3,500,000.00" in said
    assert "total 0.00 USD" in said
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 0


@pytest.mark.slow
def test_an_empty_start_makes_stores_without_a_demo_and_a_second_one_changes_nothing(
    clone: Path, environment: dict[str, str]
) -> None:
    for _ in range(2):
        command = (sys.executable, "-m", "scripts.running", "--empty")
        with subprocess.Popen(
            command, cwd=clone, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            welcome = said_until(process, "Ctrl-C stops everything.")
            problems = drained(process)
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0
        assert "No demo here" in welcome
        assert "oba agreement register" in welcome
        assert "Traceback" not in "".join(problems)
    assert not (clone / "var" / "demo-keys.txt").exists()


@pytest.mark.slow
def test_the_way_from_an_empty_start_to_the_first_enrolment_goes_as_the_guide_says(
    clone: Path, environment: dict[str, str]
) -> None:
    command = (sys.executable, "-m", "scripts.running", "--empty")
    with subprocess.Popen(command, cwd=clone, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            welcome = said_until(process, "Ctrl-C stops everything.")
            steps = re.findall(r"^  (\S*oba .*)$", welcome, re.MULTILINE)
            run("\n".join(steps), clone, environment)
            said = run("\n".join(blocks(ROOT / "docs" / "guides" / "operator.md", "sh run")), clone, environment)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)
    assert '"errors"' not in said
    assert '"due_on": "2024-09-05"' in said


@pytest.mark.slow
def test_the_guide_to_the_api_leads_from_an_infusion_to_a_refund_trigger(
    clone: Path, environment: dict[str, str], running: subprocess.Popen[str]
) -> None:
    said_until(running, "Ctrl-C stops everything.")
    said = run("\n".join(blocks(ROOT / "docs" / "guides" / "api.md", "sh run")), clone, environment)

    assert '"errors"' not in said, said
    assert '"finding": "not_met"' in said
    assert '"triggered": "350000.00"' in said
    assert '"label": "permitted_only_under"' in said
    assert "now: met" in said
    assert "fact_corrected" in said


def test_the_first_agreement_is_written_judged_and_changed_as_the_guide_says(
    clone: Path, environment: dict[str, str]
) -> None:
    said = run("\n".join(blocks(ROOT / "docs" / "guides" / "first-agreement.md", "sh run")), clone, environment)

    assert "mine.yaml: good, agreement my-first-agreement" in said
    assert "silent.yaml: good" not in said
    assert "refused, as it should be" in said
    assert "m12   2029-01-29  2029-02-28  2029-03-30" in said
    assert "total 0.00 USD of a base of 3,500,000.00" in said
    assert "m12 is met: its criterion is true" in said
    assert "refund now 0.00, what if 1,400,000.00 USD: difference 1,400,000.00" in said
    assert 'rows.m12 changes from "40" to "45"' in said
    assert not (clone / "var").exists(), "nothing is stored"


def drained(process: subprocess.Popen[str]) -> list[str]:
    """Collects what a process writes to its standard error, so that it never waits for a reader."""
    lines: list[str] = []
    assert process.stderr is not None
    Thread(target=lines.extend, args=(process.stderr,), daemon=True).start()
    return lines


def run(script: str, folder: Path, environment: dict[str, str]) -> str:
    """What a script prints; it stops at the first command that fails."""
    done = subprocess.run(
        ("bash", "-eu", "-c", script),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("page", "code"),
    [pytest.param(page, code, id=page.name) for page in PAGES for code in blocks(page, "python")],
)
def test_every_block_of_python_runs(page: Path, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    exec(compile(code, page.name, "exec"), {"__name__": page.stem})  # noqa: S102  the block is our own


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    missing = [one for one in targets if not one.startswith("http") and not (page.parent / one).exists()]
    assert missing == []
