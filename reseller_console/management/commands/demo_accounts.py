"""Say who can sign in to the demonstration that is loaded."""

from typing import Any

from django.core.management.base import BaseCommand

from reseller_console.accounts.models import User
from reseller_console.demo.accounts import PASSWORD, TO_TRY, Account
from reseller_console.demo.admins import ADMINS, AdminAccount


class Command(BaseCommand):
    """`demo_accounts`: one per line, columns separated by two or more spaces."""

    help = "Print the accounts of the demonstration: email, password, who it is."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print those that are in the database; nothing where there is no demonstration."""
        known = set(User.objects.values_list("email", flat=True))
        everybody: list[Account | AdminAccount] = [*TO_TRY, *ADMINS]
        accounts = [account for account in everybody if account.email in known]
        width = max((len(account.email) for account in accounts), default=0)
        for account in accounts:
            self.stdout.write(f"{account.email:<{width}}  {PASSWORD}  {account.who}")
