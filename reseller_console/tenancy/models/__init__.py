"""The tenant by noun: programs and their terms, resellers and their days, VIP terms, sent forms."""

from reseller_console.tenancy.models.days import Day
from reseller_console.tenancy.models.programs import Program, ProgramTerms
from reseller_console.tenancy.models.resellers import Reseller, days_of_resellers
from reseller_console.tenancy.models.segments import Segment, all_segments
from reseller_console.tenancy.models.submissions import Submission
from reseller_console.tenancy.models.vip_terms import VipTerms, VipTermsText
from reseller_console.tenancy.models.windows import Window

__all__ = [
    "Day",
    "Program",
    "ProgramTerms",
    "Reseller",
    "Segment",
    "Submission",
    "VipTerms",
    "VipTermsText",
    "Window",
    "all_segments",
    "days_of_resellers",
]
