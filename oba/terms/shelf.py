"""Every registered version of every document, by its content hash."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from oba.terms.agreement import Agreement
from oba.terms.amendment import Amendment
from oba.terms.follow_up_plan import FollowUpPlan
from oba.terms.payer_rule import PayerRule


class Shelf(BaseModel):
    """The documents that answers may rest on; a determination names the hash it used.

    The key is the hash of what was registered; an end that was recorded later stands in `ends_on` beside it.
    """

    model_config = ConfigDict(frozen=True)

    agreements: Mapping[str, Agreement] = {}
    payer_rules: Mapping[str, PayerRule] = {}
    follow_up_plans: Mapping[str, FollowUpPlan] = {}
    amendments: Mapping[str, Amendment] = {}
    """For each version of an agreement that an amendment brought, that amendment; in the order of recording."""
