"""`python -m reseller_console.launcher`: what `./console` hands over to."""

import sys

from reseller_console.launcher.commands import main

sys.exit(main(sys.argv[1:]))
