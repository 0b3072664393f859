"""Moves a payload from file to file in batches, worked on by several threads at once, in constant memory.

Each thread reads a batch, works on it and writes the result; reads and writes take turns in the order of the
batches. Handing batches from one reading thread to workers costs a quarter of the speed.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from threading import Condition, Lock, Thread
from typing import BinaryIO

from crypto.age.source import Source, write_all
from crypto.errors import PayloadError
from crypto.record import Record

Work = Callable[[int, memoryview, memoryview, bool], tuple[int, str | None]]
"""(number of the batch, input, room for output, is it the last?) -> (length of output, what is wrong then)"""


class _Batch(Record):
    number: int
    length: int
    last: bool


class _Buffers:
    """Input and output of the batch that one thread works on."""

    def __init__(self, size: int, room: int) -> None:
        # The byte after the batch is read along: when there is none, the batch is the last.
        self.input = memoryview(bytearray(size + 1))
        self.output = memoryview(bytearray(room))


class Pump:
    """One run over one file. What is written and what is raised does not depend on the number of threads."""

    def __init__(self, source: Source, target: BinaryIO, work: Work, sizes: tuple[int, int, int]) -> None:
        """`sizes` are those of a chunk, of the room for what `work` makes of one, and how many chunks a batch
        has; the last one has fewer.
        """
        self._source, self._target, self._work = source, target, work
        self._chunk, self._of_chunk, chunks = sizes
        self._size, self._room = chunks * self._chunk, chunks * self._of_chunk
        self._reading = Lock()
        self._carry = b""
        self._read_count = 0
        self._ended = False
        self._turn = Condition()
        self._written_count = 0
        self._failure: BaseException | None = None

    def run(self, threads: int) -> None:
        """Move everything. A file of one batch starts no thread."""
        buffers, batch = self._first()
        helpers: list[Thread] = []
        try:
            with suppress(RuntimeError):  # where no more threads are allowed, those that there are do it all
                for _ in range(0 if batch is None or batch.last else threads - 1):
                    helper = Thread(target=self._help)
                    helper.start()
                    helpers.append(helper)
            self._finish(batch, buffers)
        except BaseException as error:
            self._fail(error)
        finally:
            for helper in helpers:
                helper.join()
        failure, self._failure = self._failure, None
        try:
            if failure is not None:
                raise failure
        finally:
            del failure  # its traceback holds this frame: together they would keep the buffers alive

    def _first(self) -> tuple[_Buffers, _Batch | None]:
        """Memory for a whole batch costs more than opening a message does: a file of one chunk gets less."""
        buffers = _Buffers(self._chunk, self._of_chunk)
        length = self._source.fill(buffers.input)
        if length <= self._chunk:
            self._ended = True
            return buffers, _Batch(0, length, True)
        self._carry = bytes(buffers.input)
        buffers = _Buffers(self._size, self._room)
        return buffers, self._read(buffers)

    def _help(self) -> None:
        try:
            buffers = _Buffers(self._size, self._room)
            self._finish(self._read(buffers), buffers)
        except BaseException as error:
            self._fail(error)

    def _finish(self, batch: _Batch | None, buffers: _Buffers) -> None:
        """Work until nothing is left to read."""
        while batch is not None:
            view = buffers.input[: batch.length]
            length, wrong = self._work(batch.number, view, buffers.output, batch.last)
            self._await_turn(batch.number)
            write_all(self._target, buffers.output[:length])
            if wrong is not None:
                raise PayloadError(wrong)
            with self._turn:
                self._written_count += 1
                self._turn.notify_all()
            batch = self._read(buffers)

    def _read(self, buffers: _Buffers) -> _Batch | None:
        with self._reading:
            if self._ended:
                return None
            number = self._read_count
            try:
                carry = self._carry
                buffers.input[: len(carry)] = carry
                length = len(carry) + self._source.fill(buffers.input[len(carry) :])
            except BaseException:
                self._ended = True
                self._await_turn(number)  # what is wrong in an earlier batch is reported first
                raise
            self._carry = bytes(buffers.input[self._size : length])
            self._read_count = number + 1
            self._ended = not self._carry
            return _Batch(number, min(length, self._size), self._ended)

    def _await_turn(self, number: int) -> None:
        with self._turn:
            self._turn.wait_for(lambda: self._written_count == number or self._failure is not None)
            if self._failure is not None:
                raise _Stopped

    def _fail(self, error: BaseException) -> None:
        with self._turn:
            self._failure = self._failure or error
            self._turn.notify_all()
        self._ended = True


class _Stopped(Exception):
    """Another thread has failed; never leaves this module."""
