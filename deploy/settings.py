"""For deploy.sh: answers become silbo.toml, and silbo.toml becomes what its units need. Runs in a release.

python settings.py write  <answers  >silbo.toml     lines of key=value; unknown keys are refused
python settings.py facts FILE                       NAME=value lines, for reading and not for evaluating
python settings.py rehearse FILE DIR RUNTIME        the same settings over a copy of the state in DIR
"""

import ipaddress
import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from bot.bots import bot_of
from bot.desks import desks_of
from bot.settings import Settings, SettingsError, TelegramSettings, load_settings
from bot.store.address import hosts_of

TELEGRAM = "https://api.telegram.org"
KEYS = {
    "desk_name": ("desk", "name"),
    "desk_id": ("desk", "id"),
    "retention_days": ("desk", "retention_days"),
    "proxy": ("telegram", "proxy"),
    "base_url": ("telegram", "base_url"),
    "export_directory": ("export", "directory"),
    "export_label": ("export", "label"),
    "export_chat": ("export", "chat"),
    "backup_directory": ("backup", "directory"),
    "backup_recipient": ("backup", "recipient"),
    "backup_keep_days": ("backup", "keep_days"),
}
REHEARSED = ("state", "runtime", "scrub_socket", "convert_socket")
NUMBERS = {"retention_days", "export_chat", "backup_keep_days"}


def write(lines: list[str]) -> str:
    """Return silbo.toml for answers. Raises SettingsError, which names a line by its number."""
    sections: dict[str, list[str]] = {"desk": [], "telegram": [f'token_file = "{TOKEN}"']}
    for number, line in enumerate(lines, 1):
        key, equals, value = (part.strip() for part in line.partition("="))
        if not key or key.startswith("#") or (equals and not value):
            continue
        if not equals or key not in KEYS:
            keys = ", ".join(KEYS)
            raise SettingsError(f"answers, line {number}: should be one of {keys}, then = and a value")
        section, name = KEYS[key]
        if key in NUMBERS and not value.removeprefix("-").isdecimal():
            raise SettingsError(f"answers, line {number}: {key} should be a whole number")
        if key == "backup_recipient" and value.startswith("/"):
            value = _recipient_in(Path(value), number)
        text = value if key in NUMBERS else json.dumps(value, ensure_ascii=False)
        sections.setdefault(section, []).append(f"{name} = {text}")
    if "backup" in sections and not any(line.startswith("directory") for line in sections["backup"]):
        sections["backup"].insert(0, 'directory = "/var/backups/silbo"')
    return PLACES + "".join(f"\n[{name}]\n" + "\n".join(body) + "\n" for name, body in sections.items())


def _recipient_in(file: Path, number: int) -> str:
    """The one `age1...` line of a file, also behind "Public key: ", as `age keygen` shows it; not that of an
    identity, which has no business on the server. Raises SettingsError.
    """
    try:
        with file.open("rb") as opened:
            lines = opened.read(RECIPIENT_BYTES).decode("ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    if any(line.startswith("AGE-SECRET-KEY-") for line in lines):
        raise SettingsError(
            f"answers, line {number}: that file holds the secret key; take it off this server"
        )
    found = [line.split()[-1] for line in lines if (line.split() or [""])[-1].startswith("age1")]
    if len(found) != 1:
        raise SettingsError(f"answers, line {number}: that file should hold one recipient, a line age1...")
    return found[0]


RECIPIENT_BYTES = 1 << 16
TOKEN = "$CREDENTIALS_DIRECTORY/token"  # noqa: S105 -- where it is, not what it is
PLACES = """\
# Written by deploy.sh; change it as you like, then: systemctl restart silbo
state = "/var/lib/silbo"
runtime = "/run/silbo"
scrub_socket = "/run/silbo-scrub.sock"
convert_socket = "/run/silbo-convert.sock"
"""


def facts(settings: Settings) -> dict[str, str]:
    """What the units depend on. `network` is telegram, local, an address, or any."""
    found = {"network": "any", "state": str(settings.state), "runtime": str(settings.runtime)}
    found |= {"export": "no", "backup": "no", "page": "no", "onion": "no"}
    found |= {"database": "sockets", "sessions": "sockets"}
    if settings.page is not None:
        found |= {"page": "yes", "onion": "yes" if settings.page.onion else "no"}
        found |= {"page_path": settings.page.path, "page_built": str(settings.page.built or "")}
    if settings.telegram is not None:
        found["network"] = _way(settings.telegram)
        hooks = [bot.webhook for bot in (settings.telegram, *settings.bots.values())]
        if any(hook is not None and _network(f"http://{hook.host}") != "local" for hook in hooks):
            found["network"] = "any"  # Telegram, or a reverse proxy elsewhere, comes in by itself
    else:
        found["network"] = "local"
    page = settings.page
    if page is not None and page.socket is None and _network(f"http://{_bracketed(page.host)}") != "local":
        found["network"] = "any"
    export = getattr(settings, "export", None)
    if export is not None:
        found["export"] = "yes"
        found["export_directory"] = str(getattr(export, "directory", None) or "")
        found["export_label"] = str(getattr(export, "label", None) or "")
        found["export_sticks"] = "no" if found["export_directory"] else "yes"
    others = [desk.export for desk in settings.desks.values() if desk.export is not None]
    if others:
        found["export"] = "yes"
        places = [str(other.directory) for other in others if other.directory is not None]
        found["export_desks"] = ":".join(places)
    if settings.backup is not None:
        found |= {"backup": "yes", "backup_directory": str(settings.backup.directory)}
    if settings.store is not None:
        found["database"] = _reach(hosts_of(settings.store.url))
    if settings.sessions is not None:
        host = urlsplit(settings.sessions.url).hostname
        found["sessions"] = _reach([host] if host else ["/"])
    store = _names(None if settings.store is None else settings.store.password_file)
    found["credentials"] = ":".join(sorted(_credentials(settings) - store))
    found["database_credential"] = "".join(store)
    tokens = _exporting_tokens(settings)
    found["export_credentials"] = ":".join(sorted(_names(*tokens) | store))
    found["export_network"] = _way(settings.telegram) if settings.telegram and tokens else "local"
    return found


def _exporting_tokens(settings: Settings) -> set[Path]:
    """The files of those bots by which an export goes into a chat: most servers have none."""
    into_chats = [desk for desk in desks_of(settings) if desk.export and desk.export.chat is not None]
    bots = [bot_of(settings, desk) for desk in into_chats]
    return {bot.settings.token_file for bot in bots if bot is not None}


def _credentials(settings: Settings) -> set[str]:
    """The names of all credentials but the first bot's token, which has a way of its own."""
    bots = [settings.telegram, *settings.bots.values()]
    files = [bot.token_file for bot in bots if bot is not None]
    files += [bot.webhook.secret_file for bot in bots if bot is not None and bot.webhook is not None]
    others = [each.password_file for each in (settings.store, settings.sessions) if each is not None]
    return _names(*files, *others) - {"token"}


def _names(*files: Path | None) -> set[str]:
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/run/credentials/silbo.service"))
    return {file.name for file in files if file is not None and file.parent == folder}


def _reach(hosts: list[str]) -> str:
    """Whom a database of these hosts asks to be let out to: sockets, local, addresses, or any."""
    if all(host.startswith("/") for host in hosts):
        return "sockets"
    found = {_network(f"http://{_bracketed(host)}") for host in hosts if not host.startswith("/")}
    return "any" if "any" in found else " ".join(sorted(found - {"local"})) or "local"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _way(telegram: TelegramSettings) -> str:
    return _network(telegram.proxy or telegram.base_url)


def _network(url: str) -> str:
    host = urlsplit(url).hostname or ""
    if url == TELEGRAM:
        return "telegram"
    if host == "localhost":
        return "local"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "any"
    return "local" if address.is_loopback else str(address)


def rehearse(path: Path, state: Path, runtime: Path) -> str:
    """The settings of `path` with other folders, and with decoders that the bot starts itself."""
    load_settings(path)
    top, bracket, sections = path.read_text("utf-8").partition("\n[")
    kept = [line for line in top.splitlines() if line.partition("=")[0].strip() not in REHEARSED]
    places = [f"state = {json.dumps(str(state))}", f"runtime = {json.dumps(str(runtime))}"]
    return "\n".join([*places, *kept]) + bracket + sections


def main(arguments: list[str]) -> int:
    """Run one of the three; 1 and a sentence for what is wrong."""
    try:
        match arguments:
            case ["write"]:
                sys.stdout.write(write(sys.stdin.read().splitlines()))
            case ["facts", file]:
                for name, value in facts(load_settings(Path(file))).items():
                    print(f"{name}={value}")
            case ["rehearse", file, state, runtime]:
                sys.stdout.write(rehearse(Path(file), Path(state), Path(runtime)))
            case _:
                return 2
    except SettingsError as error:
        print(f"deploy.sh: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
