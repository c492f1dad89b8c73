"""The local AWS, for development, tests and the demo. Nothing that is deployed imports it. See docs/local.md."""
