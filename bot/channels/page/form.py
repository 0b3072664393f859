"""The plain form for a browser without scripts (Tor Browser's "Safest"), over the onion service.

The server sees what is sent here, and says so; it is cleaned and sealed as what came in a chat. A form is
taken as it streams, never on a disk; sent a second time (a reload, a circuit that broke), it is the same drop
and its codename is shown again.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from html import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.listening import Bodies, Coming, NoPlace, TooLarge, TooSlow, chunks_of, is_foreign
from bot.channels.page.answers import HEADERS
from bot.channels.page.multipart import FormError, FormStream
from bot.intake.form import FormDrop, drop_id_of
from bot.store.errors import StoreError

FILES = 5
TEXT_BYTES = 64 * 1024
FORM_BYTES = 110 << 20
FORM_SECONDS = 60 * 60.0
AT_ONCE = 32
FILES_AT_ONCE = 2
"""Files are in memory while they are cleaned."""
LEAST_RATE = 8 * 1024.0
"""Bytes a second, below which a form with files keeps no place that another needs."""
PADDED = 16 * 1024
ONCE = re.compile("[0-9a-f]{32}")
STYLE = (
    "body{font:1.1em/1.5 sans-serif;max-width:40em;margin:1em auto;padding:0 1em}"
    "textarea{width:100%;font:inherit}label,input[type=file]{display:block;margin:.6em 0}"
    "button{font:inherit;padding:.5em 1em}.alarm{border-left:.3em solid;padding-left:.7em;font-weight:bold}"
    "code{font-size:1.2em}"
)
_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

Say = Callable[[str, str], str]
Open = Callable[[str, str, str, bytes], FormDrop]


@dataclass(frozen=True, slots=True)
class FormParts:
    """`say` gives a message in a language, `desks` the short names and names of those that are open; `begin`
    opens a drop of an id, in a language, to the desk of this short name, whose codename is made of 32 bytes;
    `seed` makes such bytes with a key that is on no disk.
    """

    say: Say
    languages: Sequence[str]
    desks: Callable[[], Awaitable[Mapping[str, str]]]
    begin: Open
    seed: Callable[..., bytes]
    count: Callable[[str, BaseException | None], None]
    everywhere: bool = False


class Form:
    """The form's addresses, below `path`."""

    def __init__(self, parts: FormParts, path: str) -> None:
        self._parts = parts
        self._path = path
        self._bodies = Bodies(AT_ONCE)
        self._files = Bodies(FILES_AT_ONCE, LEAST_RATE)
        self._in_hand: set[str] = set()

    def routes(self) -> list[Route]:
        """For the page's application."""
        methods = ["GET", "HEAD", "POST"]
        return [
            Route(f"{self._path}form/", self._answer, methods=methods),
            Route(f"{self._path}form/{{language}}", self._answer, methods=methods),
        ]

    async def _answer(self, request: Request) -> Response:
        language = request.path_params.get("language", self._parts.languages[0])
        host = request.headers.get("host", "").partition(":")[0]
        if language not in self._parts.languages or not (self._parts.everywhere or host.endswith(".onion")):
            return _html("", status=404)
        # An older browser tells it in `Origin` alone: of a page of ours `null`, as it sends no referrer.
        origin = request.headers.get("origin", "null").partition("://")[2]
        elsewhere = origin not in ("", request.headers.get("host", ""))
        if request.method == "POST" and (elsewhere or is_foreign(request)):
            return _html("", status=403)
        try:
            if request.method == "POST":
                return await self._take(request, language)
            return _html(self._empty(language, await self._parts.desks()))
        except NoPlace:
            return _html(self._said(language, "form_busy"), status=503)
        except (FormError, TooLarge, TooSlow):
            return _html(self._said(language, "form_failed"), status=400)
        except StoreError as error:
            self._parts.count("page", error)
            return _html(self._said(language, "form_failed"), status=503)

    async def _take(self, request: Request, language: str) -> Response:
        coming = Coming()
        async with AsyncExitStack() as place:
            place.enter_context(self._bodies.place(coming))
            body = chunks_of(request, FORM_BYTES, FORM_SECONDS, coming)
            form = FormStream(request.headers.get("content-type", ""), body)
            drop = await self._opened(form, language)
            if drop.id in self._in_hand:
                raise FormError
            self._in_hand.add(drop.id)
            sent = False
            try:
                if not await drop.begin():
                    sent = True
                    while await form.next_part() is not None:
                        pass
                    codename = await drop.codename_again()
                    head = "form_again_lost" if codename is None else "form_again"
                    return _html(self._ended(language, drop, codename, head))

                def hold() -> None:
                    place.enter_context(self._files.place(coming))

                await self._collect(drop, form, hold)
                codename = await drop.send() if drop.kept else None
                sent = codename is not None
                return _html(self._ended(language, drop, codename), status=200 if sent else 422)
            finally:
                if not sent:
                    await drop.discard()
                self._in_hand.discard(drop.id)

    async def _opened(self, form: FormStream, language: str) -> FormDrop:
        """By the fields that stand before the words, which is where they end."""
        told = {"once": "", "desk": "", "as_is": ""}
        while (name := await form.next_part()) in told:
            told[str(name)] = await form.text(64)
        if name != "text":
            raise FormError
        return self._begin(
            language, told["once"], told["desk"], await self._parts.desks(), as_is=told["as_is"] == "yes"
        )

    async def _collect(self, drop: FormDrop, form: FormStream, hold: Callable[[], None]) -> None:
        """The words, whose field was begun, and the files; `hold` takes a place for them, once."""
        await drop.text(await form.text(4 * TEXT_BYTES))
        files = 0
        while (name := await form.next_part()) is not None:
            if name == "file" and files < FILES:
                files += await self._file(drop, form, None if files else hold)

    def _begin(
        self, language: str, once: str, desk: str, desks: Mapping[str, str], *, as_is: bool
    ) -> FormDrop:
        if not ONCE.fullmatch(once) or not desks or (len(desks) > 1 and desk not in desks):
            raise FormError
        chosen = desk if len(desks) > 1 else next(iter(desks))
        # The language is in them: sent again in another, it would be given a codename that opens nothing.
        seed = self._parts.seed("codename", once, language)
        drop = self._parts.begin(drop_id_of(once, language), language, chosen, seed)
        drop.as_is = as_is
        return drop

    async def _file(self, drop: FormDrop, form: FormStream, hold: Callable[[], None] | None) -> int:
        """1 if there was a file: a field in which none was chosen has no byte."""
        pieces = form.pieces()
        first = await anext(pieces, b"")
        if not first:
            return 0
        if hold is not None:
            hold()

        async def read() -> AsyncGenerator[bytes, None]:
            yield first
            async with aclosing(pieces):
                async for piece in pieces:
                    yield piece

        await drop.file(read)
        return 1

    def _empty(self, language: str, desks: Mapping[str, str]) -> str:
        def say(key: str) -> str:
            return escape(self._parts.say(language, key))

        choice = "".join(
            f'<label><input type="radio" name="desk" value="{escape(short)}" required> {escape(name)}</label>'
            for short, name in desks.items()
        )
        if len(desks) > 1:
            choice = f"<fieldset><legend>{say('page_desk')}</legend>{choice}</fieldset>"
        else:
            choice = "".join(f"<p>{escape(name)}</p>" for name in desks.values())
        files = "".join(
            f'<input type="file" name="file" aria-label="{say("page_files")} {number}">'
            for number in range(1, FILES + 1)
        )
        return self._page(
            language,
            f'<p class="alarm">{say("form_server")}</p><p>{say("page_warn")}</p>'
            f'<form method="post" action="{self._path}form/{language}" enctype="multipart/form-data">'
            f'<input type="hidden" name="once" value="{secrets.token_hex(16)}">{choice}'
            f'<label><input type="checkbox" name="as_is" value="yes"> {say("form_as_is")}</label>'
            f'<label for="text">{say("page_text")}</label>'
            '<textarea id="text" name="text" rows="10" autocomplete="off" spellcheck="false"></textarea>'
            f"<p>{say('page_files')}</p>{files}<p><button>{say('form_send')}</button></p></form>",
        )

    def _ended(self, language: str, drop: FormDrop, codename: str | None, head: str = "") -> str:
        def say(key: str) -> str:
            return escape(self._parts.say(language, key))

        told = "".join(f"<li>{self._why(language, code)}</li>" for code in dict.fromkeys(drop.refused))
        if not head:
            failed = "form_not_sent" if drop.refused else "form_nothing"
            head = failed if codename is None else "form_done"
        body = f'<p class="alarm">{say(head)}</p>'
        if codename is not None:
            body += f"<p>{say('form_codename')}</p><p><code>{escape(codename)}</code></p>"
        if told:
            body += f"<p>{say('form_refused')}</p><ul>{told}</ul>"
        return self._page(language, body)

    def _why(self, language: str, code: str) -> str:
        own = {"too_big": "form_too_big", "not_clean": "form_not_clean", "download": "form_failed"}
        key = own.get(code, f"refused_{code}")
        text = self._parts.say(language, key)
        return escape(self._parts.say(language, "form_not_clean") if text == key or "{" in text else text)

    def _said(self, language: str, key: str) -> str:
        return self._page(language, f'<p class="alarm">{escape(self._parts.say(language, key))}</p>')

    def _page(self, language: str, body: str) -> str:
        others = " ".join(
            f'<a href="{self._path}form/{each}" lang="{each}" hreflang="{each}">{each}</a>'
            for each in self._parts.languages
        )
        title = escape(self._parts.say(language, "form_title"))
        return (
            f'<!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" '
            f'content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
            f"<title>{title}</title><style>{STYLE}</style><p>{others}</p><main><h1>{title}</h1>{body}</main></html>"
        )


def _html(text: str, *, status: int = 200) -> Response:
    content = text.encode()
    content = content.ljust(-(-max(1, len(content)) // PADDED) * PADDED)
    headers = HEADERS | {"content-security-policy": POLICY}
    return Response(content, status, headers=headers, media_type="text/html; charset=utf-8")
