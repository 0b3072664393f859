"""`silbo doctor`: looks at what the promises rest on, on this machine; each finding comes with its fix.

It changes nothing, and runs beside a bot that runs. It may run as the owner of the state folder or as root.
"""

import argparse
import asyncio
from datetime import UTC, date, datetime
from pathlib import Path

from bot.doctor import data as doctor_data
from bot.doctor import host as doctor_host
from bot.doctor.finding import EXIT_STATUS, Finding, report, worst
from bot.doctor.telegram import examine_telegram
from bot.settings import SettingsError, load_settings


def doctor_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="report as JSON, for a monitoring system")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when there are only warnings")


def run_doctor(options: argparse.Namespace) -> int:
    """Print what was found; return 2 if something is broken, 1 for a warning with --strict, else 0."""
    findings = asyncio.run(examine(options.config, datetime.now(UTC).date()))
    print(report(findings, as_json=options.json))
    state = worst(findings)
    return EXIT_STATUS[state] if options.strict or state == "broken" else 0


async def examine(config: Path, today: date) -> list[Finding]:
    """Return what was found, in the order in which a server starts; only the settings, if they are wrong."""
    try:
        settings = load_settings(config)
    except SettingsError as error:
        return [Finding("config", "broken", problem) for problem in error.problems]
    telegram = settings.telegram
    return [
        *doctor_host.config_file(config),
        *doctor_host.state_folder(settings.state),
        *doctor_host.runtime_folder(settings.runtime),
        *doctor_host.room(settings.state, settings.runtime),
        *doctor_host.swap(Path("/proc/swaps"), Path("/sys/class/block")),
        *doctor_host.core_dumps(Path("/proc/sys/kernel/core_pattern")),
        *doctor_host.allocator(),
        *await doctor_host.sandbox(settings.scrub_socket),
        *doctor_data.secrets(settings.signing_key, None if telegram is None else telegram.token_file),
        *doctor_data.reviewers(settings.reviewers, today),
        *doctor_data.database(settings.state / "silbo.db", today),
        *doctor_data.backups(settings.backup, today),
        *await examine_telegram(settings),
    ]
