"""Metadata of the framework that cannot be imported."""

from faulty.framework import Framework


class NotImportable(Framework):
    name = "not-importable"
