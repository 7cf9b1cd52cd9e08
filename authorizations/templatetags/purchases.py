"""The rows of purchase authorizations and of the activity, printed from stencils."""

from __future__ import annotations

from django import template

from authorizations.details import stencils

register = template.Library()

register.simple_tag(stencils.open_rows)
register.simple_tag(stencils.history_rows)
register.simple_tag(stencils.worklist_rows)
register.simple_tag(stencils.member_rows)
register.simple_tag(stencils.activity_rows)
