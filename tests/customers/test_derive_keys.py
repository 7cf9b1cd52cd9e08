"""Bringing the stored forms of names in step after the rules for them changed."""

from __future__ import annotations

from django.core.management import call_command

from authorizations.models import Person
from customers.models import Customer
from reseller_console.lib.text import findable


def said(capsys) -> list[str]:
    call_command("derive_keys")
    return capsys.readouterr().out.splitlines()


def test_rows_of_older_rules_are_brought_in_step_and_others_left_alone(
    make_customer, north, capsys
):
    old, right = make_customer(name="Müller N.V."), make_customer(name="Other")
    person = Person(reseller=north, customer=right, name="Jörg Öpik", address="jorg@bücher.example")
    person.derive_keys()
    person.save()
    Customer.objects.filter(pk=old.pk).update(name_sort="x", search_identity="x", email_key="x")
    Person.objects.update(search_text="x", name_sort="x", address_key="x")
    assert said(capsys) == ["customers: 1 brought in step", "people: 1 brought in step"]
    old.refresh_from_db()
    assert old.name_sort == "muller nv"
    assert findable("Müller N.V.") in old.search_identity
    person.refresh_from_db()
    assert (person.name_sort, person.address_key) == ("jorg opik", "jorg@xn--bcher-kva.example")
    assert said(capsys) == ["customers: 0 brought in step", "people: 0 brought in step"]
