"""The console: a page in the browser, served on loopback to one person, with that person's AWS credentials.

    quilt-athena console

- ``server``: serves the page until interrupted
- ``web``: who may connect (``access``), and what is served besides the page: grid rows and downloads
- ``page``: the page and its views, one module each
- ``rows``, ``runs``, ``parameters``, ``schema``, ``text``: what the views show, without any user interface

It uses the Python client and nothing else of quilt-athena. It is neither in the layer nor needed by the command, which
imports it when asked for it.
"""
