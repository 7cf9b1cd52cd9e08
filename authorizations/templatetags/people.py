"""Tables of people and their licenses: their rows, printed from stencils."""

from __future__ import annotations

from django import template

from authorizations.licenses import stencils as people_stencils

register = template.Library()

register.simple_tag(people_stencils.holder_rows)
register.simple_tag(people_stencils.person_rows)
