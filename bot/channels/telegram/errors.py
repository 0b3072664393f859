"""What keeps Telegram from doing what we ask: for a while, for a chat, or until the operator does something.

No token, id or word of anybody is in one. Without the library, so that whoever only sends need not load it.
"""

BAD_TOKEN = "Telegram does not accept the bot token; put the valid one into the token file."  # noqa: S105
BAD_WEBHOOK = (
    "Telegram does not accept the webhook: its address is https:// on port 443, 80, 88 or 8443; "
    "its secret has 1-256 of A-Z a-z 0-9 _ and -."
)
NO_CONNECTION, NO_ANSWER = "no connection", "no answer in time"
NO_PROXY = "no connection by way of `telegram.proxy`; does the proxy run, at that address?"
NOT_TELEGRAM = "something else than Telegram answers"
ELSEWHERE = (
    "Telegram gives this bot's messages to another program now, which has the same token; "
    "stop one of the two, then start the other again. What is stored here is as it was."
)
TWO_INSTANCES = "Another program is fetching this bot's updates; stop one of the two."


class TooManyRequests(Exception):
    """The messenger wants `seconds` of silence in this chat."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Unreachable(Exception):
    """This chat takes no message from us: the person blocked the bot, or the account is gone."""


class Unavailable(Exception):
    """The messenger does not answer, or not sensibly; it will again. `why` is for the operator."""

    def __init__(self, why: str = "it gives no sensible answer") -> None:
        super().__init__(why)
        self.why = why


class Misshapen(Unavailable):
    """A request was carried out, and the answer tells something else than it should."""


class Refused(Exception):
    """Telegram will not serve this bot until the operator changes something; the text is for the operator."""


class Rejected(Exception):
    """Telegram says that this request can't be carried out; `reason` is a word of ours, or "other"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
