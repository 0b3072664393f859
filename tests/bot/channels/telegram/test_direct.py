"""The connections by which answers go: against a server that does what proxies and bad lines do."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.channels.telegram import direct
from bot.channels.telegram.direct import Direct, Unanswered
from tests.telegram_api import until

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcK"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter, int], Awaitable[None]]


@asynccontextmanager
async def server(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Its address; `serve` is called with each connection, and how many there were before."""
    count = 0
    tasks = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal count
        number, count = count, count + 1
        tasks.append(asyncio.current_task())
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await serve(reader, writer, number)
        finally:
            writer.close()
            with suppress(ConnectionError, ssl.SSLError):
                await writer.wait_closed()

    async with await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls) as listening:
        port = listening.sockets[0].getsockname()[1]
        yield f"{'https' if tls else 'http'}://127.0.0.1:{port}/bot{TOKEN}/sendMessage"
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


@asynccontextmanager
async def connections(tls: ssl.SSLContext | None = None) -> AsyncIterator[Direct]:
    calls = Direct(tls or ssl.create_default_context(), connecting=5.0)
    try:
        yield calls
    finally:
        await calls.close()


def standing(calls: Direct) -> bool:
    """Whether a connection is kept for the next call."""
    return any(not line.ended for lines in calls._resting.values() for line in lines)


async def form_of(reader: asyncio.StreamReader) -> bytes:
    """The body of the next request."""
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"POST /bot"), head
    length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return await reader.readexactly(int(length.partition(b":")[2]))


async def test_a_connection_is_used_again() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while True:
            said = b"%d %b" % (number, await form_of(reader))
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            writer.write(b"%x\r\n%b\r\n0\r\n\r\n" % (len(said), said))

    async with server(echo) as url, connections() as calls:
        assert [await calls.post(url, b"a=%d" % n, "x", 5) for n in range(3)] == [
            (200, b"0 a=0"),
            (200, b"0 a=1"),
            (200, b"0 a=2"),
        ]
        both = await asyncio.gather(*(calls.post(url, b"b=%d" % n, "x", 5) for n in range(2)))
        assert sorted(body[2:] for _, body in both) == [b"b=0", b"b=1"]
        assert sorted(body[:1] for _, body in both) == [b"0", b"1"]


async def test_a_connection_that_the_other_side_ended_is_not_used() -> None:
    ended = asyncio.Event()

    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int) -> None:
        await form_of(reader)
        writer.write(OK)
        writer.close()
        await writer.wait_closed()
        ended.set()

    async with server(once) as url, connections() as calls:
        for _ in range(3):
            assert await calls.post(url, b"", "x", 5) == (200, b"ok")
            await ended.wait()
            ended.clear()
            await until(lambda: not standing(calls))


@pytest.mark.parametrize("together", [True, False])
async def test_attack_an_answer_that_nobody_asked_for_is_nobodys_answer(together: bool) -> None:
    """A proxy that gives up on an idle connection says so (408), and would be the answer to the next call."""

    async def chatty(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        while True:
            form = await form_of(reader)
            answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(form), form)
            extra = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 5\r\n\r\nwrong" if number == 0 else b""
            writer.write(answer + (extra if together else b""))
            await writer.drain()
            if not together:
                await answered.wait()
                writer.write(extra)

    answered = asyncio.Event()
    async with server(chatty) as url, connections() as calls:
        assert await calls.post(url, b"a=1", "x", 5) == (200, b"a=1")
        answered.set()
        await until(lambda: not standing(calls))
        assert await calls.post(url, b"a=2", "x", 5) == (200, b"a=2")


async def test_silence_ends_in_time_and_its_connection_is_not_used_again() -> None:
    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        await form_of(reader)
        if number == 0:
            await gave_up.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        else:
            writer.write(OK)
        await reader.read()

    gave_up = asyncio.Event()
    async with server(slow) as url, connections() as calls:
        with pytest.raises(TimeoutError):
            await calls.post(url, b"", "x", 0.1)
        gave_up.set()
        assert await calls.post(url, b"", "x", 5) == (200, b"ok")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x16\x03\x01 not HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf",
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nokk",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 200_000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n" + b"z" * 99,
    ],
    ids=["nothing", "other", "half", "two lengths", "endless head", "too long"],
)
async def test_what_is_no_answer_is_none_and_names_nothing(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "LONGEST_ANSWER", 50)

    async def bad(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int) -> None:
        await form_of(reader)
        writer.write(answer)

    async with server(bad) as url, connections() as calls:
        with pytest.raises(Unanswered) as raised:
            await calls.post(url, b"text=secret", "x", 5)
        assert not str(raised.value)


async def test_an_answer_may_end_with_its_connection() -> None:
    async def old(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, _: int) -> None:
        await form_of(reader)
        writer.write(b"HTTP/1.0 502 Bad Gateway\r\n\r\n<html>")

    async with server(old) as url, connections() as calls:
        assert await calls.post(url, b"", "x", 5) == (502, b"<html>")


async def test_nobody_listens() -> None:
    async with connections() as calls:
        with pytest.raises(Unanswered):
            await calls.post(f"http://127.0.0.1:1/bot{TOKEN}/getMe", b"", "x", 5)
        with pytest.raises(Unanswered):
            await calls.post(f"http://{'a' * 70}.invalid/bot{TOKEN}/getMe", b"", "x", 5)


def certificate(folder: Path, name: x509.GeneralName) -> Path:
    """A self-signed one with its key, for this name."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([name]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    path = folder / "certificate.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        made.sign(key, hashes.SHA256()).public_bytes(pem)
        + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.mark.parametrize(
    ("name", "trusted", "served"),
    [
        (x509.IPAddress(IPv4Address("127.0.0.1")), True, True),
        (x509.IPAddress(IPv4Address("127.0.0.1")), False, False),
        (x509.DNSName("api.telegram.org"), True, False),
    ],
    ids=["right", "of a stranger", "of another name"],
)
async def test_attack_a_false_certificate_gets_no_request(
    tmp_path: Path, name: x509.GeneralName, trusted: bool, served: bool
) -> None:
    asked = []

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> None:
        asked.append(await form_of(reader))
        writer.write(OK)
        if number:  # the first one ends, and is not used again
            asked.append(await form_of(reader))
            writer.write(OK)

    made = certificate(tmp_path, name)
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(made)
    ours = ssl.create_default_context(cafile=str(made) if trusted else None)
    async with server(one, theirs) as url, connections(ours) as calls:
        if served:
            for number in range(3):
                assert await calls.post(url, b"a=1", "x", 5) == (200, b"ok")
                if number != 1:
                    await until(lambda: not standing(calls))
        else:
            with pytest.raises(Unanswered):
                await calls.post(url, b"a=1", "x", 5)
    assert len(asked) == (3 if served else 0)
