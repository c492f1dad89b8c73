"""What plugs into MiniStack, so that it answers what quilt-athena asks of AWS: for a laptop only."""
