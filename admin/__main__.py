"""`python -m admin` is `silbo-admin`."""

import sys

from admin.cli import main

sys.exit(main())
