"""Packages made of query results. Only ``quilt_athena.packages.pushing`` needs quilt3, from a layer of its own."""
