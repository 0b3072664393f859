"""`silbo doctor`: looks at what the promises rest on, on this machine; each finding comes with its fix.

It changes nothing, and runs beside a bot that runs. It may run as the owner of the state folder or as root.
"""

from datetime import date
from pathlib import Path

from bot.bots import bots_of
from bot.doctor import data as doctor_data
from bot.doctor import host as doctor_host
from bot.doctor.finding import Finding
from bot.doctor.page import page
from bot.doctor.quiet import quiet
from bot.doctor.shared import shared
from bot.doctor.telegram import examine_telegram
from bot.doctor.told import told
from bot.settings import SettingsError, load_settings


async def examine(config: Path, today: date) -> list[Finding]:
    """Return what was found, in the order in which a server starts; only the settings, if they are wrong."""
    try:
        settings = load_settings(config)
    except SettingsError as error:
        return [Finding("config", "broken", problem) for problem in error.problems]
    return [
        *doctor_host.config_file(config),
        *doctor_host.state_folder(settings.state),
        *doctor_host.runtime_folder(settings.runtime),
        *doctor_host.room(settings.state, settings.runtime),
        *doctor_host.swap(Path("/proc/swaps"), Path("/sys/class/block")),
        *doctor_host.core_dumps(Path("/proc/sys/kernel/core_pattern")),
        *quiet(settings.scrub_socket, settings.convert_socket, Path("/")),
        *doctor_host.allocator(),
        *await doctor_host.sandbox(settings.scrub_socket),
        *doctor_host.pictures(),
        *doctor_data.secrets(settings.signing_key, bots_of(settings)),
        *doctor_data.reviewers(settings.reviewers, today),
        *doctor_data.further_desks(settings, today),
        *told(settings),
        *(
            doctor_data.database(settings.state / "silbo.db", today)
            if settings.store is None
            else doctor_data.postgresql(settings, today)
        ),
        *shared(settings),
        *doctor_data.leftovers(settings.state),
        *doctor_data.backups(settings.backup, today),
        *page(settings.page),
        *await examine_telegram(settings),
    ]
