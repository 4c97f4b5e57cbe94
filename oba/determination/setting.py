"""What the criteria of a milestone are judged in: its dates and evidence, beside those of the other milestones."""

from datetime import date

from oba.determination.life_event import claim_on
from oba.determination.question import Question, cure_ends_on
from oba.determination.ruling import waived_or_excluded
from oba.evidence import Evidence
from oba.measures.measured import Setting
from oba.schedule import Obligation
from oba.terms.criteria.any_criterion import Criterion, Latch, Sustained
from oba.terms.measures.factor_activity import FactorActivity
from oba.terms.parts_within import parts_within


def setting_of(question: Question, evidence: Evidence) -> Setting:
    """The setting of a question; the evidence is that of the question, or what a life event leaves of it. A milestone
    that was waived or excluded, by the parties or by a life event, is no part of the series before it (C20, settled
    D5).
    """
    looks_back = any(isinstance(part, Sustained | Latch) for _, part in parts_within(_criterion(question)))
    others = _others(question) if looks_back or question.agreement.shared_results is not None else []
    every = [question, *others]
    earlier = [one for one in others if _order(one) < _order(question)] if looks_back else []
    earlier = [one for one in earlier if waived_or_excluded(one) is None and not _out_of_judgement(one)]
    return _setting(
        question,
        evidence,
        rivals=_rivals(question, every),
        earlier=tuple(_setting(one, evidence, rivals=_rivals(one, every)) for one in sorted(earlier, key=_order)),
    )


def _out_of_judgement(question: Question) -> bool:
    claim = claim_on(question)
    return claim is not None and claim.effect == "exclude"


def _rivals(question: Question, every: list[Question]) -> tuple[Obligation, ...]:
    """Where windows may share days, the other milestones that measure FIX activity too (settled B6)."""
    if question.agreement.shared_results is None:
        return ()
    return tuple(one.obligation for one in every if one is not question and _measures_activity(one))


def _measures_activity(question: Question) -> bool:
    return any(isinstance(part, FactorActivity) for _, part in parts_within(_criterion(question)))


def _criterion(question: Question) -> Criterion:
    return question.agreement.criteria[question.agreement.milestone(question.milestone).criterion]


def _others(question: Question) -> list[Question]:
    ids = [milestone.id for milestone in question.agreement.every_milestone if milestone.id != question.milestone]
    return [other for other in (question.about(milestone) for milestone in ids) if other.is_anchored]


def _order(question: Question) -> tuple[date, str]:
    return (question.obligation.due_on, question.milestone)


def _setting(
    question: Question,
    evidence: Evidence,
    *,
    rivals: tuple[Obligation, ...] = (),
    earlier: tuple[Setting, ...] = (),
) -> Setting:
    sharing = question.agreement.shared_results
    over = question.as_of > question.obligation.grace_ends_on if question.closed is None else question.closed
    return Setting(
        evidence=evidence,
        obligation=question.obligation,
        reference=question.reference,
        closed=over,
        month_end=question.agreement.month_end,
        recorded_until=cure_ends_on(question),
        rivals=rivals,
        earlier=earlier,
        payer_at_infusion=question.payer_at_infusion,
        shared_results=sharing.serves if sharing is not None else None,
    )
