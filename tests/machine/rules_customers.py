"""What managers and ops do about customers, their invitations and the terms."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from customers.actions.correct import correct_customer
from customers.actions.invitation import resend_invitation, withdraw_invitation
from customers.actions.invite import CustomerDetails, check_twins, invite_customer
from customers.actions.returned import check_suppressed
from customers.actions.terms import accept_terms, draft_terms, publish_terms
from customers.admins.links import token_for
from customers.models import Customer, Invitation
from tests.machine.book import DAY, Organization, SecretLink, year_later
from tests.machine.players import Players, which
from tests.machine.world import ADDRESSES, Tenant
from tests.personas import day_of
from tests.year.events import Resent, Withdrawn

MOST_CUSTOMERS = 3
MOST_VERSIONS = 4
MOST_LINKS_AN_HOUR, MOST_LINKS_A_DAY = 5, 20

_DETAILS = {
    "segment": "COM",
    "offerings": ["team"],
    "country": "EE",
    "region": "",
    "city": "Tallinn",
    "address_1": "Pikk 1",
    "address_2": "",
    "postal_code": "10123",
    "contact_first_name": "Vera",
    "contact_last_name": "Vaher",
    "language": "en",
}


class Customers(Players):
    """Invite, resend, withdraw, correct; new terms."""

    def sent_to_mailbox(self, tenant: Tenant, contact: str) -> int:
        """Return how many invitations customers with this contact have got today."""
        return sum(
            link.of_today and not link.address
            for one in tenant.organizations
            if one.contact.casefold() == contact.casefold()
            for link in one.links
        )

    def note_link(self, tenant: Tenant, one: Organization) -> None:
        """Write down the newest link to the contact; the ones before are dead."""
        for link in one.links:
            link.dead |= not link.address
        newest = Invitation.objects.get(customer=one.pk, superseded_at__isnull=True)
        token = token_for(one.vip_id, newest.version)
        one.links.append(SecretLink(newest.pk, token, self.world.today + 30 * DAY))

    @rule(
        n=which,
        contact=st.sampled_from(ADDRESSES),
        custom=st.sampled_from([None, None, 0, 1, 40, 800]),
        again=st.integers(0, 5),
    )
    def invite(self, n, contact, custom, again):
        """A manager invites a customer; perhaps one there is already, or with a wrong date."""
        tenant = self.world.tenants[n % 2]
        today, known = self.world.today, tenant.organizations
        name = f"Customer {len(known)} of {tenant.reseller.name}"
        if known and (again == 0 or len(known) >= MOST_CUSTOMERS):
            name, contact = known[n % len(known)].name.upper(), known[0].contact
        custom_on = None if custom is None else year_later(today, today.day) + custom * DAY
        made = self.world.act(
            invite_customer,
            tenant.reseller,
            details=CustomerDetails(name=name, contact_email=contact, **_DETAILS),
            custom_anniversary_on=custom_on,
            same_name_ok=False,
            by=tenant.managers[n % 2],
            day=day_of(tenant.reseller, today),
            expect=self._why_no_invitation(tenant, name, contact, custom),
            codes=[check_twins],
        )
        if made:
            self._note_invited(tenant, made, custom_on)

    def _why_no_invitation(
        self, tenant: Tenant, name: str, contact: str, custom: int | None
    ) -> str | None:
        if custom in (0, 800):
            return "custom_anniversary"
        twins = [one for one in tenant.organizations if one.name.casefold() == name.casefold()]
        if any(one.contact.casefold() == contact.casefold() for one in twins):
            return "duplicate"
        if twins:
            return "same_name"
        full = self.sent_to_mailbox(tenant, contact) >= MOST_LINKS_A_DAY
        return "too_often" if full else None

    def _note_invited(self, tenant: Tenant, made: Customer, custom_on) -> None:
        one = Organization(
            pk=made.pk,
            vip_id=made.vip_id,
            name=made.name,
            contact=made.contact_email,
            invited_on=self.world.today,
            counts=tenant.counts,
            custom=custom_on,
        )
        tenant.organizations.append(one)
        tenant.customers[made.pk] = made
        self.note_link(tenant, one)

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, resend=st.booleans())
    def resend_or_withdraw(self, n, resend):
        """A manager sends the invitation again, or takes it back."""
        tenant, one = self.some_organization(n)
        self.world.act(
            resend_invitation if resend else withdraw_invitation,
            tenant.customer(one),
            by=tenant.managers[0],
            day=day_of(tenant.reseller, self.world.today),
            expect=self._why_not_resent(tenant, one) if resend else self._why_not_withdrawn(one),
            codes=[check_suppressed],
        )
        if resend and not self._why_not_resent(tenant, one):
            one.withdrawn = False
            one.note(Resent(self.world.today))
            self.note_link(tenant, one)
        elif not resend and not self._why_not_withdrawn(one):
            one.withdrawn = True
            one.note(Withdrawn(self.world.today))

    def _why_not_resent(self, tenant: Tenant, one: Organization) -> str | None:
        if not one.withdrawn and one.accepted and self.world.active(one):
            return "accepted"
        if (tenant.reseller.pk, one.contact.casefold()) in self.world.post.suppressed:
            return "suppressed"
        own = [link for link in one.links if link.of_today and not link.address]
        full = self.sent_to_mailbox(tenant, one.contact) >= MOST_LINKS_A_DAY
        return "too_often" if full or len(own) >= MOST_LINKS_AN_HOUR else None

    def _why_not_withdrawn(self, one: Organization) -> str | None:
        if one.withdrawn:
            return None
        if one.accepted:
            return "accepted"
        return "has_products" if one.has_products(self.world.today) else None

    @precondition(lambda self: self.world.organizations)
    @rule(n=which, contact=st.sampled_from(ADDRESSES), ops=st.integers(0, 5))
    def correct_contact(self, n, contact, ops):
        """Ops correct the contact's address; managers may not."""
        tenant, one = self.some_organization(n)
        self.world.act(
            correct_customer,
            tenant.customer(one),
            changes={"contact_email": contact},
            reason="A slip of the pen.",
            by=self.world.ops if ops else tenant.managers[0],
            day=day_of(tenant.reseller, self.world.today),
            expect=None if ops else "not_ops",
        )
        if ops and contact.casefold() != one.contact.casefold():
            one.end_link(self.world.today)
        if ops:
            one.contact = contact

    @precondition(lambda self: any(self._may_get_new_terms()))
    @rule(n=which, words=st.integers(0, 5))
    def publish(self, n, words):
        """Ops put a new version of the terms in force, now and then one without words."""
        tenants = self._may_get_new_terms()
        tenant = tenants[n % len(tenants)]
        draft = tenant.reseller.program.vip_terms.filter(published_at__isnull=True).first()
        draft = draft or draft_terms(tenant.terms[-1], by=self.world.ops)
        draft.texts.update(body="New terms." if words else " ")
        self.world.before = self.world.rows()
        done = self.world.act(
            publish_terms, draft, by=self.world.ops, expect=None if words else "no_text"
        )
        if done:
            tenant.terms.append(done)

    def _may_get_new_terms(self) -> list[Tenant]:
        """Return the resellers for which somebody has accepted the newest terms, of few."""
        return [
            tenant
            for tenant in self.world.tenants
            if len(tenant.terms) < MOST_VERSIONS
            and any(len(tenant.terms) in one.accepted_versions for one in tenant.organizations)
        ]

    @precondition(lambda self: self.world.people and self.world.organizations)
    @rule(n=which, m=which, version=st.integers(0, 5))
    def accept_new_terms(self, n, m, version):
        """A member accepts the terms in force, or ones that were shown long ago."""
        tenant, one = self.some_organization(n)
        members = sorted(self.world.people)
        active = self.world.active(one)
        by = active[m % len(active)] if active and m % 4 else members[m % len(members)]
        terms = tenant.terms[0] if version == 0 else tenant.terms[-1]
        expect = None
        if by not in active:
            expect = "not_admin"
        elif terms is not tenant.terms[-1] and not one.accepted_versions & {terms.version}:
            expect = "terms"
        done = self.world.act(
            accept_terms,
            tenant.customer(one),
            terms=terms,
            by=self.world.user(by),
            language="en",
            day=day_of(tenant.reseller, self.world.today),
            expect=expect,
        )
        if done:
            one.accepted_versions.add(terms.version)
