"""The clinic's terms for notice, lateness and missed visits, from `resources/policies.toml`."""

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from ketaclinic.catalog.reader import Resource, read
from ketaclinic.domain.policies import FeeStep, Policies, PolicyKind


class _Notice(Resource):
    hours: float = Field(ge=0, le=24 * 30)
    business_hours: bool
    source: str = Field(min_length=1)


class _Lateness(Resource):
    grace_minutes: int = Field(ge=0, le=240)
    may_reschedule_minutes: int = Field(ge=0, le=240)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.may_reschedule_minutes < self.grace_minutes:
            raise ValueError("may_reschedule_minutes must not be less than grace_minutes")
        return self


class _NoShow(Resource):
    after_minutes: int = Field(ge=0, le=240)
    loses_place_after: int = Field(ge=1, le=100)
    source: str = Field(min_length=1)


class _Fee(Resource):
    kind: Literal["late_cancellation", "no_show", "late_arrival"]
    under_hours: float | None = Field(default=None, gt=0, le=24 * 30)
    amount: int = Field(ge=0, le=100_000_000)
    source: str = Field(min_length=1)

    @model_validator(mode="after")
    def _notice_only_of_cancellations(self) -> Self:
        if (self.under_hours is None) is (self.kind == "late_cancellation"):
            raise ValueError("under_hours belongs to a late_cancellation, and to nothing else")
        return self


class _Waiver(Resource):
    reasons: tuple[str, ...] = Field(min_length=1)
    source: str = Field(min_length=1)


class _PoliciesFile(Resource):
    since: date
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    notice: _Notice
    lateness: _Lateness
    no_show: _NoShow
    fees: tuple[_Fee, ...] = ()
    waiver: _Waiver


def load_policies(resources: Path) -> Policies:
    """The clinic's terms.

    Raises:
        CatalogError: the file is missing or wrong; one sentence with file, line and key.
    """
    given = read(resources / "policies.toml", _PoliciesFile)
    return Policies(
        notice_hours=given.notice.hours,
        business_hours=given.notice.business_hours,
        grace_minutes=given.lateness.grace_minutes,
        may_reschedule_minutes=given.lateness.may_reschedule_minutes,
        no_show_minutes=given.no_show.after_minutes,
        loses_place_after=given.no_show.loses_place_after,
        currency=given.currency,
        fees=tuple(FeeStep(PolicyKind(fee.kind), fee.amount, fee.under_hours) for fee in given.fees),
        waiver_reasons=given.waiver.reasons,
    )
