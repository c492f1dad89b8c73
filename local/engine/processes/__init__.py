"""Runs statements in processes of their own, so that a statement that takes all memory, or crashes, fails alone."""
