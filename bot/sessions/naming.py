"""Where a server of some name is, found out by a thread of its own: the resolver of the system is patient,
and who asks it in the event loop keeps every chat waiting.
"""

import socket
import threading
import time
from typing import Any

from redis import Connection

Addresses = tuple[str, ...]


class Names:
    """One question at a time, for which `seconds` are waited. After that what was found last counts."""

    def __init__(self, host: str, seconds: float) -> None:
        self._host = host
        self._seconds = seconds
        self._found: Addresses = ()
        self._asking: threading.Thread | None = None
        self._until = 0.0

    def addresses(self) -> Addresses:
        """In the order of the system. Raises OSError where none is known by then."""
        if self._asking is None or not self._asking.is_alive():
            self._asking = threading.Thread(target=self._ask, daemon=True)
            self._until = time.monotonic() + self._seconds
            self._asking.start()
        self._asking.join(max(0.0, self._until - time.monotonic()))
        if not self._found:
            raise OSError("a name that nobody knows")
        return self._found

    def _ask(self) -> None:
        try:
            found = socket.getaddrinfo(self._host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        self._found = tuple(dict.fromkeys(str(each[4][0]) for each in found))


class Named(Connection):
    """To a server that a certificate is held against by its name; the way there leads by `names`."""

    def __init__(self, *, names: Names, **more: Any) -> None:
        super().__init__(**more)  # type: ignore[no-untyped-call]  # of the library
        self._names = names

    def _connect(self) -> Any:
        name, error = self.host, OSError()
        try:
            for address in self._names.addresses():
                self.host = address
                try:
                    return super()._connect()  # type: ignore[no-untyped-call]  # of the library
                except OSError as failed:
                    error = failed
        finally:
            self.host = name
        raise error
