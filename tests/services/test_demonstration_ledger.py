"""The drug ledger of the demonstration clinic follows its sessions, and is in order."""

from ketaclinic.clock import FixedClock, to_instant
from ketaclinic.domain.ledger import Moment, VialState
from ketaclinic.services.bundle import Services
from ketaclinic.services.demonstration import Wish


def test_every_session_since_the_ledger_began_is_accounted_for_and_the_running_ones_are_open(
    services: Services, clock: FixedClock
) -> None:
    filled = services.demonstration.fill(Wish(patients=60, months=1, weeks_ahead=2))
    clock.at = to_instant(filled.now, filled.zone)
    nurse = next(user for user in services.users.who_may_sign_in() if user.login == "nurse")
    sessions = [session for session in services.ledger.sessions(nurse, 1) if session.started]
    assert sessions
    for session in sessions:
        assert session.drug.reconciled is session.stopped, session.words
        assert session.drug.balance.administered_ug == (session.given_ug if session.stopped else 0)
    stock = services.ledger.stock(nurse, 1)
    assert all(line.balance.possible for line in stock)
    assert {VialState.GOOD, VialState.EXPIRING, VialState.EXPIRED} <= {line.state for line in stock}
    day = services.ledger.day(nurse, 1)
    assert [view.count.moment for view in day.counts] in ([Moment.OPEN], [])
    assert day.unexplained == ()
    assert all(check.ok for check in services.doctor.check())
