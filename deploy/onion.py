"""For deploy.sh: the settings of the page's tor, out of silbo.toml. Runs in a release.

python onion.py FILE STATE yes|no     FILE is silbo.toml, STATE tor's folder; whether it knows proof of work
"""

import sys
from pathlib import Path

from bot.settings import PageSettings, SettingsError, load_settings

STREAMS = 64
"""Of one circuit: a browser opens a handful."""


def torrc(page: PageSettings, state: str, *, work: bool) -> str:
    """Tor's settings. No port of its own, no log but of errors, and of a client's words none."""
    lines = [
        "# Written by deploy.sh install --onion",
        f"DataDirectory {state}/data",
        "SocksPort 0",
        "ControlPort 0",
        "ClientUseIPv6 1",
        "AvoidDiskWrites 1",
        "SafeLogging 1",
        "Log err stderr",
        f"HiddenServiceDir {state}/service",
        "HiddenServiceVersion 3",
        f"HiddenServicePort 80 {_host(page.host)}:{page.port}",
        f"HiddenServiceMaxStreams {STREAMS}",
        "HiddenServiceMaxStreamsCloseCircuit 1",
        "HiddenServiceEnableIntroDoSDefense 1",
        *(["HiddenServicePoWDefensesEnabled 1"] if work else []),
    ]
    return "\n".join(lines) + "\n"


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def main(arguments: list[str]) -> int:
    """Write them; 1 and a sentence for what is wrong."""
    try:
        file, state, work = arguments
        page = load_settings(Path(file)).page
        if page is None:
            raise SettingsError("silbo.toml: page: this section is needed for an onion service")
        if page.socket is not None:  # it lies in a folder that tor's user may not enter
            raise SettingsError("silbo.toml: page: an onion service needs host and port, not a socket")
    except SettingsError as error:
        print(f"deploy.sh: {error}", file=sys.stderr)
        return 1
    sys.stdout.write(torrc(page, state, work=work == "yes"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
