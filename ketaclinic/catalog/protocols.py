"""Protocols from `resources/protocols/*.toml`: one file is one protocol the planner offers."""

from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Self

from pydantic import Field, model_validator

from ketaclinic.catalog.reader import Resource, read, wrong
from ketaclinic.domain.protocols import DoseLimits, Gaps, MonitoringSchedule, NurseNeeds, Phases, Protocol


class _Phases(Resource):
    prep_minutes: int = Field(ge=5, le=240)
    infusion_minutes: int = Field(ge=5, le=600)
    recovery_minutes: int = Field(ge=0, le=480)
    turnover_minutes: int = Field(ge=0, le=120)


class _Gaps(Resource):
    min_days: int = Field(ge=1, le=365)
    max_days: int = Field(ge=1, le=365)
    target_days: tuple[tuple[int, int], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for low, high in self.target_days:
            if not self.min_days <= low <= high <= self.max_days:
                raise ValueError(f"the target {low} to {high} days must lie within {self.min_days} and {self.max_days}")
        return self


class _Nurse(Resource):
    setup_from_minutes: int = Field(ge=0)
    setup_minutes: int = Field(ge=5)
    ratio: int = Field(ge=1, le=10)


class _Monitoring(Resource):
    baseline_within_minutes: int = Field(ge=1, le=120)
    from_start_minutes: tuple[int, ...]
    infusion_every_minutes: int = Field(ge=1, le=60)
    from_stop_minutes: tuple[int, ...]
    recovery_every_minutes: int = Field(ge=1, le=60)
    amber_after_minutes: int = Field(ge=0, le=60)
    red_after_minutes: int = Field(ge=1, le=60)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name, minutes in (
            ("from_start_minutes", self.from_start_minutes),
            ("from_stop_minutes", self.from_stop_minutes),
        ):
            if list(minutes) != sorted(set(minutes)):
                raise ValueError(f"{name} must rise")
        if self.red_after_minutes <= self.amber_after_minutes:
            raise ValueError("red_after_minutes must come after amber_after_minutes")
        return self


class _Dose(Resource):
    usual_mg_per_kg: float = Field(gt=0, le=10)
    reattest_above_mg_per_kg: float = Field(gt=0, le=10)
    max_mg_per_kg: float = Field(gt=0, le=10)
    max_mg: float = Field(gt=0, le=2000)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.usual_mg_per_kg <= self.reattest_above_mg_per_kg <= self.max_mg_per_kg:
            raise ValueError("usual, reattest_above and max mg/kg must rise")
        return self


class _Sources(Resource):
    """Where each group of numbers comes from: none may be left out."""

    course: str = Field(min_length=10)
    phases: str = Field(min_length=10)
    gaps: str = Field(min_length=10)
    nurse: str = Field(min_length=10)
    monitoring: str = Field(min_length=10)
    dose: str = Field(min_length=10)
    recovery: str = Field(min_length=10)


class _ProtocolFile(Resource):
    revision: int = Field(ge=1)
    since: date
    desk_name: str = Field(min_length=1)
    short_name: str = Field(min_length=1, max_length=16)
    clinical_name: str = Field(min_length=1)
    family: Literal["mood", "pain"]
    indications: tuple[str, ...] = Field(min_length=1)
    sessions: int = Field(ge=1, le=30)
    open_ended: bool
    window_days: int | None = Field(default=None, ge=1)
    review_days: int | None = Field(default=None, ge=1)
    minimum_recovery_minutes: int = Field(ge=0)
    checklists: tuple[str, ...]
    phases: _Phases
    gaps: _Gaps
    nurse: _Nurse
    monitoring: _Monitoring
    dose: _Dose
    sources: _Sources


def load_protocols(resources: Path) -> MappingProxyType[str, Protocol]:
    """Every protocol by its id, which is its file's name; a file that contradicts itself is an error at start."""
    files = sorted((resources / "protocols").glob("*.toml"))
    return MappingProxyType({path.stem: _protocol(path) for path in files})


def _protocol(path: Path) -> Protocol:
    given = read(path, _ProtocolFile)
    phases = Phases(
        given.phases.prep_minutes,
        given.phases.infusion_minutes,
        given.phases.recovery_minutes,
        given.phases.turnover_minutes,
    )
    if given.nurse.setup_from_minutes + given.nurse.setup_minutes > phases.visit:
        raise wrong(path, ("nurse", "setup_minutes"), f"the set-up must end within the visit of {phases.visit} minutes")
    if given.window_days is not None and (given.sessions - 1) * given.gaps.min_days > given.window_days:
        raise wrong(
            path, ("window_days",), f"{given.sessions} sessions do not fit with {given.gaps.min_days} days between"
        )
    return Protocol(
        id=path.stem,
        revision=given.revision,
        desk_name=given.desk_name,
        short_name=given.short_name,
        clinical_name=given.clinical_name,
        family=given.family,
        indications=given.indications,
        sessions=given.sessions,
        open_ended=given.open_ended,
        phases=phases,
        gaps=Gaps(given.gaps.min_days, given.gaps.max_days, given.gaps.target_days),
        window_days=given.window_days,
        review_days=given.review_days,
        nurse=NurseNeeds(given.nurse.setup_from_minutes, given.nurse.setup_minutes, given.nurse.ratio),
        monitoring=_monitoring(given.monitoring),
        dose=DoseLimits(
            given.dose.usual_mg_per_kg, given.dose.reattest_above_mg_per_kg, given.dose.max_mg_per_kg, given.dose.max_mg
        ),
        minimum_recovery=given.minimum_recovery_minutes,
        checklists=given.checklists,
        source=" ".join(f"{name.capitalize()}: {text}" for name, text in given.sources.model_dump().items()),
    )


def _monitoring(given: _Monitoring) -> MonitoringSchedule:
    return MonitoringSchedule(
        baseline_within=given.baseline_within_minutes,
        from_start=given.from_start_minutes,
        infusion_every=given.infusion_every_minutes,
        from_stop=given.from_stop_minutes,
        recovery_every=given.recovery_every_minutes,
        amber_after=given.amber_after_minutes,
        red_after=given.red_after_minutes,
    )
