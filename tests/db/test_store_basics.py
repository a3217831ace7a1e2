from ketaclinic.db.models import PatientRow
from ketaclinic.db.store import Store
from ketaclinic.domain.changes import Op


def test_a_written_patient_is_there_for_readers(store: Store) -> None:
    with store.writing(Op.ADD_PATIENT) as writing:
        writing.session.add(PatientRow(record="KC-0001", family_name="Silva"))
    with store.reading() as session:
        assert session.get_one(PatientRow, 1).family_name == "Silva"
