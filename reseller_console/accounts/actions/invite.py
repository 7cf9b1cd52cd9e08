"""Invite colleagues, send their links again, and let them join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications import outbox
from reseller_console.accounts.actions.lock import lock_team, locked_colleague, record
from reseller_console.accounts.activity import TeamKind
from reseller_console.accounts.links import PURPOSE, VALID_DAYS, token_for
from reseller_console.accounts.models import ColleagueInvitation, Role, User
from reseller_console.lib.refusals import ActionRefused
from reseller_console.lib.tokens import secret_hash
from reseller_console.tenancy.models import Reseller

A_DAY = dt.timedelta(days=1)
MOST_LINKS_A_DAY = 5
PAUSE = dt.timedelta(minutes=1)
MOST_INVITED_A_DAY = 100


def invite(
    reseller: Reseller | None,
    *,
    addresses: Sequence[str],
    role: str,
    by: User,
    today: dt.date,
    name: str = "",
) -> list[User]:
    """Make accounts for these email addresses and mail each a link to choose a password.

    All of them or none. `reseller` is None for ops accounts. Raises ActionRefused with code
    "not_admin", "role", "known" (a person has the address already) or "too_many".
    """
    with transaction.atomic():
        actor = lock_team(reseller, by=by)
        _check_role(reseller, role, by=actor)
        _check_pace(reseller, len(addresses))
        invited = [
            _make_account(address, reseller=reseller, role=role, name=name) for address in addresses
        ]
        for colleague in invited:
            _send_link(colleague, by=actor, today=today)
            words = str(Role(role).label) if role else ""
            record(colleague, TeamKind.INVITED, by=actor, role=words)
    return invited


def invite_first_ops(address: str, *, name: str) -> User:
    """Make the first ops account, which nobody can invite, and mail it a link to itself.

    Raises ActionRefused with code "done" where there are ops, or "known".
    """
    with transaction.atomic():
        ops = _make_first_ops(address, name=name)
        _send_link(ops, by=ops, today=ops.today())
    return ops


def make_first_ops(address: str, *, name: str, password: str) -> User:
    """Make the first ops account with a password; the rest as `invite_first_ops`."""
    with transaction.atomic():
        ops = _make_first_ops(address, name=name)
        ops.joined_at = timezone.now()
        ops.set_password(password)
        ops.save(update_fields=["joined_at", "password"])
    return ops


def _make_first_ops(address: str, *, name: str) -> User:
    if User.objects.filter(is_superuser=True).exists():
        raise ActionRefused(_("There are ops already; they invite others."), code="done")
    return _make_account(address, reseller=None, role="", name=name)


def _check_role(reseller: Reseller | None, role: str, *, by: User) -> None:
    """Ops alone may appoint the first primary admin of a reseller."""
    allowed = [*Role.INVITED]
    if reseller is None:
        allowed = [""]
    elif by.is_superuser and not User.objects.filter(reseller=reseller, role=Role.PRIMARY).exists():
        allowed.append(Role.PRIMARY)
    if role not in allowed:
        raise ActionRefused(_("Choose one of the roles."), field="role", code="role")


def _check_pace(reseller: Reseller | None, count: int) -> None:
    sent = ColleagueInvitation.objects.filter(reseller=reseller, version=1).sent_within(A_DAY)
    if sent.count() + count > MOST_INVITED_A_DAY:
        raise ActionRefused(
            _("A team invites at most %(most)d people a day. Invite the rest tomorrow.")
            % {"most": MOST_INVITED_A_DAY},
            code="too_many",
        )


def _make_account(address: str, *, reseller: Reseller | None, role: str, name: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(
                address,
                name=name,
                reseller=reseller,
                role=role,
                is_staff=reseller is None,
                is_superuser=reseller is None,
                invited_at=timezone.now(),
            )
    except IntegrityError as error:
        if "one_account_per_address" not in str(error):
            raise
    own = User.objects.filter(reseller=reseller).with_address(address).exists()
    # Whether a person works for another reseller is no one's business.
    sentence = (
        _("%(address)s is in your team already.")
        if own
        else _("%(address)s cannot be invited. Ask ops about this address.")
    )
    raise ActionRefused(sentence % {"address": address}, field="addresses", code="known")


def resend(colleague: User, *, by: User, today: dt.date) -> User:
    """Mail a new link to a person who has not joined yet; the old link no longer works.

    Raises ActionRefused with code "not_admin", "not_pending" or "too_many".
    """
    with transaction.atomic():
        colleague, actor = locked_colleague(colleague, by=by)
        if not is_pending(colleague):
            raise ActionRefused(
                _("%(name)s is not waiting for an invitation.") % {"name": colleague},
                code="not_pending",
            )
        links = ColleagueInvitation.objects.filter(user=colleague)
        if links.sent_within(PAUSE).exists():
            raise ActionRefused(
                _("An invitation went out less than a minute ago. Wait a minute."), code="too_many"
            )
        if links.sent_within(A_DAY).count() >= MOST_LINKS_A_DAY:
            raise ActionRefused(
                _("%(most)d invitations went to %(address)s today. Try again tomorrow.")
                % {"most": MOST_LINKS_A_DAY, "address": colleague.email},
                code="too_many",
            )
        _send_link(colleague, by=actor, today=today)
        record(colleague, TeamKind.RESENT, by=actor)
    return colleague


def is_pending(colleague: User) -> bool:
    """Whether this person was invited, has not joined and still may (`membership.RULES`)."""
    return User.objects.waiting_to_join().filter(pk=colleague.pk).exists()


def _send_link(colleague: User, *, by: User, today: dt.date) -> None:
    links = ColleagueInvitation.objects.filter(user=colleague)
    newest = links.order_by("-version").first()
    links.in_force().update(superseded_at=timezone.now())
    version = newest.version + 1 if newest else 1
    expires_on = today + dt.timedelta(days=VALID_DAYS)
    ColleagueInvitation.objects.create(
        reseller=colleague.reseller,
        user=colleague,
        version=version,
        token_hash=secret_hash(token_for(colleague.pk, version)),
        sent_by=by,
        expires_on=expires_on,
    )
    link = {"purpose": PURPOSE, "user_id": colleague.pk, "version": version}
    outbox.post(
        template="colleague_invited",
        key=f"colleague_invited:{colleague.pk}:{version}",
        to_address=colleague.email,
        to_name=colleague.name,
        language=colleague.language,
        reseller=colleague.reseller,
        context={
            "link": {"secret_link": link},
            "expires_on": expires_on.isoformat(),
            "invited_by": str(by),
            "invited_by_email": by.email,
            "reseller_name": colleague.reseller.name if colleague.reseller else "",
            "role": str(Role(colleague.role).label) if colleague.role else "",
        },
    )


def invitation_of(token: str) -> ColleagueInvitation | None:
    """Return the invitation a link's secret opens; None for any that opens nothing (any more).

    Unknown, used, replaced and expired links, and those of deactivated accounts, are alike.
    """
    invitation = (
        ColleagueInvitation.objects.in_force()
        .filter(token_hash=secret_hash(token), used_at__isnull=True)
        .select_related("user__reseller")
        .first()
    )
    if invitation is None or not is_pending(invitation.user):
        return None
    return invitation if invitation.user.today() <= invitation.expires_on else None


def join(invitation: ColleagueInvitation, *, name: str, password: str) -> User:
    """Take an invitation up: the account gets its name and password, and the link is used up.

    Raises ActionRefused with code "gone" when the link was used or replaced in the meantime.
    """
    with transaction.atomic():
        now = timezone.now()
        unused = ColleagueInvitation.objects.in_force().filter(
            pk=invitation.pk, used_at__isnull=True
        )
        if not unused.update(used_at=now):
            raise ActionRefused(_("This link no longer works."), code="gone")
        user = User.objects.select_for_update(of=("self",)).get(pk=invitation.user_id)
        if not user.is_active:
            raise ActionRefused(_("This link no longer works."), code="gone")
        user.name, user.joined_at = name, now
        user.set_password(password)
        user.save(update_fields=["name", "joined_at", "password"])
        record(user, TeamKind.JOINED, by=user)
    return user
