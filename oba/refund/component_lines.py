"""The rule of each component, by its model."""

from typing import assert_never

from oba.refund.flat_amount import flat_amount
from oba.refund.flat_percentage import flat_percentage
from oba.refund.ground import Ground
from oba.refund.guaranteed import guaranteed
from oba.refund.instalments import instalments
from oba.refund.net_price_tiers import net_price_tiers
from oba.refund.pro_rata import pro_rata
from oba.refund.refused import Lines
from oba.refund.table_by_milestone import table_by_milestone
from oba.refund.table_by_period import table_by_period
from oba.refund.volume import volume
from oba.refund.weights import weights
from oba.terms.refund.any_component import Component, OutcomeComponent, StandingComponent
from oba.terms.refund.flat_amount import FlatAmount
from oba.terms.refund.flat_percentage import FlatPercentage
from oba.terms.refund.guaranteed import Guaranteed
from oba.terms.refund.instalments import Instalments
from oba.terms.refund.net_price_tiers import NetPriceTiers
from oba.terms.refund.pro_rata import ProRata
from oba.terms.refund.table_by_milestone import TableByMilestone
from oba.terms.refund.table_by_period import TableByPeriod
from oba.terms.refund.volume import Volume
from oba.terms.refund.weights import Weights


def component_lines(component: Component, ground: Ground) -> Lines:
    """The lines of one component in the order of its failures, or why no amount may come out."""
    match component:
        case Guaranteed() | Volume() | NetPriceTiers() | Instalments():
            return _standing(component, ground)
        case _:
            return _outcome(component, ground)


def _outcome(component: OutcomeComponent, ground: Ground) -> Lines:
    match component:
        case FlatPercentage():
            return flat_percentage(component, ground)
        case FlatAmount():
            return flat_amount(component, ground)
        case TableByMilestone():
            return table_by_milestone(component, ground)
        case TableByPeriod():
            return table_by_period(component, ground)
        case ProRata():
            return pro_rata(component, ground)
        case Weights():
            return weights(component, ground)
        case _:  # pragma: no cover
            assert_never(component)


def _standing(component: StandingComponent, ground: Ground) -> Lines:
    match component:
        case Guaranteed():
            return guaranteed(component, ground)
        case Volume():
            return volume(component, ground)
        case NetPriceTiers():
            return net_price_tiers(component, ground)
        case Instalments():
            return instalments(component, ground)
        case _:  # pragma: no cover
            assert_never(component)
