"""The prompt on a terminal: lines that can be edited, a history, and completion."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.sql import SqlLexer

from quilt_athena.cli.shell.statements import split
from quilt_athena.cli.shell.words import Names, completions

#: Other words that people leave a prompt with.
_LEAVING = ("exit", "quit")


class NameCompleter(Completer):
    """Completes names that are read in the background: the prompt doesn't wait for AWS."""

    def __init__(self, read: Callable[[], Names]) -> None:
        """Start reading. Without permission to do so, there are keywords and commands only."""
        self._names = Names()
        self._read = read
        Thread(target=self._load, daemon=True).start()

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        """What completes the word before the cursor."""
        begin, words = completions(document.text_before_cursor, self._names)
        for word in words:
            yield Completion(word.text, start_position=-len(begin), display_meta=word.kind)

    def _load(self) -> None:
        with suppress(Exception):  # whatever it is, completion isn't worth a message in the prompt
            self._names = self._read()


def statements(stack: str, read: Callable[[], Names]) -> Iterator[str]:
    """What a person types: statements without their semicolons, and commands. Ends with Ctrl-D."""
    session: PromptSession[str] = PromptSession(
        FormattedText([("bold", f"{stack}> ")]),
        multiline=True,
        prompt_continuation=lambda width, *_: " " * (width - 3) + "-> ",
        history=_history(),
        completer=NameCompleter(read),
        complete_while_typing=False,
        lexer=PygmentsLexer(SqlLexer),
        key_bindings=_bindings(),
        enable_open_in_editor=True,
    )
    while True:
        try:
            text = session.prompt().strip()
        except KeyboardInterrupt:
            continue  # as in other shells: forget the line
        except EOFError:
            return
        if text.lower().rstrip(";") in _LEAVING:
            return
        if text.startswith("\\"):
            yield text
            continue
        complete, rest = split(text)
        yield from complete
        if rest.strip():
            yield rest.strip()


def is_complete(text: str) -> bool:
    """Whether Enter ends the input: after a semicolon, a command or nothing."""
    stripped = text.strip()
    if not stripped or stripped.startswith("\\") or stripped.lower() in _LEAVING:
        return True
    complete, rest = split(text)
    return bool(complete) and not rest.strip()


def history_path() -> Path:
    """The file of the history, by the XDG base directory specification."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "quilt-athena" / "history"


def _history() -> History:
    path = history_path()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @Condition
    def ends() -> bool:
        from prompt_toolkit.application import get_app

        return is_complete(get_app().current_buffer.text)

    @bindings.add("enter", filter=ends)
    def _accept(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    return bindings
