"""Documents that must be refused: a problem with line and remedy, no crash, and nothing on the shelf."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.bootstrap import open_services
from adapters.cli.app import app
from adapters.documents.shelf import shelf_files
from tests.adapters.cli.conftest import Oba
from tests.support.place import Place

SOUND = next(raw.decode() for name, raw in shelf_files() if name.endswith("/hemgenix-illustrative.yaml"))


def changed(old: str, new: str) -> str:
    assert old in SOUND
    return SOUND.replace(old, new, 1)


BAD: dict[str, tuple[str, str]] = {
    "overlapping windows": (
        changed("window: {kind: around_due, before_days: 14, after_days: 14}",
                "window: {kind: around_due, before_days: 14, after_days: 89}"),
        "overlapping-windows",
    ),
    "a refund above 100 %": (changed('m6: "10"', 'm6: "11"'), "refund-above-base"),
    "a percentage above 100": (changed('m6: "10"', 'm6: "101"'), "out-of-range"),
    "an unreachable tier": (
        changed("    kind: all\n    clause: \"4.1\"\n", "    kind: k_of_n\n    k: 3\n    clause: \"4.1\"\n"),
        "unreachable-count",
    ),
    "a cyclic reference": (
        changed("  - id: m12\n", "  - id: m12\n    anchor: {kind: milestone, milestone: m24}\n").replace(
            "  - id: m24\n", "  - id: m24\n    anchor: {kind: milestone, milestone: m12}\n"
        ),
        "cyclic-anchor",
    ),
    "a missing convention": (changed("month_end: clamp\n", ""), "missing-field"),
    "no missing-data policy": (changed("missing_data:", "missing_dates:"), "missing-field"),
    "a unit that does not fit": (changed("unit: IU/dL", "unit: bleeds per year"), "unit-does-not-fit"),
    "a threshold as a float": (changed('threshold: "5"', "threshold: 5.0"), "ambiguous-value"),
    "a threshold as a whole number": (changed('threshold: "5"', "threshold: 5"), "invalid-value"),
    "a doubled key": (changed("currency: USD", "currency: USD\ncurrency: EUR"), "doubled-key"),
    "an anchor": (changed("label: illustrative", "label: &a illustrative"), "anchor"),
    "a day that is none": (changed('effective_on: "2021-07-01"', 'effective_on: "2027-02-30"'), "invalid-value"),
    "a negative window": (changed("before_days: 14", "before_days: -14"), "out-of-range"),
    "a negative due date": (changed("due: {amount: 3,", "due: {amount: -3,"), "invalid-value"),
    "an end before the start": (changed("month_end: clamp", 'month_end: clamp\nends_on: "2021-06-30"'),
                                "ends-before-start"),
    "no source": (changed("sources:\n", "no_sources:\n"), "missing-field"),
    "no label": (changed("label: illustrative\n", ""), "missing-field"),
    "a tag": (changed("label: illustrative", "label: !!str illustrative"), "tag"),
    "no YAML": (changed("label: illustrative", "label: [illustrative"), "not-yaml"),
    "too deep": ("a: " + "[" * 100 + "]" * 100, "too-deep"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_a_problem_with_line_and_remedy(name: str, tmp_path: Path) -> None:
    text, code = BAD[name]
    file = tmp_path / "bad.yaml"
    file.write_text(text, encoding="utf-8")
    assert_told(CliRunner().invoke(app, ["agreement", "check", str(file)]), code, file)


def test_bad_input_is_never_registered(oba: Oba, tmp_path: Path, place: Place) -> None:
    assert oba("db", "upgrade").exit_code == 0
    for number, (text, code) in enumerate(BAD.values()):
        file = tmp_path / f"bad-{number}.yaml"
        file.write_text(text, encoding="utf-8")
        assert_told(oba("agreement", "register", file), code, file)
    services = open_services(place.settings)
    assert services.tracker.log.documents() == ()
    services.close()


def assert_told(result: Result, code: str, file: Path) -> None:
    """Refused without a crash, each problem of that code at a line of the file and with what mends it."""
    assert result.exit_code == 1, result.stdout
    assert isinstance(result.exception, SystemExit)
    told = [line for line in result.stderr.splitlines() if f": {code}: " in line]
    assert told, result.stderr
    assert all(line.startswith(f"{file}:") and ". Remedy: " in line for line in told)


def test_ten_megabytes_of_yaml_are_refused_before_they_are_read(oba: Oba, tmp_path: Path) -> None:
    file = tmp_path / "large.yaml"
    file.write_bytes(b"- illustrative\n" * 700_000)
    result = oba("agreement", "check", file)
    assert (result.exit_code, "large.yaml:1:1: file-too-large" in result.stderr) == (1, True)


def test_a_bomb_of_anchors_is_refused_at_its_first_anchor(oba: Oba, tmp_path: Path) -> None:
    file = tmp_path / "bomb.yaml"
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    file.write_text("\n".join(rows), encoding="utf-8")
    result = oba("agreement", "check", file)
    assert (result.exit_code, "bomb.yaml:1:5: anchor" in result.stderr) == (1, True)


def test_what_reader_and_models_find_is_told_together_in_the_order_of_the_file(oba: Oba, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    text = changed('threshold: "5"', "threshold: 5.0").replace("currency: USD", "currency: XYZ\nlabel: executed")
    file.write_text(text.replace("before_days: 14", "before_days: -14", 1), encoding="utf-8")
    told = oba("agreement", "check", file).stderr.splitlines()
    codes = [line.split(": ")[1] for line in told]
    assert codes == ["unknown-value", "doubled-key", "out-of-range", "ambiguous-value"]
    assert "(clause 3.1)" in told[2]
    assert "(clause 4.2(a))" in told[3]


def test_every_contradiction_of_a_document_is_told_with_its_clause(oba: Oba, tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    text = changed('m6: "10"', 'm6: "11"').replace("unit: IU/dL", "unit: bleeds per year", 1)
    file.write_text(text, encoding="utf-8")
    told = oba("agreement", "check", file).stderr
    assert "/criteria/expression/unit (clause 4.2(a)): unit-does-not-fit" in told
    assert "/refund/components (clause 9." in told
