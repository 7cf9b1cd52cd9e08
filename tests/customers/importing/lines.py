"""Lines of a file of customers, and the command that imports it."""

from __future__ import annotations

from io import StringIO

from django.core.management import call_command

GOOD = {
    "organization_name": "Tartu Kõrgem Kunstikool",
    "segment": "EDU",
    "types": "team;enterprise",
    "country": "EE",
    "region": "",
    "city": "Tartu",
    "address_1": "Tähe 38b",
    "address_2": "",
    "postal_code": "50103",
    "contact_first": "Mari",
    "contact_last": "Kask",
    "contact_email": "Mari.Kask@kunstikool.example",
    "language": "et",
}


def run(path, *options: str, reseller="North") -> tuple[list[str], int]:
    """Return the lines printed, without the progress, and the exit code."""
    out = StringIO()
    code = 0
    try:
        call_command("import_customers", str(path), "--reseller", reseller, *options, stdout=out)
    except SystemExit as ended:
        code = int(ended.code)
    return [line for line in out.getvalue().splitlines() if not line.endswith("...")], code
