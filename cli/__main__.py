"""The operator's command line: `switchboard COMMAND`, in the environment that `make` sets up."""

import signal
import sys

signal.signal(signal.SIGINT, signal.SIG_DFL)  # before what takes a moment to import

from cli.line import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
