"""Addresses of a member's pages about licenses in people's hands; all lie below `/member/`."""

from django.urls import path

from authorizations.views import holders, import_people, people

_PRODUCT = "<vip_id:vip_id>/products/<int:product_id>/"
_PEOPLE = "<vip_id:vip_id>/people/"

urlpatterns = [
    path(_PRODUCT, holders.product, name="member_product"),
    path(f"{_PRODUCT}give/", holders.give, name="member_give"),
    path(f"{_PRODUCT}take-back/", holders.take_back_many, name="member_take_back"),
    path(f"{_PRODUCT}choice/", holders.choose, name="member_choice"),
    path(_PEOPLE, people.people, name="member_people"),
    path(f"{_PEOPLE}export.csv", people.export, {"kind": "csv"}, name="member_people_export"),
    path(
        f"{_PEOPLE}export.xlsx", people.export, {"kind": "xlsx"}, name="member_people_export_xlsx"
    ),
    path(f"{_PEOPLE}import/", import_people.import_list, name="member_people_import"),
    path(
        f"{_PEOPLE}<int:person_id>/take-back/",
        people.take_everything_back,
        name="member_take_everything_back",
    ),
]
