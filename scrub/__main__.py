"""`python -m scrub FILE... --out DIR`: removes metadata, and knows nothing of a bot."""

import argparse
import sys

from scrub.command import options, run

parser = argparse.ArgumentParser(prog="python -m scrub", description="Remove metadata from files.")
options(parser)
sys.exit(run(parser.parse_args()))
