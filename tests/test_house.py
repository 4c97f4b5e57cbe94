"""The law of the house that no linter knows: sizes, words, one word in four places, records of decisions, pages."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oba.document.events import DOCUMENT_EVENT_TYPES
from oba.infusion.events import INFUSION_EVENT_TYPES
from scripts.pages.__main__ import FOLDER, PAGES

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("oba", "projections", "adapters")
SOURCES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))

MOST_LINES = 250
LONGER: dict[str, str] = {}
"""Files that may be longer, each with its reason."""
MOST_LINES_OF_A_FUNCTION = 40
LONGER_FUNCTIONS: dict[str, str] = {}
"""Functions that may be longer, each with its reason."""

NOT_NAMES = frozenset(
    "status data info manager helper helpers util utils case contract observation rebate".split()  # noqa: SIM905
)
NAMED_BY_OTHERS = {
    ("adapters/web/problem.py", "status"): "RFC 9457 names the member of a problem document",
}


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def names(path: Path) -> Iterator[str]:
    """Every name that the file gives: the file itself, classes word by word, functions, arguments, fields.

    "Data" inside the name of a class is left out: data request and missing data are words of the glossary.
    """
    yield path.stem
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.ClassDef(name=name):
                yield from (word for word in re.findall(r"[A-Z][a-z]+", name) if word != "Data")
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (target.id for target in targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def is_our_method(member: object, owner: type) -> bool:
    """Whether a member is a method or property written in the class itself."""
    function = getattr(member, "fget", None) or getattr(member, "__func__", member)
    return inspect.isfunction(function) and function.__qualname__.startswith(f"{owner.__name__}.")


def test_every_file_can_be_read_at_one_sitting() -> None:
    long = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES and name not in LONGER} == {}


def test_every_function_fits_on_a_screen() -> None:
    long = {
        f"{relative(path)}:{function.name}": function.end_lineno - function.lineno + 1
        for path in SOURCES
        for function in functions(path)
        if function.end_lineno is not None
    }
    too_long = {name: lines for name, lines in long.items() if lines > MOST_LINES_OF_A_FUNCTION}
    assert {name: lines for name, lines in too_long.items() if name not in LONGER_FUNCTIONS} == {}


def test_words_that_mean_nothing_here_are_not_names() -> None:
    used = {(relative(path), name) for path in SOURCES for name in names(path) if name.strip("_").lower() in NOT_NAMES}
    assert used - NAMED_BY_OTHERS.keys() == set()
    assert NAMED_BY_OTHERS.keys() - used == set(), "an exception that nobody needs any more"


@pytest.mark.parametrize("path", SOURCES, ids=relative)
def test_every_public_method_says_what_it_promises(path: Path) -> None:
    module = importlib.import_module(relative(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    owners = [
        owner for owner in vars(module).values() if inspect.isclass(owner) and owner.__module__ == module.__name__
    ]
    silent = [
        f"{owner.__name__}.{name}"
        for owner in owners
        for name, member in vars(owner).items()
        if not owner.__name__.startswith("_") and not name.startswith("_") and is_our_method(member, owner)
        if not inspect.getdoc(getattr(owner, name))
    ]
    assert silent == []


@pytest.mark.parametrize("room", ["measures", "criteria", "refund"])
def test_every_kind_of_block_has_a_rule_and_vectors_of_its_own_name(room: str) -> None:
    kinds = block_kinds(room)
    assert kinds
    for kind in kinds:
        assert (ROOT / "oba" / room / f"{kind}.py").is_file(), f"{kind} has no rule in oba/{room}"
        assert any((ROOT / "tests" / "vectors" / kind).glob("*.yaml")), f"{kind} has no vectors"


def test_every_measure_has_a_page_of_its_own_name() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "measures").glob("*.md")}
    assert pages == block_kinds("measures")


def block_kinds(room: str) -> set[str]:
    """The kinds of the language that have a file of their own below oba/terms."""
    return {
        path.stem
        for path in (ROOT / "oba" / "terms" / room).glob("*.py")
        if path.stem != "__init__" and not path.stem.startswith("any_")
    }


def test_decisions_are_numbered_without_gaps_and_say_what_was_decided() -> None:
    records = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for number, path in enumerate(records, start=1):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {number}. ")
        sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert sections == ["Status", "Context", "Decision", "Consequences"], path.name


def test_every_event_stands_on_the_page_of_events() -> None:
    page = PAGES["events.md"]()
    for event in (*INFUSION_EVENT_TYPES, *DOCUMENT_EVENT_TYPES):
        assert f"`{event.topic()}`" in page


@pytest.mark.parametrize("name", PAGES)
def test_every_generated_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run python -m scripts.pages"


@pytest.mark.parametrize("lock", ["runtime.txt", "test.txt", "mutation.txt"])
def test_every_locked_package_has_hashes_and_stands_in_the_notice(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8")
    notice = {line.split()[0].lower() for line in (ROOT / "NOTICE").read_text(encoding="utf-8").splitlines() if line}
    packages = re.findall(r"^([A-Za-z0-9_.-]+)==\S+(?: ;[^\\]*)? \\$", text, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^\S+==", text, re.MULTILINE)), "a package without hashes"
    assert "index-url" not in text
    assert [name for name in packages if name.lower() not in notice] == []


CITED_IN = sorted(
    path
    for path in (
        *(ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", ROOT / ".importlinter"),
        *(
            path
            for room in (*ROOMS, "scripts", "tests", "docs")
            for path in (ROOT / room).rglob("*")
            if path.suffix in (".py", ".md", ".yaml", ".json", ".toml", ".sh")
        ),
    )
    if path != Path(__file__).resolve()
)


def cited(pattern: str) -> dict[str, set[str]]:
    """What the repository cites after some words, singly or in a row ("A9, D4"), and in which files."""
    found: dict[str, set[str]] = {}
    for path in CITED_IN:
        text = " ".join(path.read_text(encoding="utf-8").split())
        for row in re.findall(pattern, text):
            for one in re.findall(r"[A-G]?\d+(?:\.\d+)?", row):
                found.setdefault(one, set()).add(relative(path))
    return found


def headings(page: str) -> set[str]:
    """The headings of a page of concepts; each has an anchor of its own."""
    text = (ROOT / "docs" / "concepts" / page).read_text(encoding="utf-8")
    return set(re.findall(r"^##+ (\S+)$", text, re.MULTILINE))


def test_every_settled_point_that_is_cited_stands_on_its_page() -> None:
    found = cited(r"[Ss]ettled (?:points? )?([A-G]\d+(?:(?:,| and| or) [A-G]\d+\b)*)")
    assert len(found) > 30
    assert {point: files for point, files in found.items() if point not in headings("settled-points.md")} == {}


def test_every_decided_point_that_is_cited_stands_on_its_page() -> None:
    found = cited(r"[Dd]ecided points? (\d+(?:(?:,| and) \d+)*)")
    assert len(found) > 8
    assert {point: files for point, files in found.items() if point not in headings("decisions.md")} == {}


def test_every_other_rule_that_a_vector_cites_stands_on_the_page_of_sources() -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs/concepts/sources.md").read_text(encoding="utf-8"), re.MULTILINE)
    pattern = r"\b(?:terms|domain) \d(?:\.\d)?|\bfixture [A-Z]\d+|\bC\d\d\b"
    used = set()
    for path in sorted((ROOT / "tests" / "vectors").rglob("*.yaml")):
        for rule in re.findall(r"^\s+rule: (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            used |= set(re.findall(pattern, re.sub(r"settled [A-G]\d+(?:, [A-G]\d+)*", "", rule)))
    assert len(used) > 20
    assert used - set(rows) == set()


def test_every_building_block_that_the_code_cites_stands_on_the_page_of_sources() -> None:
    text = (ROOT / "docs/concepts/sources.md").read_text(encoding="utf-8")
    used = {
        block
        for path in SOURCES
        for block in re.findall(r"\bC\d\d\b", re.sub(r"settled [^.)]*", "", path.read_text(encoding="utf-8")))
    }
    assert {block for block in used if f"| {block} |" not in text} == set()


def test_every_promise_that_is_cited_stands_on_the_page_of_what_survives() -> None:
    page = (ROOT / "docs/concepts/what-survives.md").read_text(encoding="utf-8")
    used = {
        promise
        for path in CITED_IN
        for promise in re.findall(r"(?i)\bpromise (P\d+)", path.read_text(encoding="utf-8"))
    }
    assert used
    assert {promise for promise in used if f"| {promise} |" not in page} == set()


def test_nothing_is_cited_that_a_reader_of_the_project_does_not_have() -> None:
    elsewhere = (
        r"(?i)\bhandbook\b|\bclinical rules\b|\bseed documents?\b"
        r"|terms language, (?:section|principle)|\bdomain, (?:section|roles)"
    )
    found = {
        relative(path): re.findall(elsewhere, " ".join(path.read_text(encoding="utf-8").split())) for path in CITED_IN
    }
    assert {name: words for name, words in found.items() if words} == {}
