"""The sections of the bots, and of the way to Telegram."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.settings.fields import AbsolutePath, HookUrl, Language, Section, ShortName, Url


class WebhookSettings(Section):
    """Where Telegram reaches us: a public address, and the local port behind it."""

    url: HookUrl
    secret_file: AbsolutePath
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8443


class BotSettings(Section):
    """What every bot has. The token is in a file, never in the settings."""

    token_file: AbsolutePath
    mode: Literal["polling", "webhook"] = "polling"
    webhook: WebhookSettings | None = None
    names: dict[Language, Annotated[str, Field(min_length=1, max_length=64)]] = Field(default_factory=dict)
    """The bot's name for those who speak a language; a locked screen shows it."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.mode == "webhook") != (self.webhook is not None):
            raise ValueError('should have a section [telegram.webhook] exactly when mode = "webhook"')
        return self


class TelegramSettings(BotSettings):
    """The first bot, for the desks that no other serves, and the way to Telegram of all."""

    base_url: Url = "https://api.telegram.org"
    proxy: Annotated[str, Field(pattern=r"^(https?://[^\s@]+|socks5h?://[^\s@/]+:[0-9]{1,5})$")] | None = None


class FurtherBotSettings(BotSettings):
    """Another bot, in a section `[bots.NAME]`, with the short names of the desks that it alone serves."""

    desks: Annotated[list[ShortName], Field(min_length=1)]
