"""Runs heavy work in one child process of this worker, and remembers its results.

SciPy, matplotlib, python-docx and typst cost hundreds of megabytes and a second to load, and hold the interpreter while
they compute; web workers never load them. `run_in_child` names a function as text, the child imports its module and
calls it. That import, in `load_function`, is the one sanctioned import inside a function of this project.

The child starts on first need, runs at low priority, ends with its worker, and is replaced when it dies.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import multiprocessing
import os
import pickle
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any

from survey.core.errors import AppError

# Results kept in memory: a few reports with their charts, a few dozen posters.
CACHED = 64

# As low as may be without starving: answers that come in go first.
NICENESS = 10


class ChildTimeout(AppError):
    """The work took longer than it may; the child was ended."""

    status = 503


class Child:
    """One child process and the results it has brought; safe to use from many threads."""

    def __init__(self, *, cached: int = CACHED) -> None:
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None
        self._results: OrderedDict[str, Future[Any]] = OrderedDict()
        self._prepared: set[str] = set()
        self._cached = cached

    def run(self, function: str, *args: Any, timeout: float = 60) -> Any:
        """Return what the function returns for these arguments, from memory if it was asked before."""
        payload = pickle.dumps(args)
        key = hashlib.sha256(function.encode() + b"\0" + payload).hexdigest()
        try:
            return self._result(key, function, payload, timeout)
        except BrokenProcessPool:
            # The child died (memory, a signal, an update of a library): once more in a new one.
            return self._result(key, function, payload, timeout)

    def prepare(self, module: str) -> None:
        """Let the child start and import a module, without waiting for it."""
        with self._lock:
            if self._pool is None:
                self._pool = _new_pool()
            if module not in self._prepared:
                self._prepared.add(module)
                # A child that has just died says so at the next call, which replaces it.
                with suppress(BrokenProcessPool, RuntimeError):
                    self._pool.submit(_load, module)

    def process_ids(self) -> tuple[int, ...]:
        """Return the ids of the running child, if there is one."""
        with self._lock:
            # The executor has no public list of its processes.
            return tuple(self._pool._processes) if self._pool is not None else ()

    def stop(self) -> None:
        """End the child and forget its results."""
        with self._lock:
            self._end_pool()
            self._results.clear()

    def _result(self, key: str, function: str, payload: bytes, timeout: float) -> Any:
        with self._lock:
            future = self._remembered(key) or self._submit(key, function, payload)
            pool = self._pool
        try:
            return pickle.loads(future.result(timeout))
        except TimeoutError as error:
            if future.done():
                # The function's own error, not ours.
                raise
            with self._lock:
                self._results.pop(key, None)
                if self._pool is pool:
                    self._end_pool()
            raise ChildTimeout from error
        except BaseException:
            # What failed is tried anew next time, by a new child if this one is broken.
            with self._lock:
                if self._results.get(key) is future:
                    del self._results[key]
            raise

    def _remembered(self, key: str) -> Future[Any] | None:
        future = self._results.get(key)
        if future is None or (future.done() and (future.cancelled() or future.exception() is not None)):
            return None
        self._results.move_to_end(key)
        return future

    def _submit(self, key: str, function: str, payload: bytes) -> Future[Any]:
        if self._pool is None:
            self._pool = _new_pool()
        try:
            future = self._pool.submit(_call, function, payload)
        except (BrokenProcessPool, RuntimeError):
            self._end_pool()
            self._pool = _new_pool()
            future = self._pool.submit(_call, function, payload)
        self._results[key] = future
        if len(self._results) > self._cached:
            self._results.popitem(last=False)
        return future

    def _end_pool(self) -> None:
        if self._pool is None:
            return
        processes = list((self._pool._processes or {}).values())
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.kill()
        self._pool = None
        self._prepared.clear()


_child = Child()


def run_in_child(function: str, *args: Any, timeout: float = 60) -> Any:
    """Return what a function returns, called in the child process.

    function: "package.module:name"; the function takes and returns what pickle can carry, and equal arguments must give
    equal results, because results are remembered.
    timeout: seconds to wait, the child's start included. The child does one thing at a time.
    Errors of the function come through. Raises ChildTimeout when it takes too long.
    """
    return _child.run(function, *args, timeout=timeout)


def prepare_child(module: str) -> None:
    """Let the child import a module before it is needed; returns at once.

    For a page from which people usually go on to one that needs the child.
    """
    _child.prepare(module)


def _new_pool() -> ProcessPoolExecutor:
    # Spawned, not forked: a copy of a process with many threads can hang, and Windows has nothing else.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_settle_in)


def _settle_in() -> None:
    """Prepare the child: low priority, and an end when the worker ends without saying so."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _load(module: str) -> None:
    """Run in the child: import a module ahead of its first call."""
    known = len(sys.modules)
    importlib.import_module(module)
    if len(sys.modules) > known:
        # What SciPy and the like have loaded stays: looking through it for garbage again and again, while a report is
        # unpacked and built, took as long as building it.
        gc.collect()
        gc.freeze()


def load_function(function: str) -> Callable[..., Any]:
    """Return the function that "package.module:name" means; for processes that may load heavy parts."""
    module, _, name = function.partition(":")
    loaded: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return loaded


def _call(function: str, payload: bytes) -> bytes:
    """Run in the child: find the function and call it; the result is pickled here, so that faults show here."""
    _load(function.partition(":")[0])
    return pickle.dumps(load_function(function)(*pickle.loads(payload)))
