"""Say who can sign in to the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from reseller_console.demo.accounts import PASSWORD, TO_TRY, Account
from reseller_console.demo.admins import ADMINS, AdminAccount


class Command(BaseCommand):
    """`demo_accounts`: one per line, columns separated by two or more spaces."""

    help = "Print the accounts of the demonstration: email, password, who it is."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print them."""
        accounts: list[Account | AdminAccount] = [*TO_TRY, *ADMINS]
        width = max(len(account.email) for account in accounts)
        for account in accounts:
            self.stdout.write(f"{account.email:<{width}}  {PASSWORD}  {account.who}")
