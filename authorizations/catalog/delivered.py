"""The program's catalog as it is delivered; ops change it in the admin afterwards.

Only data and the function that stores what is missing: migrations import this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from authorizations.catalog.units import Unit
from customers.offerings import Offering
from reseller_console.tenancy.segments import Segment, all_segments

_BUSINESS = [Segment.COMMERCIAL.value, Segment.GOVERNMENT.value]
_EDUCATION = [Segment.EDUCATION.value]


@dataclass(frozen=True)
class Entry:
    """One product; the names are those of `authorizations.models.Product`."""

    family: str
    name: str
    offering: str
    segments: list[str] = field(default_factory=all_segments)
    unit: str = Unit.USER.value
    minimum_quantity: int = 1
    by_authorization: bool = True
    counts_toward_discount: bool = True


_APPS = (
    "After Effects",
    "Animate",
    "Audition",
    "Dimension",
    "Dreamweaver",
    "Fresco",
    "Illustrator",
    "InCopy",
    "InDesign",
    "Lightroom with Classic",
    "Photoshop",
    "Premiere Pro",
    "XD",
)
_PRO_APPS = ("After Effects", "Illustrator", "InDesign", "Photoshop", "Premiere Pro")
_TEAM_CREDITS = (5, 16, 40, 80, 150, 500)
_ENTERPRISE_CREDITS = (150, 500, 1_000, 2_500)


def entries() -> Iterator[Entry]:
    """Yield every product of the catalog."""
    yield from _creative_cloud_team()
    yield from _acrobat_and_documents()
    yield from _stock()
    yield from _technical()
    yield from _education()
    yield from _enterprise()


def install(product_model: Any) -> None:
    """Store the products that are missing; what ops have changed since stays as it is.

    `product_model` is the model class, or its state in a migration.
    """
    present = set(product_model.objects.values_list("name", "offering"))
    product_model.objects.bulk_create(
        (
            product_model(**asdict(entry))
            for entry in entries()
            if (entry.name, entry.offering) not in present
        ),
        ignore_conflicts=True,
    )


def _creative_cloud_team() -> Iterator[Entry]:
    family, team = "Creative Cloud", Offering.TEAM.value
    yield Entry(family, "Creative Cloud All Apps", team)
    yield Entry(family, "Creative Cloud All Apps Pro", team)
    yield Entry(family, "Creative Cloud All Apps with Adobe Stock", team, _BUSINESS)
    for app in _APPS:
        yield Entry(f"{family} single apps", app, team)
    for app in _PRO_APPS:
        yield Entry(f"{family} single apps", f"{app} (Pro edition)", team, _BUSINESS)
    yield Entry(family, "Express", team, _BUSINESS)
    yield Entry(family, "Substance 3D Collection", team)
    yield Entry(family, "Generative Credits add-on", team, _BUSINESS)


def _acrobat_and_documents() -> Iterator[Entry]:
    team = Offering.TEAM.value
    for name in ("Acrobat Standard", "Acrobat Pro", "Acrobat Classic", "AI Assistant for Acrobat"):
        yield Entry("Acrobat", name, team)


def _stock() -> Iterator[Entry]:
    for size, assets in (("small", 10), ("medium", 40), ("large", 750)):
        name = f"Adobe Stock {size} ({assets} assets a month)"
        yield Entry("Adobe Stock", name, Offering.TEAM.value)
    for credit in _TEAM_CREDITS:
        name = f"Adobe Stock credit pack {credit:,}"
        yield _consumable("Adobe Stock", name, Offering.TEAM.value, Unit.PACK)
    for credit in _ENTERPRISE_CREDITS:
        name = f"Adobe Stock credit pack {credit:,} (enterprise)"
        yield _consumable("Adobe Stock", name, Offering.ENTERPRISE.value, Unit.PACK)


def _technical() -> Iterator[Entry]:
    family, team, enterprise = "Technical", Offering.TEAM.value, Offering.ENTERPRISE.value
    for name in ("Captivate", "FrameMaker", "RoboHelp Office", "Technical Suite"):
        yield Entry(family, name, team)
    for name in (
        "ColdFusion",
        "FrameMaker Publishing Server",
        "InDesign Server",
        "RoboHelp Server",
    ):
        yield Entry("Servers", name, enterprise, unit=Unit.SERVER.value)


def _education() -> Iterator[Entry]:
    team, enterprise = Offering.TEAM.value, Offering.ENTERPRISE.value
    family = "Creative Cloud for education"
    named = (
        ("student license, small institution", team, 100),
        ("student license, large institution", team, 250),
        ("K-12 school site, 300 users", team, 300),
        ("K-12 school site, 500 users", team, 500),
        ("K-12 district", enterprise, 2_500),
    )
    for name, offering, least in named:
        yield Entry(family, f"{family}, {name}", offering, _EDUCATION, minimum_quantity=least)
    yield Entry(family, "Express for education", team, _EDUCATION, counts_toward_discount=False)
    devices = (
        ("higher education shared device, lab", 1),
        ("higher education shared device, classroom", 1),
        ("K-12 shared device, site from 25", 25),
        ("K-12 shared device, site from 100", 100),
        ("K-12 shared device, district", 500),
        ("K-12 feature restricted, site", 25),
        ("K-12 feature restricted, district", 500),
    )
    for name, least in devices:
        yield Entry(
            f"{family} (device licenses)",
            f"{family}, {name}",
            team,
            _EDUCATION,
            unit=Unit.DEVICE.value,
            minimum_quantity=least,
            by_authorization=False,
        )


def _enterprise() -> Iterator[Entry]:
    enterprise = Offering.ENTERPRISE.value
    direct = {
        "Acrobat (enterprise)": (
            "Acrobat Standard (enterprise)",
            "Acrobat Pro (enterprise)",
            "Acrobat Premium (enterprise)",
        ),
        "Creative Cloud for enterprise": (
            "Creative Cloud for enterprise All Apps, edition 3",
            "Creative Cloud for enterprise All Apps, edition 4",
            "Creative Cloud for enterprise Single App, edition 3",
            "Creative Cloud for enterprise Single App, edition 4",
        ),
    }
    for family, names in direct.items():
        for name in names:
            yield Entry(family, name, enterprise, by_authorization=False)
    yield Entry("Creative Cloud", "Substance 3D Collection (enterprise)", enterprise)
    yield Entry("Creative Cloud", "Express (enterprise)", enterprise, _BUSINESS)
    sign = "Acrobat Sign Solutions"
    not_government = [Segment.COMMERCIAL.value, Segment.EDUCATION.value]
    yield Entry("Acrobat Sign", sign, enterprise, not_government)
    yield Entry(
        "Acrobat Sign",
        f"{sign} for government",
        enterprise,
        [Segment.GOVERNMENT.value],
        counts_toward_discount=False,
    )
    for name in ("Acrobat Sign transactions", "Acrobat Services API transactions"):
        yield _consumable("Acrobat Sign", name, enterprise, Unit.TRANSACTION)


def _consumable(family: str, name: str, offering: str, unit: Unit) -> Entry:
    """Return a product that is used up: ordered directly, without a say in discounts."""
    return Entry(
        family,
        name,
        offering,
        unit=unit.value,
        by_authorization=False,
        counts_toward_discount=False,
    )
