"""Answers about the kit that a body weight needs."""

from typing import Any

from adapters.documents.shelf import shipped_reference
from oba.problems import Problem
from oba.reference.kit import kit_for
from oba.units import write_number
from tests.support.vectors.questions_of_kits import KitVector
from tests.support.vectors.reading import Told


def kit(vector: KitVector, _: Told) -> dict[str, Any]:
    therapy = shipped_reference().therapy(vector.document.product)
    assert therapy is not None, "a therapy of the reference tables"
    found = kit_for(therapy, vector.document.weight_kg)
    if isinstance(found, Problem):
        assert found.remedy
        return {"refused": found.code}
    return {"dose_ml": write_number(found.dose_ml), "vials": found.vials, "kit_ml": found.kit_ml, "ndc": found.ndc}
