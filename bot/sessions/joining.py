"""How a bot that starts gets the key of those who run already, without the Redis ever having it.

It asks by way of the Redis with an age recipient made for this one question; one of the others answers with
an age file to it. Question and answer carry an HMAC by the bot's token, which all of them have and the Redis
does not. Where nobody lives who has the key, nobody can read what is there: a new key is made, as after a
power-off.
"""

import asyncio
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from bot.files import whole
from bot.runtime import KEY_LENGTH, RuntimeFolderError
from bot.sessions import scripts
from bot.sessions.link import Link
from crypto.age import X25519Identity, decrypt, encrypt, parse_recipient
from crypto.errors import CryptoError

QUESTION_SECONDS = 3.0
QUESTIONS = 5
PAUSE = 0.1
_ANSWER_SECONDS = 30
_QUESTION_BYTES = 1024


def mark_of(key: bytes) -> str:
    """What is known of a key to those who do not have it: 32 hexadecimal digits."""
    return hmac.digest(key, b"silbo sessions: which key", sha256)[:16].hex()


def found_of(link: Link, prefix: str) -> Iterator[str]:
    """What comes after a prefix, of all names that begin with it. Raises Away."""
    found = link.ask(lambda redis: list(redis.scan_iter(f"{prefix}*", count=1000)))
    for name in cast("list[bytes]", found):
        yield name.decode("ascii", "replace").removeprefix(prefix)


class Circle:
    """Those who have one bot's token, and the names under which they meet."""

    def __init__(self, link: Link, token: str) -> None:
        self._link = link
        self._secret = hmac.digest(token.encode(), b"silbo sessions: who may ask", sha256)
        self.prefix = f"silbo:{hmac.digest(token.encode(), b'silbo sessions: names', sha256)[:8].hex()}:"
        self.store = f"{self.prefix}store"
        self.member = f"{self.prefix}bot:"
        self._questions = f"{self.prefix}ask"

    def __repr__(self) -> str:
        return "Circle()"

    @property
    def mark(self) -> str:
        """Under which it is said which key is used. A standby that takes over has what it has under the mark
        of the server before: none of it counts. Raises Away.
        """
        return f"{self.prefix}mark:{self._link.server[:16]}"

    async def key(self, folder: Path, mine: bytes) -> bytes:
        """The key of all; `mine` is the one in the runtime folder, where it is then. Raises OSError,
        RuntimeFolderError.
        """
        for _ in range(QUESTIONS):
            known = self._known()
            if known is None:
                # Not `mine`: what a lost memory knew of updates must not be known again by half.
                made = secrets.token_bytes(KEY_LENGTH)
                if self._link.ask(partial(_first, name=self.mark, mark=mark_of(made))):
                    return self._kept(folder, made)
                continue
            with suppress(OSError):
                mine = (folder / "key").read_bytes()  # of another bot on this machine, by now
            if mark_of(mine) == known:
                return mine
            given = await self._asked(known)
            if given is not None:
                return self._kept(folder, given)
            if not self._living(known):
                self._link.run(scripts.FORGET, (self.mark,), known)
        raise RuntimeFolderError(
            "The other bots that use the Redis of [sessions] give no key; have all of them the same token?"
        )

    def answer(self, key: bytes) -> None:
        """Give the key to one who asks for it by our token, if there is one. Raises Away."""
        untrusted = self._link.ask(lambda redis: redis.lpop(self._questions))
        if not isinstance(untrusted, bytes) or len(untrusted) > _QUESTION_BYTES:
            return
        with suppress(ValueError, KeyError, TypeError, CryptoError):
            question = json.loads(untrusted)
            recipient, name = str(question["recipient"]), str(question["name"])
            if not hmac.compare_digest(str(question["proof"]), self._proof("question", name, recipient)):
                return
            sealed = encrypt(key, [parse_recipient(recipient)])
            proof = self._proof("answer", name, recipient, sealed.hex()).encode()
            self._link.ask(lambda redis: redis.set(self._answer(name), proof + sealed, ex=_ANSWER_SECONDS))

    async def _asked(self, known: str) -> bytes | None:
        identity, name = X25519Identity.generate(), secrets.token_hex(8)
        recipient = str(identity.recipient())
        proof = self._proof("question", name, recipient)
        question = json.dumps({"name": name, "recipient": recipient, "proof": proof})

        def ask(redis: Any) -> None:
            redis.rpush(self._questions, question)
            redis.expire(self._questions, _ANSWER_SECONDS)

        self._link.ask(ask)
        for _ in range(int(QUESTION_SECONDS / PAUSE)):
            await asyncio.sleep(PAUSE)
            untrusted = self._link.get(self._answer(name))
            if untrusted is None:
                continue
            given, sealed = untrusted[:64], untrusted[64:]
            if not hmac.compare_digest(given, self._proof("answer", name, recipient, sealed.hex()).encode()):
                return None
            with suppress(CryptoError):
                key = decrypt(sealed, [identity], armor=False)
                return key if len(key) == KEY_LENGTH and mark_of(key) == known else None
            return None
        return None

    def _living(self, known: str) -> bool:
        """Whether there is a bot that says that it has the key."""
        names = [self.member + each for each in found_of(self._link, self.member)]
        marks = self._link.ask(lambda redis: redis.mget(names)) if names else []
        return known.encode() in cast("list[bytes | None]", marks)

    def _known(self) -> str | None:
        found = self._link.get(self.mark)
        return None if found is None else found.decode("ascii", "replace")

    def _kept(self, folder: Path, key: bytes) -> bytes:
        with whole(folder / "key", durable=False) as file:
            file.write(key)
        return key

    def _answer(self, name: str) -> str:
        return f"{self.prefix}answer:{name}"

    def _proof(self, *parts: str) -> str:
        return hmac.digest(self._secret, json.dumps(parts).encode(), sha256).hex()


def _first(redis: Any, name: str, mark: str) -> bool:
    """Whether no other was faster."""
    return bool(redis.set(name, mark, nx=True))
