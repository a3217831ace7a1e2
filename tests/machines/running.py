"""Runs a stateful machine, each example on an empty database of the engine in turn."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from ketaclinic.catalog.catalog import Catalog
from ketaclinic.clock import FixedClock
from ketaclinic.db.store import open_store
from tests.conftest import AUDIT_KEY, FILE_KEY, _empty

Size = tuple[int, int]
"""How many examples, of how many steps at most."""


def run_on_empty_databases(machine: Any, url: str, catalog: Catalog, *, sqlite: Size, postgresql: Size) -> None:
    """Lets the machine's rules try to break its invariants; shrinking belongs to the desk of whoever mends it."""
    on_file = url.startswith("sqlite")
    renew: Callable[[], None] = _rewritten(url) if on_file else lambda: _empty(url)
    key, (examples, steps) = (FILE_KEY, sqlite) if on_file else (None, postgresql)

    class Here(machine):  # type: ignore[misc]
        def __init__(self) -> None:
            renew()
            type(self).store = open_store(url, key=key, audit_key=AUDIT_KEY, clock=FixedClock())
            super().__init__()

        def teardown(self) -> None:
            try:
                super().teardown()
            finally:
                self.store.close()

    Here.url, Here.catalog = url, catalog
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


def _rewritten(url: str) -> Callable[[], None]:
    """Writes the file again as it is now."""
    path = Path(url.removeprefix("sqlite:///"))
    empty = path.read_bytes()

    def renew() -> None:
        for beside in ("-wal", "-shm"):
            Path(f"{path}{beside}").unlink(missing_ok=True)
        path.write_bytes(empty)

    return renew
