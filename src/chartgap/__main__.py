"""`python -m chartgap` is `chartgap`."""

import sys

from chartgap.cli import main

if __name__ == "__main__":
    sys.exit(main())
