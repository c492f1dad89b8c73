"""The commands, one module per noun. They call the client, and show what it returns through the output."""
