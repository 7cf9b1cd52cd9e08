"""The admin of a console with two thousand resellers: short pages, few questions, searches."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.contrib.admin.filters import RelatedFieldListFilter

from customers.models import Customer
from reseller_console.accounts.models import User
from reseller_console.lib.admin_choices import NamedFilter, SearchedSelect
from reseller_console.tenancy.models import Program, ProgramTerms, Reseller, VipTerms
from tests import personas
from tests.admin.forms import opened
from tests.admin.pages import MODELS, url
from tests.counting import counted

LONGEST = 60_000
MANY = 2_000
# Questions of a list and of a form, of whatever table.
MOST_IN_A_LIST, MOST_IN_A_FORM = 10, 25


@pytest.fixture
def rows(one_of_each, program, alice):
    """One row of every table, of which forms are opened."""
    draft = personas.make_vip_terms(program, version=2, published=False)
    chosen = {VipTerms: draft, User: alice}
    return {model: chosen.get(model) or model._default_manager.first() for model in MODELS}


def pages(rows) -> list[str]:
    lists = [url(model) for model in MODELS]
    lists += [f"{url(User)}?reseller=North", f"{url(Customer)}?show=past-due"]
    return lists + [url(model, "change", row.pk) for model, row in rows.items()]


def look(client, paths) -> dict[str, int]:
    """Return how many questions each page asks; none is too long."""
    asked = {}
    for path in paths:
        with counted() as queries:
            answer = client.get(path)
        assert len(answer.content) < LONGEST, (path, len(answer.content))
        asked[path] = len(queries)
    return asked


def make_many(program) -> None:
    programs = [Program(name=f"Program {n:04}") for n in range(MANY)]
    made = Program.objects.bulk_create(programs)
    ProgramTerms.objects.bulk_create(
        ProgramTerms(program=one, effective_on=dt.date(2020, 1, 1)) for one in made
    )
    Reseller.objects.bulk_create(
        Reseller(name=f"Reseller {n:04}", program=made[n]) for n in range(MANY)
    )
    personas.make_reseller("Eastern Licenses", program=program)


def test_pages_stay_short_and_ask_what_they_asked_before(desk, rows, program):
    paths = pages(rows)
    look(desk, paths)
    before = look(desk, paths)
    adding = [url(model, "add") for model in (Program, Reseller, User, VipTerms)]
    added = look(desk, adding)
    make_many(program)
    assert look(desk, paths) == before
    assert look(desk, adding) == added
    lists = {path for path in paths if not path.endswith("/change/")}
    assert max(count for path, count in before.items() if path in lists) <= MOST_IN_A_LIST
    assert max(count for path, count in before.items() if path not in lists) <= MOST_IN_A_FORM


def test_no_form_and_no_filter_lists_rows_of_another_table(desk, rows):
    for model in MODELS:
        for page, args in (("change", [rows[model].pk]), ("add", [])):
            answer = desk.get(url(model, page, *args))
            # Erasing a person has a page of its own: an address and a reason are typed.
            if answer.status_code == 200 and "adminform" in answer.context:
                for name, field in answer.context["adminform"].form.fields.items():
                    if isinstance(field, forms.ModelChoiceField):
                        assert isinstance(field.widget.widget, SearchedSelect), (model, name)
        specs = desk.get(url(model)).context["cl"].filter_specs
        assert not [spec for spec in specs if isinstance(spec, RelatedFieldListFilter)], model


def test_a_filter_finds_resellers_by_name_and_keeps_the_rest(desk, north, south, alice, sam):
    path = url(User)
    asked = {"reseller": "south", "role__exact": "primary", "q": "example"}
    found = desk.get(path, asked).context["cl"]
    assert set(found.result_list) == {sam}
    (spec,) = [spec for spec in found.filter_specs if isinstance(spec, NamedFilter)]
    assert set(spec.kept) == {("role__exact", "primary"), ("q", "example")}
    assert [choice["display"] for choice in spec.choices(found)] == ["All", south.name]
    assert not desk.get(path, {"reseller": "nobody"}).context["cl"].result_list
    for strange in ("\0", "%", "<b>", "'", "x" * 5_000):
        answer = desk.get(path, {"reseller": strange})
        assert answer.status_code == 200
        assert "<b>" not in answer.content.decode().split("<main")[1]


def test_a_whole_name_finds_that_one_alone(desk, north, alice, program):
    longer = personas.make_reseller(f"{north.name} and more", program=program)
    other = personas.make_user("x@longer.example", "X", longer, "viewer")
    found = desk.get(url(User), {"reseller": north.name}).context["cl"].result_list
    assert alice in found
    assert other not in found


def test_the_search_of_a_form_finds_resellers(desk, program):
    make_many(program)
    asked = {"app_label": "accounts", "model_name": "user", "field_name": "reseller"}
    answer = desk.get("/admin/autocomplete/", asked | {"term": "eastern"}).json()
    assert [row["text"] for row in answer["results"]] == ["Eastern Licenses"]


def test_without_javascript_the_id_is_typed(desk, north, program):
    other = Program.objects.create(name="Other")
    path = url(Reseller, "change", north.pk)
    page = desk.get(path).content.decode()
    typed = page.split("<noscript>")[1].split("</noscript>")[0]
    assert f'name="program" value="{program.pk}"' in typed
    data = opened(desk, path)
    # The select comes first in the page, then what is typed.
    data["program"] = [str(program.pk), str(other.pk)]
    assert desk.post(path, data).status_code == 302
    north.refresh_from_db()
    assert north.program == other
    for wrong in ("x", "-1", "0", "9" * 30, "\0", "٣"):
        answer = desk.post(path, opened(desk, path) | {"program": ["", wrong]})
        assert "program" in answer.context["adminform"].form.errors, wrong
