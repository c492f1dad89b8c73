"""`quilt-athena shell`: statements from a prompt, or from a pipe.

- ``statements``: where a statement ends
- ``runner``: what is done with a statement, or a command such as ``\\q``
- ``words``: what can complete a word, by the text before it
- ``prompt``: the prompt on a terminal, with history and completion (prompt_toolkit)
"""
