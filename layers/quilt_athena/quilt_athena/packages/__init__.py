"""Packages from query results. Only ``quilt_athena.packages.pushing`` needs quilt3, which has its own Lambda layer."""
