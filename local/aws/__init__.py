"""The local AWS: MiniStack, with what it lacks or does differently from AWS, a package per service.

``ministack.py`` has every private name of MiniStack that these replace or use.
"""
