"""A picture's rows in strips, which several threads take as soon as they are decoded."""

import threading
from collections.abc import Callable, Iterator

Box = tuple[int, int, int, int]
"""Left, top, right, bottom: whole rows."""


class Strips:
    """Numbers and boxes that cover a picture; every thread iterates over the same. A strip is given out when
    `advance` has told of its last row.
    """

    def __init__(self, size: tuple[int, int], rows: int) -> None:
        self._width, self.height = size
        self._rows = rows
        self.count = -(-self.height // rows)
        self.ready = 0
        self._next = 0
        self._stopped = False
        self._changed = threading.Condition()

    def __iter__(self) -> Iterator[tuple[int, Box]]:
        while True:
            with self._changed:
                self._changed.wait_for(self._may_go_on)
                number = self._next
                if self._stopped or number == self.count:
                    return
                self._next += 1
            top = number * self._rows
            yield number, (0, top, self._width, min(self.height, top + self._rows))

    def _may_go_on(self) -> bool:
        end = min(self.height, (self._next + 1) * self._rows)
        return self._stopped or self._next == self.count or end <= self.ready

    @property
    def next_end(self) -> int:
        """How many rows there are with the first strip that isn't there yet."""
        return min(self.height, (self.ready // self._rows + 1) * self._rows)

    def advance(self, rows: int) -> None:
        """So many rows, from the top, are there."""
        with self._changed:
            self.ready = rows
            self._changed.notify_all()

    def stop(self) -> None:
        """No further strip is given out."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def in_two_threads(self, work: Callable[[], None], meanwhile: Callable[[], None] | None = None) -> None:
        """Raises what `work`, which iterates, or `meanwhile` raised. The second thread does the latter first,
        with the first beside it.
        """
        failures: list[Exception] = []

        def guarded() -> None:
            try:
                work()
            except Exception as error:
                failures.append(error)
                self.stop()

        helper = threading.Thread(target=guarded) if self.count > 1 else None
        if helper is not None:
            helper.start()
        try:
            if meanwhile is not None:
                meanwhile()
            guarded()
        finally:
            self.stop()
            if helper is not None:
                helper.join()
        if failures:
            raise failures[0]
