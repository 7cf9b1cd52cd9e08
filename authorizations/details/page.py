"""What the details page shows of one customer, a fixed number of queries however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from re import fullmatch
from zoneinfo import ZoneInfo

from django.db.models import F

from authorizations.details.rows import Row, rows_of
from authorizations.licenses.affected import Affected, affected
from authorizations.licenses.owned import ProductRow, product_rows
from authorizations.models import (
    AuthorizationQuerySet,
    Order,
    OrderLine,
    Product,
    PurchaseAuthorization,
)
from authorizations.numbers import SHAPE
from authorizations.orders.rows import OrderRow
from authorizations.orders.rows import rows_of as orders_as_rows
from authorizations.renewing.terms import dates_of, why_not_notified
from authorizations.rules.discount import Discount, discounts_of
from authorizations.rules.license_reasons import reasons_of_licenses
from authorizations.rules.past_due import blocking_authorizations, reason
from authorizations.rules.status import Status
from customers.admins.memberships import admins_of, open_invitations_of
from customers.admins.vip_terms import latest_acceptance, terms_to_accept
from customers.anniversary_reasons import reason_of_anniversary
from customers.invitations.reasons import (
    reason_of_invitation,
    refusal_to_withdraw,
    why_no_purchase,
)
from customers.invitations.returned import Returned, returned
from customers.invitations.status import InvitationStatus
from customers.models import (
    AdminInvitation,
    Customer,
    Invitation,
    Membership,
    Offering,
    TermsAcceptance,
)
from customers.organization.addresses import FIELDS as ADDRESS_FIELDS
from customers.organization.envelope import address_lines
from customers.standing import FILTERS, NO_PRODUCTS, Filter
from customers.standing_reasons import Named, of_manager
from notifications.delivery import Delivery, delivery_expression
from reseller_console.lib.lists import Key, Paging, Section, SectionPage, read_date, read_id
from reseller_console.lib.reasons import Reason
from reseller_console.tenancy.models import Day, VipTerms

HISTORY_ROWS = 50
OPEN_ROWS = 50
ORDER_ROWS = 25
_SLUG = "newest"
_ORDER_KEYS = [Key("ordered_on", F("ordered_on"), read_date), Key("id", F("id"), read_id)]
_KEYS = [Key("created_on", F("created_on"), read_date), Key("id", F("id"), read_id)]


class Details:
    """The sections of the page; each is fetched when it is asked for, once."""

    def __init__(
        self, customer: Customer, *, day: Day, after: str = "", orders_after: str = ""
    ) -> None:
        self.customer, self.day, self.after = customer, day, after
        self.orders_after = orders_after

    @cached_property
    def _authorizations(self) -> AuthorizationQuerySet:
        """All of the customer's PAs."""
        rows = PurchaseAuthorization.objects.filter(customer=self.customer).on(self.day.today)
        return rows.select_related("order", "requested_by")

    def _rows(self, authorizations: Iterable[PurchaseAuthorization]) -> list[Row]:
        found = list(authorizations)
        for authorization in found:
            authorization.customer = self.customer
        return rows_of(found, seller=self.customer.reseller, today=self.day.today)

    @cached_property
    def _open(self) -> list[Row]:
        rows = self._authorizations.open().order_by("due_on", "id")[: OPEN_ROWS + 1]
        return self._rows(rows)

    @property
    def open_rows(self) -> list[Row]:
        """The PAs an order is awaited for, the most urgent first."""
        return self._open[:OPEN_ROWS]

    @property
    def open_is_cut(self) -> int:
        """How many are shown when there are more; 0 when these are all."""
        return OPEN_ROWS if len(self._open) > OPEN_ROWS else 0

    @cached_property
    def late(self) -> list[PurchaseAuthorization]:
        """The PAs that are past due, the longest first; they come first of the open ones."""
        late = [row.authorization for row in self._open if row.status in Status.PAST_DUE]
        if len(late) <= OPEN_ROWS:
            return late
        return blocking_authorizations(self.customer, today=self.day.today)

    @property
    def late_because(self) -> str:
        """Why no products can be added at the moment; blank when they can."""
        return reason(self.late, today=self.day.today) if self.late else ""

    def just_created(self, number: str) -> Row | None:
        """The PA of that number while it is pending, for what is said right after."""
        if not fullmatch(SHAPE, number):
            return None
        rows = self._rows(self._authorizations.filter(number=number))
        return next((row for row in rows if row.status is Status.PENDING), None)

    @cached_property
    def products(self) -> list[ProductRow]:
        """The products the customer holds."""
        return product_rows(self.customer, day=self.day)

    @property
    def has_to_renew(self) -> bool:
        """Whether something is to renew, whenever that is."""
        return any(row.to_renew for row in self.products)

    @property
    def licenses_because(self) -> list[tuple[Product, list[Reason]]]:
        """Why the licenses of each product are what they are."""
        papers = defaultdict(list)
        for row in self._open:
            for product, _quantity in row.lines:
                papers[product].append(row.authorization)
        date, seller = self.customer.anniversary, self.customer.reseller.name
        renewal = dates_of(date, day=self.day) if date else None
        return [
            (
                row.product,
                list(
                    reasons_of_licenses(
                        row, papers[row.product.name], renewal=renewal, seller=seller
                    )
                ),
            )
            for row in self.products
        ]

    @property
    def standings(self) -> list[tuple[Filter, Reason]]:
        """The filters of the rail the customer is in, each with why and until when."""
        named = Named(
            pending=[
                row.authorization.number for row in self._open if row.status is Status.PENDING
            ],
            late=[row.number for row in self.late],
        )
        found = [(entry, entry.reason(self.customer, self.day, named)) for entry in FILTERS]
        return [(entry, reason) for entry, reason in found if reason is not None]

    @property
    def managed_because(self) -> Reason:
        """Whom “Managed by me” shows the customer, and who can change that."""
        return of_manager(self.customer)

    @property
    def anniversary_because(self) -> Reason:
        """Why the anniversary date is what it is, and when it moves."""
        return reason_of_anniversary(self.customer, day=self.day)

    @property
    def invitation_because(self) -> Reason:
        """Why the invitation has its status."""
        zone = ZoneInfo(self.customer.reseller.time_zone)
        return reason_of_invitation(self.invitation_status, self.customer, zone=zone)

    @property
    def why_not_withdrawn(self) -> str:
        """Why an invitation that is not accepted carries no Withdraw; blank where it does."""
        nothing = NO_PRODUCTS.reason(self.customer, self.day) is not None
        if self.customer.withdrawn_at or self.customer.accepted_at:
            return ""
        return str(refusal_to_withdraw(self.customer, holds_nothing=nothing) or "")

    @property
    def why_no_purchase(self) -> str:
        """Why no purchase authorization can be created for want of an invitation."""
        return why_no_purchase(self.customer)

    @property
    def why_not_notified(self) -> str:
        """Why the customer cannot be notified of a renewal at the moment."""
        return why_not_notified(self.customer, day=self.day)

    @cached_property
    def affected(self) -> list[Affected]:
        """The people whose license does not work."""
        return affected(self.customer, self.products)

    @cached_property
    def history(self) -> SectionPage[Row]:
        """One page of all PAs, newest first."""
        paging = Paging(Section(self.after), _KEYS, _SLUG, descending=True)
        found, around = paging.read(self._authorizations, HISTORY_ROWS)
        return SectionPage(self._rows(found), around)

    @cached_property
    def orders(self) -> SectionPage[OrderRow]:
        """One page of the customer's orders, newest first, each with this customer's lines."""
        own = OrderLine.objects.filter(customer=self.customer)
        orders = Order.objects.filter(pk__in=own.values("order"))
        paging = Paging(Section(self.orders_after), _ORDER_KEYS, "orders", descending=True)
        found, around = paging.read(orders, ORDER_ROWS)
        return SectionPage(
            orders_as_rows(found, today=self.day.today, customer=self.customer), around
        )

    @cached_property
    def discount(self) -> Discount | None:
        """The discount level of the term; None without an anniversary date."""
        return discounts_of([self.customer], self.day).get(self.customer.pk)

    @property
    def address(self) -> list[str]:
        """The customer's address, line by line."""
        return address_lines(**{name: getattr(self.customer, name) for name in ADDRESS_FIELDS})

    @property
    def statuses(self) -> list[Status]:
        """Every state a PA can have, for the legend."""
        return list(Status)

    @property
    def missing_offerings(self) -> list[Offering]:
        """The offering types that can still be added."""
        return [offering for offering in Offering if offering not in self.customer.offerings]

    @cached_property
    def invitation(self) -> Invitation | None:
        """The link in force, with the delivery state of its email."""
        links = Invitation.objects.filter(customer=self.customer).in_force()
        return links.annotate(delivery=delivery_expression("email__")).first()

    @property
    def delivery(self) -> Delivery | None:
        """What became of the invitation's email; None when there was none."""
        link = self.invitation
        return Delivery(link.delivery) if link and link.email_id else None

    @cached_property
    def returned(self) -> Returned | None:
        """What to say about an invitation that did not reach the contact."""
        return returned(self.customer) if self.customer.invitation_bounced_at else None

    @property
    def invitation_status(self) -> InvitationStatus:
        """Status of the contact's invitation."""
        return InvitationStatus(self.customer.invitation_state)

    @cached_property
    def admins(self) -> list[Membership]:
        """The customer's active VIP admins; no one is one before the terms are accepted."""
        return admins_of(self.customer) if self.customer.accepted_at else []

    @cached_property
    def invited_admins(self) -> list[AdminInvitation]:
        """The links to further admins that wait; only an admin sends one."""
        return list(open_invitations_of(self.customer)) if self.admins else []

    @cached_property
    def acceptance(self) -> TermsAcceptance | None:
        """The newest version of the VIP terms that was accepted, by whom and when."""
        return latest_acceptance(self.customer) if self.customer.accepted_at else None

    @cached_property
    def terms_waiting(self) -> VipTerms | None:
        """The newer version that an admin still has to accept."""
        return terms_to_accept(self.customer) if self.customer.accepted_at else None

    @property
    def may_resend(self) -> bool:
        """Whether the contact's link leads anywhere, or would after coming back."""
        return self.customer.withdrawn_at is not None or not self.admins
