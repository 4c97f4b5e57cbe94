"""The page of the terms language: each of the 52 building blocks with its model, its vectors and its page."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "docs" / "concepts" / "sources.md"
BLOCKS = tuple(f"C{number:02d}" for number in range(1, 53))
_CITED = re.compile(r"\bC\d\d\b")
_SETTLED = re.compile(r"settled [A-G]\d+(?:, [A-G]\d+)*")
_SPAN = re.compile(r"\bC(\d\d)-C(\d\d)\b")
_SHOWN = 3
NOT_PAGES = ("reference/terms.md", "glossary.md", "concepts/settled-points.md")

OPENING = """# The terms language, block by block

This page is written by `python -m scripts.pages` from the models in `oba/terms`, the vectors in `tests/vectors` and the
pages beside it; a test fails where a block lacks one of the three.

An agreement, a payer rule or a follow-up plan is a document of these blocks, in YAML or JSON, without code. `oba
agreement schema` prints what can be written where; [the guide](../guides/first-agreement.md) writes one. Behind every
kind stands the file of its model; the rule that judges it has the same name one room up (`oba/terms/measures/x.py`,
`oba/measures/x.py`).

| block | says | written as | vectors | pages |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Found:
    """Where a building block is written, shown by example, and explained."""

    block: str
    says: str
    models: tuple[str, ...]
    vectors: tuple[str, ...]
    pages: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What the block still lacks, by name."""
        parts = (("model", self.models), ("vector", self.vectors), ("page", self.pages))
        return tuple(name for name, found in parts if not found)


def page() -> str:
    """The whole page as Markdown."""
    return OPENING + "\n".join(_row(one) for one in every_block()) + "\n"


def every_block() -> tuple[Found, ...]:
    """The 52 building blocks in their order."""
    says = dict(re.findall(r"^\| (C\d\d) \| (.+) \|$", SOURCES.read_text(encoding="utf-8"), re.MULTILINE))
    models, vectors, pages = list(_models()), list(_vectors()), list(_pages())
    return tuple(
        Found(
            block=block,
            says=says.get(block, ""),
            models=tuple(name for name, cited in models if block in cited),
            vectors=tuple(name for name, cited in vectors if block in cited),
            pages=tuple(name for name, cited in pages if block in cited),
        )
        for block in BLOCKS
    )


def _row(one: Found) -> str:
    rest = len(one.vectors) - _SHOWN
    vectors = ", ".join(f"`{name}`" for name in one.vectors[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
    pages = ", ".join(f"[{Path(name).stem}](../{name})" for name in one.pages)
    return f"| {one.block} | {one.says} | {', '.join(one.models)} | {vectors} | {pages} |"


def _models() -> Iterator[tuple[str, set[str]]]:
    """Every model of the language by its spelling, with the blocks that its module or its own words cite."""
    for path in sorted((ROOT / "oba" / "terms").rglob("*.py")):
        if "linting" in path.parts or path.stem in ("__init__", "lint"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        told = _cited(ast.get_docstring(tree) or "")
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
        own = {node.name: _cited(" ".join(_words(node))) for node in classes}
        yield f"`{path.stem}`", told.union(*own.values())


def _words(node: ast.ClassDef) -> Iterator[str]:
    """What the docstrings of a class and of its fields say."""
    for part in node.body:
        if isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and isinstance(part.value.value, str):
            yield part.value.value


def _vectors() -> Iterator[tuple[str, set[str]]]:
    for path in sorted((ROOT / "tests" / "vectors").glob("*/*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for vector in content.get("vectors", ()) if isinstance(content, dict) else ():
            yield str(vector["id"]), _cited(str(vector["rule"]))


def _pages() -> Iterator[tuple[str, set[str]]]:
    docs = ROOT / "docs"
    for path in sorted(docs.rglob("*.md")):
        name = path.relative_to(docs).as_posix()
        if path != SOURCES and name not in NOT_PAGES and not name.startswith("adr/"):
            yield name, _cited(path.read_text(encoding="utf-8"))


def _cited(text: str) -> set[str]:
    """The blocks that a text cites; a span such as C39-C42 cites each of its blocks, a settled point is none."""
    plain = _SETTLED.sub("", text)
    spans = {f"C{number:02d}" for first, last in _SPAN.findall(plain) for number in range(int(first), int(last) + 1)}
    return spans | set(_CITED.findall(plain))
