"""`python -m analysis`: the same figures as the reports, from a table of responses. See `analysis.command`."""

from __future__ import annotations

import sys

from analysis.command.run import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
