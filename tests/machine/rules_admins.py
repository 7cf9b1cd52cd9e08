"""How people become VIP admins and stop: links, removal, handing over, closed accounts."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from customers.actions.accept import NewAccount, follow_link
from customers.actions.admins import (
    AdminDetails,
    hand_over,
    invite_admin,
    remove_admin,
    resend_admin_invitation,
    withdraw_admin_invitation,
)
from customers.actions.member_accounts import close_account, reopen_account
from customers.admins.landing import link_of_hash, link_of_token
from customers.admins.links import admin_token_for
from customers.models import AdminInvitation, Membership
from reseller_console.accounts.actions.leave import deactivate, reactivate
from reseller_console.lib.tokens import secret_hash
from tests.machine.book import DAY, Organization, SecretLink
from tests.machine.players import Players, which
from tests.machine.world import ADDRESSES, Tenant
from tests.personas import day_of

MOST_LINKS_AN_HOUR, MOST_LINKS_A_DAY = 5, 20


class Admins(Players):
    """VIP admins come and go."""

    def _links(self) -> list[tuple[Tenant, Organization, SecretLink]]:
        return [
            (tenant, one, link) for tenant, one in self.world.organizations for link in one.links
        ]

    def works(self, one: Organization, link: SecretLink) -> bool:
        """Return whether a link leads anywhere."""
        if link.used or link.dead or one.withdrawn or link.expires_on < self.world.today:
            return False
        return bool(link.address or not one.accepted or not self.world.active(one))

    @precondition(lambda self: self._links())
    @rule(n=which, newest=st.booleans(), who=st.integers(0, 9))
    def follow(self, n, newest, who):
        """Somebody follows a link, dead or alive: whom it is for, or somebody else."""
        links = self._links()
        alive = [row for row in links if self.works(*row[1:])]
        links = alive if newest and alive else links
        tenant, one, link = links[n % len(links)]
        row = link_of_hash(secret_hash(link.token))
        assert row is not None
        leads_somewhere = link_of_token(link.token) is not None
        assert leads_somewhere == self.works(one, link), f"a link and its life differ: {link}"
        address = (link.address or one.contact).casefold()
        by, expect = self._visitor(one, link, address, who)
        membership = self.world.act(
            follow_link,
            row,
            by=by,
            terms=tenant.terms[0] if who == 9 else tenant.terms[-1],
            language="en",
            expect=self._stale(tenant, one, link, who) or expect,
        )
        if membership:
            self._note_joining(tenant, one, link, membership)

    def _stale(self, tenant: Tenant, one: Organization, link: SecretLink, who: int) -> str | None:
        if not self.works(one, link):
            return "gone"
        return "terms" if who == 9 and not link.address and len(tenant.terms) > 1 else None

    def _visitor(self, one: Organization, link: SecretLink, address: str, who: int):
        """Return who comes, and the refusal they get from a link that works."""
        if who == 0:
            return self.tenant_of(one).managers[0], "colleague"
        others = [name for name in self.world.people if name != address]
        if who == 1 and others:
            code = "colleague" if others[0] in self.world.closed else "other_address"
            return self.world.user(others[0]), code
        if address not in self.world.people or who == 2:
            code = "known" if address in self.world.people else None
            return NewAccount("Somebody", "correct horse", "en"), code
        if address in self.world.closed:
            return self.world.user(address), "colleague"
        return self.world.user(address), "gone" if address in one.admins else None

    def _note_joining(
        self, tenant: Tenant, one: Organization, link: SecretLink, membership: Membership
    ) -> None:
        link.used = True
        address = membership.user.email.casefold()
        self.world.people[address] = membership.user
        one.admins[address] = membership.pk
        if not link.address:
            one.accepted = True
            one.accepted_versions.add(tenant.terms[-1].version)

    def _with_people(self) -> list[tuple[Tenant, Organization]]:
        return [row for row in self.world.organizations if row[1].admins]

    @precondition(lambda self: self._with_people())
    @rule(n=which, m=which, to=st.sampled_from([*ADDRESSES, "alice@north.example"]))
    def invite_another(self, n, m, to):
        """A member invites a further admin, perhaps to an organization of others."""
        tenant, one = self._with_people()[n % len(self._with_people())]
        members = sorted(self.world.people)
        by = (self.world.active(one) or members)[0] if m % 4 else members[m % len(members)]
        made = self.world.act(
            invite_admin,
            tenant.customer(one),
            details=AdminDetails("Some", "Body", to, "en"),
            by=self.world.user(by),
            day=day_of(tenant.reseller, self.world.today),
            expect=self._why_not_invited(one, by, to.casefold()),
        )
        if made:
            self._note_link(one, made)

    def _why_not_invited(self, one: Organization, by: str, to: str) -> str | None:
        if by not in self.world.active(one):
            return "not_admin"
        if to == by:
            return "oneself"
        if to in self.world.active(one):
            return "admin"
        if to in self.world.closed or to == "alice@north.example":
            return "unfit"
        if (self.tenant_of(one).reseller.pk, to) in self.world.post.suppressed:
            return "suppressed"
        sent = [link for link in one.links if link.address and link.of_today]
        to_them = [link for link in sent if link.address == to]
        full = len(to_them) >= MOST_LINKS_AN_HOUR or len(sent) >= MOST_LINKS_A_DAY
        return "too_often" if full else None

    def _note_link(self, one: Organization, made: AdminInvitation) -> None:
        for link in one.links:
            link.dead |= link.address == made.address_key
        token = admin_token_for(one.vip_id, made.address_key, made.version)
        expires_on = self.world.today + 30 * DAY
        one.links.append(SecretLink(made.pk, token, expires_on, address=made.address_key))

    @precondition(lambda self: any(link.address for _, _, link in self._links()))
    @rule(n=which, resend=st.booleans())
    def send_again_or_withdraw(self, n, resend):
        """An admin sends a link to a further admin again, or takes it back."""
        links = [row for row in self._links() if row[2].address]
        _tenant, one, link = links[-1 - n % len(links)]
        by = (self.world.active(one) or sorted(self.world.people))[0]
        row = AdminInvitation.objects.select_related("customer__reseller").get(pk=link.row)
        expect = "gone" if link.used or link.dead else None
        expect = expect if by in self.world.active(one) else "not_admin"
        if resend and expect is None:
            expect = self._why_not_invited(one, by, link.address)
        verb = resend_admin_invitation if resend else withdraw_admin_invitation
        made = self.world.act(
            verb,
            row,
            by=self.world.user(by),
            day=day_of(row, self.world.today),
            expect=expect,
            codes=[invite_admin, resend_admin_invitation],
        )
        if made and resend:
            self._note_link(one, made)
        elif made:
            link.dead = True

    @precondition(lambda self: self._with_people())
    @rule(n=which, m=which, hands_over=st.booleans())
    def leave(self, n, m, hands_over):
        """A member removes an admin, or hands over to one; perhaps to one who has left."""
        tenant, one = self._with_people()[n % len(self._with_people())]
        members = sorted(self.world.people)
        active = self.world.active(one)
        by = active[m % len(active)] if active and m % 5 else members[m % len(members)]
        # Those who have left come after those who are there.
        memberships = [*one.admins.values(), *one.former_admins]
        pk = memberships[m % len(memberships)]
        row = Membership.objects.select_related("user", "customer__reseller").get(pk=pk)
        about = row.user.email.casefold()
        gone = pk in one.former_admins
        if hands_over:
            done = self.world.act(
                hand_over,
                tenant.customer(one),
                to=row,
                by=self.world.user(by),
                day=day_of(tenant.reseller, self.world.today),
                expect=self._why_not_handed(one, by, about, gone),
            )
        else:
            done = self.world.act(
                remove_admin,
                row,
                by=self.world.user(by),
                day=day_of(row, self.world.today),
                expect=self._why_not_removed(one, by, about, gone),
            )
        if done:
            one.former_admins.append(one.admins.pop(by if hands_over else about))

    def _why_not_handed(self, one: Organization, by: str, to: str, gone: bool) -> str | None:
        if by not in self.world.active(one):
            return "not_admin"
        if to == by:
            return "oneself"
        if gone:
            return "gone"
        return "closed" if to in self.world.closed else None

    def _why_not_removed(self, one: Organization, by: str, whom: str, gone: bool) -> str | None:
        active = self.world.active(one)
        if by not in active:
            return "not_admin"
        if gone:
            return "gone"
        if whom == by:
            return "oneself" if len(active) > 1 else "last"
        return None

    @precondition(lambda self: self.world.people)
    @rule(n=which, opens=st.booleans())
    def close_or_reopen(self, n, opens):
        """Ops close the account of a member, or open it again."""
        members = sorted(self.world.people)
        closed = sorted(self.world.closed)
        address = closed[n % len(closed)] if closed and opens else members[n % len(members)]
        is_closed = address in self.world.closed
        refusal = ("active", not is_closed) if opens else ("deactivated", is_closed)
        expect = refusal[0] if refusal[1] else None
        self.world.act(
            reopen_account if opens else close_account,
            self.world.user(address),
            by=self.world.ops,
            expect=expect,
            codes=[deactivate, reactivate],
        )
        if expect is None and opens:
            self.world.closed.remove(address)
        elif expect is None:
            self.world.closed.add(address)
