"""Tells in microseconds that nobody has written to the file: stations listen many times a second."""

from sqlalchemy import Connection

from ketaclinic.db.engine import Engines


class Listening:
    """Asks SQLite for its data version, on a connection of its own that never writes and so hears of every commit.

    A server has nothing that cheap: there the answer is always that something may have changed.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._connection: Connection | None = None
        self._version: int | None = None

    def may_have_changed(self) -> bool:
        """Whether anybody, this station included, has committed since it was last asked."""
        if not self._engines.is_sqlite:
            return True
        if self._connection is None:
            self._connection = self._engines.reading.connect().execution_options(ketaclinic_begin="")
        version = self._data_version(self._connection)
        if version == self._version:
            return False
        self._version = version
        return True

    def _data_version(self, connection: Connection) -> int:
        bare = connection.connection.dbapi_connection
        if bare is not None and self._version is not None:
            cursor = bare.cursor()
            try:
                cursor.execute("PRAGMA data_version")
                row = cursor.fetchone()
                return int(row[0]) if row else 0
            except self._engines.reading.dialect.loaded_dbapi.Error:
                pass  # asked again below, by the way that names what is wrong
            finally:
                cursor.close()
        return int(connection.exec_driver_sql("PRAGMA data_version").scalar_one())

    def forget(self) -> None:
        """Asks anew next time: what was heard could not be read."""
        self._version = None

    def close(self) -> None:
        """Gives the connection back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._version = None
