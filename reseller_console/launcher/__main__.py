"""`python -m reseller_console.launcher`: what `./console` hands over to."""

import sys

if sys.version_info < (3, 12):
    sys.exit("console: Python 3.12 or newer is needed.")

from reseller_console.launcher.commands import main

sys.exit(main(sys.argv[1:]))
