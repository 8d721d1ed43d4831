"""The base of every class that a record is made of."""

from __future__ import annotations

from typing import Any, ClassVar


class Documented:
    """Tells pydantic, which makes the schema, to use the docstrings below the fields."""

    __pydantic_config__: ClassVar[Any] = {"use_attribute_docstrings": True, "extra": "forbid"}
