"""Order reports: what each line is, what is recorded of them, and that nothing is doubled."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from authorizations.actions import reconcile
from authorizations.actions.create import create_authorization
from authorizations.actions.order import record_order
from authorizations.actions.placing import Renewal
from authorizations.actions.reconcile import ask_to_record, choose_columns
from authorizations.models import Order, OrderLine, OrderReport, ReportSender
from authorizations.reconciling.working import waiting, work_on
from notifications.models import Email
from reseller_console.lib.refusals import ActionRefused
from tests.authorizations.reconciling.conftest import outcomes
from tests.counting import counted
from tests.personas import day_of

ON = "2026-03-02"


def record(report, by) -> None:
    """Have a report recorded, as a worker does once somebody has asked."""
    ask_to_record(report, by=by)
    work_on(report.pk)
    report.refresh_from_db()


@pytest.fixture
def scene(customer, make_customer, own, buy, photoshop, illustrator, alice, pinned_today):
    """Purchases of every kind, and a report with every outcome; returns rows and PAs."""
    own(customer)
    day = day_of(customer, pinned_today)
    others = [make_customer() for _ in range(4)]
    by_number, by_po, by_product = (
        buy(of=row, po_number=po) for row, po in zip(others[:3], ("", "PO 77", ""), strict=True)
    )
    two_lines = create_authorization(
        others[3], lines=[(photoshop, 2), (illustrator, 3)], po_number="", by=alice, day=day
    )
    typed = buy(of=others[0])
    record_order([typed], number="TYPED", ordered_on=pinned_today, by=alice, day=day)
    rows = [
        ["A-1", ON, by_number.number, "", "", "", 5],  # 2
        ["A-2", ON, "", "po 77", "", "", ""],  # 3
        ["A-3", ON, "", "", others[2].vip_id, "Test Photoshop", 5],  # 4
        ["A-4", ON, "", "", customer.vip_id, "Test Photoshop", 4],  # 5 renews
        ["A-5", ON, "", "", others[0].vip_id, "Test Acrobat", 3],  # 6 directly
        ["A-5", ON, "", "", others[0].vip_id, "Test Acrobat", 3],  # 7 again
        ["TYPED", ON, typed.number, "", "", "", 5],  # 8
        ["TYPED", "2026-03-01", typed.number, "", "", "", 5],  # 9 another date
        ["A-6", ON, two_lines.number, "", "", "Test Photoshop", 2],  # 10 in part
        ["A-7", ON, two_lines.number, "", "", "Test Illustrator", 9],  # 11
        ["A-8", ON, "PA-00000000", "", "", "", 1],  # 12
        ["A-9", ON, "", "", "F" * 20, "Test Photoshop", 1],  # 13
        ["A-10", "soon", by_number.number, "", "", "", 1],  # 14
        ["A-11", ON, typed.number, "", "", "", 5],  # 15 paid for already
        ["A-12", ON, "", "", others[1].vip_id, "Nothing", 5],  # 16
        ["A-12", ON, "", "", others[1].vip_id, "Test Acrobat", 5],  # 17 held back
    ]
    return rows, [by_number, by_po, by_product]


EXPECTED = {
    **dict.fromkeys((2, 3, 4, 5, 6), "matched"),
    7: "duplicate",
    8: "recorded",
    9: "refused",
    10: "missing",
    11: "refused",
    12: "unknown",
    13: "unknown",
    14: "refused",
    15: "refused",
    16: "unknown",
    17: "held",
}


def test_every_line_is_explained_and_what_is_matched_is_recorded_once(
    acrobat, scene, report, alice
):
    rows, paid = scene
    made = report(*rows)
    assert outcomes(made) == EXPECTED
    assert "" not in made.lines.values_list("explanation", flat=True)
    record(made, alice)
    assert made.orders_recorded == 5 and not waiting()
    for row, number in zip(paid, ("A-1", "A-2", "A-3"), strict=True):
        row.refresh_from_db()
        assert row.order.number == number
    assert Email.objects.filter(template="pa_ordered", context__order_number="A-1").count() == 1
    bought = OrderLine.objects.filter(order__number__in=["A-4", "A-5"]).order_by("order__number")
    assert [(one.quantity, one.renews_on is not None) for one in bought] == [(4, True), (3, False)]
    assert made.lines.get(line=2).order.number == "A-1"
    before = Order.objects.count()
    again = report(*rows, workbook=True)
    assert {outcomes(again)[line] for line in (2, 3, 4, 5, 6)} == {"recorded"}
    assert "matched" not in outcomes(again).values()
    with pytest.raises(ActionRefused):
        ask_to_record(again, by=alice)
    with pytest.raises(ActionRefused):
        ask_to_record(made, by=alice)
    assert Order.objects.count() == before


def test_as_many_statements_for_many_lines_as_for_few(make_customer, buy, report, alice):
    rows = [["B", ON, buy(of=make_customer()).number, "", "", "", 5] for _ in range(8)]
    for at, row in enumerate(rows):
        row[0] = f"B-{at}"
    report(["B", ON, "PA-00000000", "", "", "", 1])
    sent = []
    for some in (rows[:2], rows[2:]):
        with counted() as read:
            made = report(*some)
        number = len(read)
        ask_to_record(made, by=alice)
        with counted() as recorded:
            work_on(made.pk)
        sent.append((number, len(recorded)))
    assert sent[0] == sent[1]
    assert Order.objects.filter(number__startswith="B-").count() == 8


def test_columns_are_chosen_once_and_remembered(make_customer, buy, report, alice):
    row = [["C-1", ON, buy(of=make_customer()).number]]
    heads = ["Beleg", "Tag", "Genehmigung"]
    made = report(*row, heads=heads)
    assert "order_number" in made.fault or "columns" in made.fault
    assert waiting() == []
    choose_columns(
        made, dict(zip(("order_number", "ordered_on", "authorization_number"), heads, strict=True))
    )
    assert waiting() == [made.pk]
    work_on(made.pk)
    assert outcomes(made) == {2: "matched"}
    assert outcomes(report(*row, heads=heads, sender="disty")) == {2: "matched"}
    assert ReportSender.objects.count() == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_a_renewal_typed_by_hand_while_a_report_is_recorded_is_not_doubled(
    guarded, customer, own, report, photoshop, alice, pinned_today, monkeypatch
):
    own(customer)
    made = report(["R-1", ON, "", "", customer.vip_id, "Test Photoshop", 5])
    ask_to_record(made, by=alice)
    enter, day = reconcile.acting_on, day_of(customer, pinned_today)

    def typed_first(customers, **who):
        renewals = [Renewal(customer, [(photoshop, 5)])]
        record_order(renewals=renewals, number="HAND", ordered_on=day.today, by=alice, day=day)
        return enter(customers, **who)

    monkeypatch.setattr(reconcile, "acting_on", typed_first)
    if not guarded:
        # The twin does not look again under the locks: five licenses are renewed twice.
        seen = reconcile.compare(
            list(made.lines.all()),
            reconcile.known_to(made.reseller, list(made.lines.all()), day=day),
        )
        monkeypatch.setattr(reconcile, "_compared_under_locks", lambda *_a, **_k: seen)
    work_on(made.pk)
    renewed = OrderLine.objects.filter(renews_on__isnull=False).values_list("quantity", flat=True)
    assert list(renewed) == ([5] if guarded else [5, 5])
    assert outcomes(made) == {2: "unknown" if guarded else "matched"}


def test_the_pages_lead_from_the_file_to_its_orders(
    acrobat, scene, report, login, alice, bob, charlie
):
    rows, _paid = scene
    made = report(*rows)
    path, client = made.get_absolute_url(), login(alice)
    with counted():
        page = client.get(path).content.decode()
    assert "Record 5 orders" in page and "Held back" in page
    assert client.get(path, {"show": "missing"}).content.decode().count("<td") == 4
    assert client.get(f"{path}columns/").status_code == 200
    assert made.file_name in client.get("/orders/reports/").content.decode()
    assert login(bob).get(path).status_code == 403
    assert login(charlie).get(path).status_code == 404
    key = page.partition('name="key" value="')[2][:36]
    assert client.post(path, {"key": key}).status_code == 302
    waits = client.get(path).content.decode()
    assert "Orders are being recorded" in waits and "Look again" in waits
    work_on(made.pk)
    swapped = client.get(path, headers={"HX-Request": "true", "HX-Target": "progress"})
    assert swapped.headers.get("HX-Redirect") == path
    assert "5 orders recorded" in client.get(path).content.decode()


def test_the_lines_are_a_file_too_as_they_are_filtered(acrobat, scene, report, login, alice, bob):
    rows, _paid = scene
    made = report(*rows)
    path, client = made.get_absolute_url(), login(alice)
    sent = b"".join(client.get(f"{path}export.csv", {"show": "unknown"})).decode("utf-8-sig")
    told = list(csv.DictReader(io.StringIO(sent)))
    assert [row["Line"] for row in told] == ["12", "13", "16"]
    assert all(row["Outcome"] == "Unknown" and row["Why"] for row in told)
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{path}export.xlsx"))))
    assert book.active.max_row == len(rows) + 1
    assert login(bob).get(f"{path}export.csv").status_code == 403


def test_what_recording_refuses_is_told_and_can_be_asked_again(
    customer, buy, report, alice, monkeypatch
):
    made = report(["E-1", ON, buy(of=customer).number, "", "", "", 5])

    def refused(*_args, **_facts):
        raise ActionRefused("The customer is being moved.", code="moved")

    ask_to_record(made, by=alice)
    with monkeypatch.context() as refusing:
        refusing.setattr(reconcile, "record_within", refused)
        work_on(made.pk)
    made.refresh_from_db()
    assert made.fault == "The customer is being moved." and not waiting()
    record(made, alice)
    assert (made.fault, made.orders_recorded) == ("", 1)


def test_an_unexpected_fault_is_told_instead_of_repeated(report, customer, alice, monkeypatch):
    made = report(["E-2", ON, "PA-00000000", "", "", "", 1])
    OrderReport.objects.filter(pk=made.pk).update(compared_at=None)
    with pytest.raises(ActionRefused, match="being read"):
        choose_columns(made, {"order_number": "Sales order", "ordered_on": "Order date"})
    monkeypatch.setattr(reconcile, "compare", lambda *_args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        work_on(made.pk)
    made.refresh_from_db()
    assert "Upload it again" in made.fault and not waiting()
