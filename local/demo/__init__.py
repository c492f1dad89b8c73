"""`make demo`, and the sample packages that it pushes."""
