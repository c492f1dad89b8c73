"""A mutant's functions, put in the place of those that were imported.

Importing everything again takes seconds, replacing the code of a function nothing. It is possible unless the fault is
in code that runs at import: constants, defaults, decorators, classes.
"""

from __future__ import annotations

import gc
import inspect
from collections.abc import Collection, Iterator
from functools import _lru_cache_wrapper
from types import CodeType, FunctionType

Codes = dict[str, CodeType]
#: The packages whose code and values may depend on what is mutated.
PROJECT = ("quilt_athena", "functions", "tests", "tools")


class ImportedFunctions:
    """The functions that exist in this process, by the place of their code.

    ``keeps`` names functions whose results follow from their arguments alone, whatever is mutated.
    """

    def __init__(self, keeps: Collection[str] = ()) -> None:
        self._found: dict[tuple[str, str, int], list[FunctionType]] = {}
        self._caches: list[_lru_cache_wrapper[object]] = []
        for item in gc.get_objects():
            # Not isinstance(): it asks a weak reference's object, which may no longer exist.
            if type(item) is FunctionType:
                self._found.setdefault(_place(item.__code__), []).append(item)
            elif type(item) is _lru_cache_wrapper and _is_cleared(item, keeps):
                self._caches.append(item)

    def replace(self, path: str, old: str, new: str) -> bool:
        """Give the functions of a file the code of its new text; False if that is not all that differs."""
        (frame, before), (new_frame, after) = _parts(_compiled(old, path)), _parts(_compiled(new, path))
        if frame != new_frame or before.keys() != after.keys():
            return False
        changed = [name for name, code in before.items() if code != after[name]]
        found = {name: self._found.get(_place(before[name]), []) for name in changed}
        if not all(found.values()):
            return False
        for name, functions in found.items():
            for function in functions:
                function.__code__ = after[name]
        return True

    def clear_caches(self) -> None:
        """Forget what the project's functions returned before. What libraries remember takes long to compute again."""
        for cache in self._caches:
            cache.cache_clear()


def _is_cleared(cache: _lru_cache_wrapper[object], keeps: Collection[str]) -> bool:
    return cache.__module__.partition(".")[0] in PROJECT and f"{cache.__module__}.{cache.__qualname__}" not in keeps


def _compiled(text: str, path: str) -> CodeType:
    return compile(text, path, "exec", dont_inherit=True)


def _place(code: CodeType) -> tuple[str, str, int]:
    return (code.co_filename, code.co_qualname, code.co_firstlineno)


def _parts(module: CodeType) -> tuple[list[object], Codes]:
    """What runs at import, and the functions of a module that are not inside of others."""
    frame: list[object] = []
    functions: Codes = {}
    for code in _import_time(module):
        constants = [constant for constant in code.co_consts if not isinstance(constant, CodeType)]
        frame.append((code.co_qualname, code.co_code, code.co_names, [repr(constant) for constant in constants]))
        for number, constant in enumerate(code.co_consts):
            if isinstance(constant, CodeType) and _is_function(constant):
                functions[f"{constant.co_qualname}:{number}"] = constant
    return frame, functions


def _import_time(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType) and not _is_function(constant):
            yield from _import_time(constant)


def _is_function(code: CodeType) -> bool:
    return bool(code.co_flags & inspect.CO_OPTIMIZED)
