"""Stands in for Django's commands: says what it was asked and by whom."""

import os
import sys
import time

command = sys.argv[1] if len(sys.argv) > 1 else ""
role = os.environ["DATABASE_URL"].split("//")[1].split(":")[0].split("/")[0]
with open(os.path.join(os.environ["CONSOLE_HOME"], "commands.txt"), "a") as log:
    log.write(f"{command} as {role}\n")
if command == "demo_accounts":
    sys.stdout.write("alice@north.example  secret-of-alice  account manager at North\n")
elif command == "load_demo":
    sys.stdout.write("  2,300 customers\n")
elif command == "wait":
    sys.stdout.write("waiting\n")
    sys.stdout.flush()
    time.sleep(60)
elif command == "fail":
    sys.exit(7)
