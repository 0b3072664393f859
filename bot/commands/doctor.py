"""`silbo doctor`: looks at what the promises rest on, and changes nothing."""

import argparse
import asyncio

from bot.clock import today
from bot.doctor import examine
from bot.doctor.finding import EXIT_STATUS, report, worst


def options(parser: argparse.ArgumentParser) -> None:
    """How to report."""
    parser.add_argument("--json", action="store_true", help="report as JSON, for a monitoring system")
    parser.add_argument("--strict", action="store_true", help="exit status 1 when there are only warnings")


def run(options: argparse.Namespace) -> int:
    """Print what was found; return 2 if something is broken, 1 for a warning with --strict, else 0."""
    findings = asyncio.run(examine(options.config, today()))
    print(report(findings, as_json=options.json))
    state = worst(findings)
    return EXIT_STATUS[state] if options.strict or state == "broken" else 0
