"""What `silbo doctor` makes of the Redis by which several bots share their chats.

Its client is loaded only where there is one.
"""

from bot.doctor.finding import Finding
from bot.runtime import RuntimeFolderError
from bot.settings import Settings, SettingsError


def shared(settings: Settings) -> list[Finding]:
    """A finding where `[sessions]` is set."""
    try:
        address = settings.sessions_address
    except SettingsError as error:
        return [Finding("sessions", "broken", str(error))]
    if address is None:
        return []
    from bot.sessions.link import Link  # noqa: PLC0415 -- with the client

    link = Link(address)
    try:
        link.look()
    except RuntimeFolderError as error:
        return [Finding("sessions", "broken", str(error).rstrip("."))]
    finally:
        link.close()
    return [Finding("sessions", "ok", "the Redis of [sessions] answers, and writes to no disk")]
