"""Answers about the dates of all milestones of an agreement, or of all visits of a plan."""

from typing import Any

from oba.determination.anchored import anchors_of
from oba.schedule import plan
from oba.terms.agreement import Agreement
from oba.terms.follow_up_plan import FollowUpPlan
from tests.support.vectors.asked import evidence_of, sound_document
from tests.support.vectors.questions_of_schedules import ScheduleVector
from tests.support.vectors.reading import Told


def schedule(vector: ScheduleVector, told: Told) -> dict[str, Any]:
    document = sound_document(vector.document)
    assert isinstance(document, Agreement | FollowUpPlan)
    dated = plan(document, vector.day_0, anchors_of(evidence_of(vector, told), vector.enrolled_on))
    days = {
        field: {one.name: getattr(one, field) for one in dated if one.name in getattr(vector.expect, field)}
        for field in type(vector.expect).model_fields
        if field not in ("undated", "in_order")
    }
    named = {one.name for one in dated}
    milestones = document.every_milestone if isinstance(document, Agreement) else ()
    undated = tuple(milestone.id for milestone in milestones if milestone.id not in named)
    return {**days, "undated": undated, "in_order": tuple(one.name for one in dated)}
