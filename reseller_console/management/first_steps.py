"""The first steps of a new console: what has to be there before anybody can work in it.

Each step makes what is missing, says in a line what it did, and leaves alone what is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from customers.actions.terms import publish_terms
from reseller_console.accounts.actions.invite import invite, invite_first_ops, make_first_ops
from reseller_console.accounts.models import Role, User
from reseller_console.tenancy.models import (
    Program,
    ProgramTerms,
    Reseller,
    VipTerms,
    VipTermsText,
)


@dataclass(frozen=True)
class Wishes:
    """What somebody wants to be there; blank where it is there already."""

    program: str
    reseller: str
    time_zone: str
    ops_email: str = ""
    ops_name: str = ""
    ops_password: str = ""
    admin_email: str = ""
    admin_name: str = ""
    # The words of the VIP terms, by language.
    terms: dict[str, str] = field(default_factory=dict)


def has_ops() -> bool:
    """Whether somebody can enter the Django admin, or has been invited to."""
    return User.objects.filter(is_superuser=True).exists()


def has_admin(reseller: str) -> bool:
    """Whether a reseller of this name has its primary admin."""
    return User.objects.filter(reseller__name=reseller, role=Role.PRIMARY).exists()


def has_terms(program: str) -> bool:
    """Whether customers of a program of this name can accept VIP terms."""
    return VipTerms.objects.filter(program__name=program, published_at__isnull=False).exists()


@transaction.atomic
def take(wishes: Wishes) -> list[str]:
    """Take all steps or none; return what was done, a line each. Raises ActionRefused."""
    return list(_steps(wishes))


def _steps(wishes: Wishes) -> Iterator[str]:
    yield _ops(wishes)
    ops = User.objects.active().filter(is_superuser=True).order_by("pk")[0]
    program, made = Program.objects.get_or_create(name=wishes.program)
    yield _said(f"program {program}", made)
    if not program.terms.exists():
        # From before every date that can come up.
        ProgramTerms.objects.create(program=program, effective_on="2000-01-01")
    yield _terms(program, wishes.terms, by=ops)
    reseller, made = Reseller.objects.get_or_create(
        name=wishes.reseller, defaults={"program": program, "time_zone": wishes.time_zone}
    )
    yield _said(f"reseller {reseller}, time zone {reseller.time_zone}", made)
    yield _admin(reseller, wishes, by=ops)


def _said(what: str, made: bool) -> str:
    return f"made: {what}" if made else f"there already: {what}"


def _ops(wishes: Wishes) -> str:
    if has_ops():
        return _said("ops (they invite others in the admin)", made=False)
    email, name, password = wishes.ops_email, wishes.ops_name, wishes.ops_password
    if password:
        make_first_ops(email, name=name, password=password)
        return _said(f"ops account {email}, with the password given", made=True)
    invite_first_ops(email, name=name)
    return _said(f"ops account {email}, a link to choose a password is mailed", made=True)


def _terms(program: Program, words: dict[str, str], *, by: User) -> str:
    if has_terms(program.name):
        return _said("VIP terms", made=False)
    if not words:
        return "left out: VIP terms; nobody can accept an invitation before they are published"
    newest = program.vip_terms.order_by("-version").first()
    terms = VipTerms.objects.create(program=program, version=newest.version + 1 if newest else 1)
    for language, body in words.items():
        VipTermsText.objects.create(terms=terms, language=language, body=body)
    publish_terms(terms, by=by)
    return _said(f"VIP terms in {', '.join(sorted(words))}, published", made=True)


def _admin(reseller: Reseller, wishes: Wishes, *, by: User) -> str:
    if has_admin(reseller.name):
        return _said(f"primary admin of {reseller} (they invite their team)", made=False)
    (invited,) = invite(
        reseller,
        addresses=[wishes.admin_email],
        role=Role.PRIMARY,
        by=by,
        today=reseller.today(),
        name=wishes.admin_name,
    )
    return _said(f"primary admin {invited.email}, a link is mailed (good for 7 days)", made=True)
