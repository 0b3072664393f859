"""`python -m bot` is the command `silbo`."""

import sys

from bot.cli import main

sys.exit(main())
