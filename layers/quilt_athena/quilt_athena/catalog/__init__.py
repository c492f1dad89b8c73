"""The tables and views of every bucket: declared once, turned into a desired state, and applied to the Glue catalog.

``declarations`` -> ``desired_state`` -> ``plan`` (against what ``glue`` and ``partitions`` read) -> ``reconciler``.
"""
