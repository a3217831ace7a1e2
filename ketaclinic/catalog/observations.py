"""What is charted at the chair, from `resources/observations.toml`."""

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from ketaclinic.catalog.reader import Resource, read, wrong
from ketaclinic.domain.observations import (
    AdverseEventKind,
    Bound,
    InterventionKind,
    Level,
    Limit,
    ObservationCatalog,
    ObservationField,
    Suggesting,
)


class _Also(Resource):
    code: str
    value: float


class _Limit(Resource):
    level: Literal["amber", "red"]
    when: Literal[">=", ">", "<=", "<"]
    value: float
    action: str = Field(min_length=5)
    relative: bool = False
    also_above: _Also | None = None
    source: str = ""


class _Word(Resource):
    value: float
    text: str = Field(min_length=1)


class _Field(Resource):
    code: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    label: str = Field(min_length=1)
    short: str = Field(min_length=1)
    unit: str
    decimals: int = Field(ge=0, le=3)
    plausible: tuple[float, float]
    possible: tuple[float, float] | None = None
    required: bool
    computed: Literal["", "map", "given"] = ""
    families: tuple[Literal["mood", "pain"], ...] = ()
    chart: Literal["band", "line", "scale", "none"] = "none"
    color: str = ""
    words: tuple[_Word, ...] = ()
    limit: tuple[_Limit, ...] = ()
    source: str = Field(min_length=1)
    since: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.plausible[0] >= self.plausible[1]:
            raise ValueError("plausible: the lower end comes first")
        if self.computed and (self.required or self.limit):
            raise ValueError("a computed value is neither required nor has it limits of its own")
        return self


class _Adverse(Resource):
    code: str
    text: str = Field(min_length=1)
    action: str = ""
    level: Literal["amber", "red"] | None = None
    founding: bool = False
    must_resolve: bool = False
    review: Literal["", "review-urinary"] = ""
    next_time: str = ""


class _Intervention(Resource):
    code: str
    text: str = Field(min_length=1)
    medicine: bool = False
    rescue: bool = False
    reversal: bool = False
    dose: str = ""
    route: str = ""
    response_minutes: int = Field(default=0, ge=0, le=60)
    also_called: tuple[str, ...] = ()


class _Bound(Resource):
    field: str
    when: Literal[">=", ">", "<=", "<"]
    value: float


class _Suggestion(Resource):
    adverse_event: str
    any_of: tuple[_Bound, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    since: date


class _Vials(Resource):
    concentrations_mg_per_ml: tuple[float, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    since: date


class _ObservationsFile(Resource):
    vials: _Vials
    field: tuple[_Field, ...] = Field(min_length=1)
    adverse_event: tuple[_Adverse, ...]
    intervention: tuple[_Intervention, ...]
    suggestion: tuple[_Suggestion, ...] = ()


def load_observations(path: Path) -> ObservationCatalog:
    """Fields, pick-lists and vial strengths; a code given twice or a limit on an unknown field is an error at start."""
    given = read(path, _ObservationsFile)
    codes = [f.code for f in given.field]
    for index, entry in enumerate(given.field):
        if entry.code in codes[:index]:
            raise wrong(path, ("field", index, "code"), f"{entry.code!r} is given twice")
        for limit in entry.limit:
            if limit.also_above and limit.also_above.code not in codes:
                raise wrong(path, ("field", index), f"{limit.also_above.code!r} is no field")
    for table, entries in (("adverse_event", given.adverse_event), ("intervention", given.intervention)):
        seen = [entry.code for entry in entries]
        for index, code in enumerate(seen):
            if code in seen[:index]:
                raise wrong(path, (table, index, "code"), f"{code!r} is given twice")
    kinds = [entry.code for entry in given.adverse_event]
    for index, suggestion in enumerate(given.suggestion):
        unknown = [b.field for b in suggestion.any_of if b.field not in codes]
        if suggestion.adverse_event not in kinds or unknown:
            raise wrong(path, ("suggestion", index), f"{(unknown or [suggestion.adverse_event])[0]!r} is not known")
    return ObservationCatalog(
        fields=tuple(_field(entry) for entry in given.field),
        adverse_events=tuple(
            AdverseEventKind(
                a.code,
                a.text,
                a.action,
                Level(a.level) if a.level else None,
                a.founding,
                a.must_resolve,
                a.review,
                a.next_time,
            )
            for a in given.adverse_event
        ),
        interventions=tuple(
            InterventionKind(
                i.code,
                i.text,
                i.medicine,
                i.rescue,
                i.reversal,
                i.dose,
                i.route,
                i.response_minutes,
                i.also_called,
            )
            for i in given.intervention
        ),
        concentrations=given.vials.concentrations_mg_per_ml,
        suggesting=tuple(
            Suggesting(
                s.adverse_event,
                tuple(Bound(b.field, b.when, b.value) for b in s.any_of),
                s.source,
                s.since.isoformat(),
            )
            for s in given.suggestion
        ),
    )


def _field(given: _Field) -> ObservationField:
    limits = [
        Limit(
            level=Level(limit.level),
            when=limit.when,
            value=limit.value,
            action=limit.action,
            relative=limit.relative,
            also=(limit.also_above.code, limit.also_above.value) if limit.also_above else None,
            source=limit.source or given.source,
        )
        for limit in given.limit
    ]
    return ObservationField(
        code=given.code,
        label=given.label,
        short=given.short,
        unit=given.unit,
        decimals=given.decimals,
        plausible=given.plausible,
        possible=given.possible,
        required=given.required,
        computed=given.computed,
        families=given.families,
        chart=given.chart,
        color=given.color,
        words=tuple((word.value, word.text) for word in given.words),
        limits=tuple(sorted(limits, key=lambda limit: limit.level is not Level.RED)),
        source=given.source,
        since=given.since.isoformat(),
    )
