"""Trino's type system: types and their names, coercions, and common types.

===========  ==========================================================================================================
``model``    ``TrinoType``, and constants for the types without parameters
``parse``    types from their names (``row(a integer, b varchar(3))``)
``coerce``   which type becomes which without a CAST, and the common type of two
===========  ==========================================================================================================
"""
