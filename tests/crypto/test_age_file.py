"""Whole files: round trips, what recipients may share a file, and attacks on files and on memory."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from crypto import age
from crypto.age.header import MAX_STANZAS, Stanza, encode_base64, parse_header, seal_header
from crypto.age.stream import BATCH_CHUNKS, CHUNK_SIZE, SEALED_SIZE
from crypto.errors import CryptoError, HeaderError, HmacError, NoMatch, PayloadError, RecipientError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

X25519 = age.X25519Identity.generate()
HYBRID = age.HybridIdentity.generate()
PASSPHRASE = age.ScryptIdentity(b"silbo")
ANY_IDENTITY: list[age.Identity] = [X25519, HYBRID, PASSPHRASE]
BATCH = BATCH_CHUNKS * CHUNK_SIZE
EDGES = [
    0,
    1,
    500,
    CHUNK_SIZE - 1,
    CHUNK_SIZE,
    CHUNK_SIZE + 1,
    2 * CHUNK_SIZE,
    BATCH,
    BATCH + 1,
    3 * BATCH + 5,
]


def stream(
    data: bytes, recipients: Sequence[age.Recipient], *, threads: int = 2, armor: bool = False
) -> bytes:
    target = io.BytesIO()
    age.encrypt_stream(io.BytesIO(data), target, recipients, threads=threads, armor=armor)
    return target.getvalue()


def released(file: bytes, *, threads: int = 2) -> tuple[bytes, type[CryptoError] | None]:
    """What `decrypt_stream` writes, and what it raises."""
    target = io.BytesIO()
    try:
        age.decrypt_stream(io.BytesIO(file), target, [X25519], threads=threads)
    except CryptoError as error:
        return target.getvalue(), type(error)
    return target.getvalue(), None


def payload_start(file: bytes) -> int:
    return file.index(b"\n--- ") + 5 + 43 + 1 + 16


@pytest.mark.parametrize("size", EDGES)
def test_round_trips_at_every_edge(size: int) -> None:
    data = os.urandom(size)
    for recipient in (X25519.recipient(), HYBRID.recipient(), age.ScryptRecipient(b"silbo", 2)):
        assert age.decrypt(age.encrypt(data, [recipient]), ANY_IDENTITY) == data
    for threads in (1, 2, 3):
        for armor in (False, True):
            file = stream(data, [X25519.recipient()], threads=threads, armor=armor)
            assert released(file, threads=threads) == (data, None)


@given(st.lists(st.integers(0, 3 * CHUNK_SIZE), max_size=5))
@example([CHUNK_SIZE, CHUNK_SIZE])
@example([CHUNK_SIZE - 1, 1, 1])
@settings(deadline=None, max_examples=50)
def test_pushed_pieces_make_one_file(sizes: list[int]) -> None:
    pieces = [os.urandom(size) for size in sizes]
    encryptor = age.Encryptor([X25519.recipient()])
    file = b"".join([encryptor.update(piece) for piece in pieces]) + encryptor.finish()
    assert age.decrypt(file, [X25519]) == b"".join(pieces)
    assert len(file) == len(age.encrypt(b"".join(pieces), [X25519.recipient()]))


def test_the_header_comes_out_with_the_first_push() -> None:
    assert age.Encryptor([X25519.recipient()]).update(b"x").startswith(b"age-encryption.org/v1\n-> X25519 ")


def test_sizes_of_the_layouts() -> None:
    """The numbers of docs/protocol.md."""

    def size(recipients: list[age.Recipient]) -> int:
        return len(age.encrypt(b"", recipients))

    x25519, hybrid = X25519.recipient(), HYBRID.recipient()
    assert size([x25519]) == 22 + 98 + 48 + 16 + 16
    assert size([x25519, x25519]) - size([x25519]) == 98
    assert size([hybrid, hybrid]) - size([hybrid]) == 1557
    assert len(age.encrypt(bytes(2 * CHUNK_SIZE), [x25519])) == 22 + 98 + 48 + 16 + 2 * SEALED_SIZE


def test_recipients_that_cannot_share_a_file_are_refused() -> None:
    passphrase = age.ScryptRecipient(b"silbo", 2)
    mixtures: list[list[age.Recipient]] = [
        [],
        [X25519.recipient(), HYBRID.recipient()],
        [passphrase, passphrase],
        [passphrase, HYBRID.recipient()],
    ]
    for recipients in mixtures:
        with pytest.raises(RecipientError):
            age.encrypt(b"", recipients)


def test_stanzas_keep_the_order_of_the_recipients() -> None:
    identities = [age.X25519Identity.generate() for _ in range(5)]
    file = age.encrypt(b"x", [identity.recipient() for identity in identities])
    stanzas = parse_header(io.BytesIO(file)).stanzas
    assert [identity.unwrap(stanzas[i : i + 1]) is not None for i, identity in enumerate(identities)] == [
        True
    ] * 5


def test_somebody_elses_file_is_no_match() -> None:
    for stranger in (age.X25519Identity.generate(), age.HybridIdentity.generate(), age.ScryptIdentity(b"no")):
        for recipient in (X25519.recipient(), HYBRID.recipient(), age.ScryptRecipient(b"silbo", 2)):
            with pytest.raises(NoMatch):
                age.decrypt(age.encrypt(b"x", [recipient]), [stranger])


# Attacks on the header


def test_attack_header_without_end_is_read_only_to_its_bound() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def __init__(self, line: bytes) -> None:
            self.line = line

        def readable(self) -> bool:
            return True

        def readline(self, limit: int | None = -1, /) -> bytes:
            self.taken += 1
            assert limit is not None
            return b"age-encryption.org/v1\n" if self.taken == 1 else self.line[:limit]

    lines = [b"-> x\n", b"A" * 64 + b"\n", b"A" * 10_000_000, b"-> " + b"a " * 1000 + b"a\n"]
    for source in map(Endless, lines):
        with pytest.raises(HeaderError):
            age.decrypt_stream(cast(BinaryIO, source), io.BytesIO(), ANY_IDENTITY)
        assert source.taken < 50_000


def test_attack_too_many_stanzas() -> None:
    stanzas = [Stanza("grease", (), b"")] * (MAX_STANZAS + 1)
    with pytest.raises(HeaderError):
        parse_header(io.BytesIO(seal_header(bytes(16), stanzas).encode()))
    parse_header(io.BytesIO(seal_header(bytes(16), stanzas[1:]).encode()))


@pytest.mark.parametrize("work", ["23", "64", "9" * 5000, "0", "018", "+18", "-1", "1e1", "18 ", "٣"])
def test_attack_scrypt_work_factor(work: str) -> None:
    stanza = Stanza("scrypt", (encode_base64(bytes(16)).decode(), work), bytes(32))
    with pytest.raises(HeaderError):
        PASSPHRASE.unwrap([stanza])


def test_a_lower_scrypt_limit_is_kept() -> None:
    file = age.encrypt(b"x", [age.ScryptRecipient(b"silbo", 5)])
    assert age.decrypt(file, [age.ScryptIdentity(b"silbo", max_log_n=5)]) == b"x"
    with pytest.raises(HeaderError):
        age.decrypt(file, [age.ScryptIdentity(b"silbo", max_log_n=4)])


def test_attack_a_body_that_opens_under_two_keys_is_not_even_tried() -> None:
    """A file key of another length would let one stanza open for several keys (partitioning oracle)."""
    for stanza in (X25519.recipient().wrap(bytes(16)), HYBRID.recipient().wrap(bytes(16))):
        longer = Stanza(stanza.type, stanza.args, stanza.body + b"\0")
        with pytest.raises(HeaderError):
            (X25519 if stanza.type == "X25519" else HYBRID).unwrap([longer])


def test_attack_changed_header() -> None:
    file = age.encrypt(b"x", [X25519.recipient()])
    header = parse_header(io.BytesIO(file))
    added = b"-> grease\n\n"
    with pytest.raises(HmacError):
        age.decrypt(file.replace(b"---", added + b"---", 1), [X25519])
    assert header.encode().replace(b"---", added + b"---", 1) in file.replace(b"---", added + b"---", 1)


# Attacks on the payload

SIZES = st.sampled_from([0, 1, CHUNK_SIZE, CHUNK_SIZE + 1, BATCH, BATCH + CHUNK_SIZE, 2 * BATCH + 1])


@given(SIZES, st.data())
@settings(deadline=None, max_examples=60)
def test_attack_truncation_anywhere(size: int, data: st.DataObject) -> None:
    plaintext = os.urandom(1024) * (size // 1024) + bytes(size % 1024)
    file = stream(plaintext, [X25519.recipient()])
    start = payload_start(file)
    places = st.integers(start, len(file) - 1) | st.sampled_from(range(start, len(file), SEALED_SIZE))
    cut = file[: data.draw(places)]
    one, two = released(cut, threads=1), released(cut, threads=2)
    assert one == two
    assert one[1] is PayloadError
    assert plaintext.startswith(one[0])


@given(SIZES, st.binary(min_size=1, max_size=40) | st.just(bytes(SEALED_SIZE)))
@settings(deadline=None, max_examples=40)
def test_attack_extension(size: int, more: bytes) -> None:
    file = stream(bytes(size), [X25519.recipient()]) + more
    assert released(file, threads=1) == released(file, threads=2)
    assert released(file)[1] is PayloadError


def test_attack_chunks_swapped_repeated_or_dropped() -> None:
    plaintext = os.urandom(3 * CHUNK_SIZE)
    file = age.encrypt(plaintext, [X25519.recipient()])
    start = payload_start(file)
    head = file[:start]
    first, second, third = (file[start + i * SEALED_SIZE : start + (i + 1) * SEALED_SIZE] for i in range(3))
    cases = [
        (second + first + third, 0),
        (first + first + second + third, 1),
        (first + third, 1),
        (second + third, 0),
        (first + second, 2),
    ]
    for changed, authentic in cases:
        assert released(head + changed) == (plaintext[: authentic * CHUNK_SIZE], PayloadError)


def test_attack_empty_last_chunk() -> None:
    """Two spellings of one plaintext: a full last chunk, and a full chunk before an empty last one."""
    from crypto.age.stream import ChunkCipher

    file = age.encrypt(bytes(CHUNK_SIZE), [X25519.recipient()])
    start = payload_start(file)
    file_key = X25519.unwrap(parse_header(io.BytesIO(file)).stanzas)
    assert file_key is not None
    cipher = ChunkCipher(file_key, file[start - 16 : start])
    sealed = bytearray(SEALED_SIZE + 16)
    cipher.seal(0, memoryview(bytes(CHUNK_SIZE)), memoryview(sealed), False)
    cipher.seal(1, memoryview(b""), memoryview(sealed)[SEALED_SIZE:], True)
    assert released(file[:start] + sealed) == (bytes(CHUNK_SIZE), PayloadError)


def test_nothing_of_a_damaged_file_comes_out_of_decrypt() -> None:
    file = bytearray(stream(bytes(2 * BATCH), [X25519.recipient()]))
    file[-1] ^= 1
    with pytest.raises(PayloadError):
        age.decrypt(bytes(file), [X25519])


# Arbitrary bytes


def test_only_crypto_errors_leave_on_arbitrary_bytes() -> None:
    @given(st.binary() | st.binary().map(lambda tail: b"age-encryption.org/v1\n-> " + tail))
    def check(file: bytes) -> None:
        with pytest.raises(CryptoError):
            age.decrypt(file, ANY_IDENTITY)

    check()


def mutate(file: bytes, place: float, new: bytes, drop: int) -> bytes:
    at = int(place * len(file))
    return file[:at] + new + file[at + drop :]


@pytest.mark.parametrize("armor", [False, True])
@pytest.mark.parametrize(
    "recipient",
    [X25519.recipient(), HYBRID.recipient(), age.ScryptRecipient(b"silbo", 1)],
    ids=["x", "pq", "scrypt"],
)
def test_only_crypto_errors_leave_on_mutated_files(recipient: age.Recipient, armor: bool) -> None:
    plaintext = b"what they do to us"
    file = stream(plaintext, [recipient], armor=armor)
    readers: list[age.Identity] = [X25519, HYBRID, age.ScryptIdentity(b"silbo", max_log_n=8)]

    @given(
        st.floats(0, 1),
        st.binary(max_size=3) | st.sampled_from([b"\n", b" ", b"-", b"=", b"A"]),
        st.integers(0, 3),
    )
    @settings(deadline=None)
    def check(place: float, new: bytes, drop: int) -> None:
        changed = mutate(file, place, new, drop)
        try:
            opened = age.decrypt(changed, readers)
        except CryptoError:
            return
        assert opened == plaintext
        assert changed == file or armor  # armor allows white space around it and CRLF

    check()


# The caller's own files


class Dripping(io.RawIOBase):
    """Gives and takes a few bytes at a time, as pipes may."""

    def __init__(self, data: bytes = b"") -> None:
        self.file = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer)
        return self.file.readinto(view[:1000])

    def write(self, data: ReadableBuffer, /) -> int:
        return self.file.write(memoryview(data)[:1000])


def test_files_that_drip() -> None:
    data = os.urandom(BATCH + 7)
    target = Dripping()
    age.encrypt_stream(cast(BinaryIO, Dripping(data)), cast(BinaryIO, target), [X25519.recipient()])
    opened = Dripping()
    age.decrypt_stream(cast(BinaryIO, Dripping(target.file.getvalue())), cast(BinaryIO, opened), [X25519])
    assert opened.file.getvalue() == data


class Ending(Dripping):
    """Counts how often somebody asks behind its end: on a terminal each time takes one more Ctrl-D."""

    ends = 0

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        count = super().readinto(buffer)
        self.ends += count == 0
        return count


@pytest.mark.parametrize("size", [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, BATCH])
def test_the_end_of_a_file_is_asked_for_once(size: int) -> None:
    source = Ending(bytes(size))
    age.encrypt_stream(cast(BinaryIO, source), io.BytesIO(), [X25519.recipient()])
    assert source.ends == 1


def test_a_message_is_opened_without_memory_for_a_large_file() -> None:
    """Two buffers of 1 MiB for each of two files of 16 KiB were most of what reading a small drop cost."""
    file = stream(bytes(CHUNK_SIZE), [X25519.recipient()])
    tracemalloc.start()
    try:
        assert released(file) == (bytes(CHUNK_SIZE), None)
        assert tracemalloc.get_traced_memory()[1] < 6 * CHUNK_SIZE
    finally:
        tracemalloc.stop()


def test_attack_a_file_that_does_not_block_is_not_taken_for_its_end() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"half of it")
    os.set_blocking(reader, False)
    with os.fdopen(reader, "rb", 0) as source, os.fdopen(writer, "wb", 0), pytest.raises(BlockingIOError):
        age.encrypt_stream(source, io.BytesIO(), [X25519.recipient()])


class Failing(io.BytesIO):
    """Fails like a full disk or a broken stick after some calls."""

    def __init__(self, data: bytes, calls: int) -> None:
        super().__init__(data)
        self.calls = calls

    def fail(self) -> None:
        self.calls -= 1
        if self.calls < 0:
            raise OSError("no more")

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        self.fail()
        return super().readinto(buffer)

    def write(self, data: ReadableBuffer, /) -> int:
        self.fail()
        return super().write(data)


@pytest.mark.parametrize("calls", range(5))
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_errors_of_the_callers_files_pass_through_and_leave_no_thread(calls: int, threads: int) -> None:
    data = bytes(5 * BATCH)
    file = stream(data, [X25519.recipient()])
    moves: list[Callable[[], None]] = [
        lambda: age.encrypt_stream(Failing(data, calls), io.BytesIO(), [X25519.recipient()], threads=threads),
        lambda: age.encrypt_stream(
            io.BytesIO(data), Failing(b"", calls), [X25519.recipient()], threads=threads
        ),
        lambda: age.decrypt_stream(Failing(file, calls), io.BytesIO(), [X25519], threads=threads),
        lambda: age.decrypt_stream(io.BytesIO(file), Failing(b"", calls), [X25519], threads=threads),
    ]
    for move in moves:
        with pytest.raises(OSError, match="no more"):
            move()
    assert threading.active_count() == 1 or not any(
        "_help" in thread.name for thread in threading.enumerate()
    )


def test_where_no_thread_can_be_started_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    data = os.urandom(3 * BATCH)
    assert released(stream(data, [X25519.recipient()])) == (data, None)


MEMORY = """
import io, sys
from crypto import age

class Zeros(io.RawIOBase):
    left = int(sys.argv[1]) << 20
    def readable(self): return True
    def readinto(self, buffer):
        size = min(len(buffer), self.left); self.left -= size
        buffer[:size] = bytes(size)
        return size

class Nothing(io.RawIOBase):
    def writable(self): return True
    def write(self, data): return len(data)

class Encrypted(io.RawIOBase):
    # A file of any length, made while it is read.
    def __init__(self, recipient):
        self.encryptor, self.rest, self.left = age.Encryptor([recipient]), b"", int(sys.argv[1]) << 4
    def readable(self): return True
    def readinto(self, buffer):
        while not self.rest and self.left >= 0:
            self.left -= 1
            self.rest = self.encryptor.update(bytes(1 << 16)) if self.left >= 0 else self.encryptor.finish()
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])

identity = age.HybridIdentity.generate()
small = io.BytesIO()
age.encrypt_stream(io.BytesIO(b"x"), small, [identity.recipient()])
age.decrypt_stream(io.BytesIO(small.getvalue()), io.BytesIO(), [identity])
before = peak()
age.encrypt_stream(Zeros(), Nothing(), [identity.recipient()] * 8)
age.decrypt_stream(io.BufferedReader(Encrypted(identity.recipient())), Nothing(), [identity])
print(peak() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="left out: reads /proc")
def test_attack_a_huge_file_takes_no_more_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY, "200"], capture_output=True, check=True, timeout=240)
    assert int(done.stdout) <= 8 << 10, "KiB above what a tiny file takes"
