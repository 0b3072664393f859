"""The webhook's server: only Telegram gets in, and hears 200 only when the update is done."""

import asyncio
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.channels.telegram.webhook import BODY_BYTES, SECRET_HEADER, Entrance, Hook, serving
from tests.telegram_api import until

SECRET = {SECRET_HEADER: "s3cret"}


class Server:
    """The server with a delivery that does what the test says."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url
        self.accepted: list[Mapping[str, Any]] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def accept(self, update: Mapping[str, Any]) -> asyncio.Future[None]:
        self.accepted.append(update)
        return self.done

    async def post(
        self, body: bytes, headers: dict[str, str], path: str = "/hook", method: str = "POST"
    ) -> int:
        url = self.url + path
        async with self.session.request(method, url, data=io.BytesIO(body), headers=headers) as answer:
            assert not await answer.read() or answer.status >= 400
            return answer.status


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with aiohttp.ClientSession() as session:
        server = Server(session, "")
        hook = Hook("https://example.org/hook", "s3cret", "127.0.0.1", 0, "/hook")
        async with serving(hook, server.accept, wait=0.05) as port:
            server.url = f"http://127.0.0.1:{port}"
            yield server


async def test_a_finished_update_is_answered_with_200(server: Server) -> None:
    server.done.set_result(None)
    assert await server.post(b'{"update_id": 1}', SECRET) == 200
    assert server.accepted == [{"update_id": 1}]


async def test_attack_a_call_for_another_server_behind_the_same_address_is_not_taken() -> None:
    """Same token, same secret, other drops: each would have half of a chat."""
    async with aiohttp.ClientSession() as session:
        server = Server(session, "")
        hook = Hook("https://example.org/hook", "s3cret", "127.0.0.1", 0, "/hook", mark="0123456789abcdef")
        assert hook.address == "https://example.org/hook?m=0123456789abcdef"
        assert replace(hook, url="https://example.org/?a=b").address.endswith("?a=b&m=0123456789abcdef")
        server.done.set_result(None)
        async with serving(hook, server.accept, wait=60.0) as port:
            server.url = f"http://127.0.0.1:{port}"
            assert await server.post(b"{}", SECRET, "/hook?m=fedcba9876543210") == 503
            assert server.accepted == []
            assert await server.post(b"{}", SECRET, "/hook?m=0123456789abcdef") == 200
            assert await server.post(b"{}", SECRET) == 200, "a proxy that passes no query"
            assert await server.post(b"{}", {}, "/hook?m=0123456789abcdef") == 404


async def test_200_comes_only_after_the_update_is_done(server: Server) -> None:
    """The library's webhook answers at once, and loses the update with the next crash."""
    answer = asyncio.create_task(server.post(b"{}", SECRET))
    await until(lambda: server.accepted != [])
    assert not answer.done()
    server.done.set_result(None)
    assert await answer == 200


async def test_an_update_that_takes_long_is_sent_again_and_joins(server: Server) -> None:
    assert await server.post(b"{}", SECRET) == 500
    assert not server.done.cancelled(), "the update goes on without us"
    server.done.set_result(None)
    assert await server.post(b"{}", SECRET) == 200


async def test_an_update_that_is_left_at_the_end_is_not_answered_with_200(server: Server) -> None:
    server.done.cancel()
    assert await server.post(b"{}", SECRET) == 500


@pytest.mark.parametrize(
    "headers",
    [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: "s3cre"}, {SECRET_HEADER: "s3cretX"}, {SECRET_HEADER: "é"}],
)
async def test_without_the_secret_there_is_nothing_here(server: Server, headers: dict[str, str]) -> None:
    assert await server.post(b'{"update_id": 1}', headers) == 404
    assert await server.post(b'{"update_id": 1}', SECRET, path="/other") == 404
    assert server.accepted == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
async def test_only_post(server: Server, method: str) -> None:
    assert await server.post(b"{}", SECRET, method=method) == 404


async def test_the_right_path_looks_like_any_other(server: Server) -> None:
    """Else whoever tries addresses learns that a bot is here."""
    seen = set()
    for path, method, headers in (
        ("/other", "POST", SECRET),
        ("/hook", "GET", SECRET),
        ("/hook", "POST", {}),
    ):
        async with server.session.request(method, server.url + path, headers=headers) as answer:
            names = frozenset(answer.headers) - {"Date"}
            seen.add((answer.status, await answer.text(), names, answer.headers["Content-Type"]))
    assert len(seen) == 1
    assert server.accepted == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b"\xff\xfe", b'"text"'])
async def test_a_body_that_is_no_update(server: Server, body: bytes) -> None:
    assert await server.post(body, SECRET) == 400
    assert server.accepted == []


@pytest.mark.parametrize("body", [b" " * (BODY_BYTES + 1), b"[" * 500_000, b'{"a":' * 100_000])
async def test_a_huge_or_deep_body_is_not_brought_again_for_a_day(server: Server, body: bytes) -> None:
    assert await server.post(body, SECRET) == 200
    assert await server.post(body, {}) == 404
    assert server.accepted == []


async def test_a_body_that_never_ends_is_not_waited_for(server: Server) -> None:
    port = int(server.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /hook HTTP/1.1\r\nHost: h\r\n{SECRET_HEADER}: s3cret\r\nContent-Length: 99\r\n\r\n"
    writer.write(head.encode() + b"{")
    assert (await asyncio.wait_for(reader.read(20), 60)).startswith(b"HTTP/1.1 408")
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("headers", [{}, SECRET])
async def test_no_answer_names_the_library(server: Server, headers: dict[str, str]) -> None:
    server.done.set_result(None)
    for path in ("/hook", "/other"):
        async with server.session.post(server.url + path, data=b"{}", headers=headers) as answer:
            assert "Server" not in answer.headers


def test_the_secret_has_no_repr() -> None:
    assert "s3cret" not in repr(Hook("https://example.org", "s3cret", "h", 1, "/p"))


async def test_half_open_connections_are_closed_and_a_waiting_update_is_not() -> None:
    """The attack: 300 connections that ask nothing, or half of it, until no socket is left."""
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    hook = Hook("https://example.org/hook", "s3cret", "127.0.0.1", 0, "/hook")
    async with (
        serving(hook, lambda _update: done, wait=60, idle=0.2) as port,
        aiohttp.ClientSession() as session,
    ):
        asking = asyncio.create_task(
            session.post(f"http://127.0.0.1:{port}/hook", data=b"{}", headers=SECRET).__aenter__()
        )
        pairs = [await asyncio.open_connection("127.0.0.1", port) for _ in range(60)]
        for number, (_, writer) in enumerate(pairs):
            writer.write((b"", b"POST /hook HT", b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")[number % 3])
        for reader, writer in pairs:
            with suppress(ConnectionError):  # it was closed before it asked half of something
                await asyncio.wait_for(reader.read(), 60)
            writer.close()
        done.set_result(None)
        assert (await asking).status == 200


async def test_two_bots_at_one_port_are_each_called_by_their_own_path_and_secret() -> None:
    entrance = Entrance(wait=0.05)
    one = Hook("https://example.org/one", "secret-1", "127.0.0.1", 0, "/one")
    other = Hook("https://example.org/two", "secret-2", "127.0.0.1", 0, "/two")
    async with aiohttp.ClientSession() as session, entrance.listening(one) as port:
        first, second = (Server(session, f"http://127.0.0.1:{port}") for _ in range(2))
        first.done.set_result(None)
        second.done.set_result(None)
        with entrance.taking(one, first.accept):
            with entrance.taking(other, second.accept):
                assert await first.post(b'{"update_id": 1}', {SECRET_HEADER: "secret-1"}, "/one") == 200
                assert await first.post(b'{"update_id": 1}', {SECRET_HEADER: "secret-2"}, "/two") == 200
                for path, secret in (("/one", "secret-2"), ("/two", "secret-1"), ("/", ""), ("/three", "")):
                    assert await first.post(b"{}", {SECRET_HEADER: secret}, path) == 404
            assert await first.post(b"{}", {SECRET_HEADER: "secret-2"}, "/two") == 404, "it comes again"
        assert (first.accepted, second.accepted) == ([{"update_id": 1}], [{"update_id": 1}])
