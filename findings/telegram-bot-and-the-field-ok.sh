#!/usr/bin/env bash
# python-telegram-bot 22.8 with httpx 0.28.1. Each answer of the Bot API has a field "ok", and with "ok": false a
# "description" and, for some, "parameters"; its page says nothing of HTTP's status. The library goes by the status alone and never
# looks at "ok". So a refusal that comes with status 200 (from a relay, or a Bot API server of one's own) is no RetryAfter and
# no other TelegramError, but a bare KeyError 'result', which no "except TelegramError" catches: the three seconds that it
# asks for are lost. The same bytes with status 429 or 400 are RetryAfter. Two answers that no server should give:
# {} is the same KeyError, and to "result": true send_message() returns True, even beside "ok": false, so that .message_id
# fails after the message has gone out.
set -euo pipefail
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/venv"
"$place/venv/bin/pip" install --quiet --disable-pip-version-check python-telegram-bot==22.8 httpx==0.28.1
cat >"$place/look.py" <<'PY'
import asyncio
import http.server
import json
import threading

import telegram
from telegram.error import RetryAfter, TelegramError

WAIT = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 3", "parameters": {"retry_after": 3}}
GONE = {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
answer: tuple[int, dict[str, object]] = (200, {})
asked = []


class Api(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        asked.append(self.path.rsplit("/", 1)[1])
        body = json.dumps(answer[1]).encode()
        self.send_response(answer[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


async def sent(bot: telegram.Bot, status: int, body: dict[str, object]) -> object:
    global answer
    answer = status, body
    asked.clear()
    try:
        seen: object = await bot.send_message(1, "hello")
    except Exception as error:  # whatever it is, it is what is looked at
        seen = error
    assert asked == ["sendMessage"]
    print(status, json.dumps(body), "->", repr(seen), "| a TelegramError:", isinstance(seen, TelegramError))
    return seen


async def main(port: int) -> None:
    bot = telegram.Bot("1:token", base_url=f"http://127.0.0.1:{port}/bot")
    for status in (429, 400):
        error = await sent(bot, status, WAIT)
        assert isinstance(error, RetryAfter)
    for body in (WAIT, GONE, {}):
        error = await sent(bot, 200, body)
        assert type(error) is KeyError and error.args == ("result",)
    assert await sent(bot, 200, {"ok": True, "result": True}) is True
    assert await sent(bot, 200, {**GONE, "result": True}) is True
    print("as seen: 'ok' isn't read, a refusal with status 200 is a KeyError, and True passes for a message")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Api)
threading.Thread(target=server.serve_forever, daemon=True).start()
asyncio.run(main(server.server_port))
server.shutdown()
PY
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 "$place/venv/bin/python" "$place/look.py"
