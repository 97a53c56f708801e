# SPDX-License-Identifier: GPL-3.0-or-later
"""Start-up shim of socktutor: keeps, in shared memory, the line each thread is at.

Python imports a module of this name by itself when it starts. The tracer reads
the page from outside (engine/trace/lines_python.c has the same layout); the
program sees no descriptor, no output and no difference but some speed.
Only files in the current folder and in the script's own, or in the folders of
SOCKTUTOR_SOURCES, count.
"""


def _folder_of_script(argv):
    """Where the program's file is; nothing for -c, -m and what is typed."""
    import os

    for word in argv[1:]:
        if word in ("-c", "-m", "-"):
            break
        if not word.startswith("-"):
            return os.path.dirname(os.path.abspath(word)) if os.path.isfile(word) else ""
    return ""


def _start():
    import mmap
    import os
    import struct
    import sys
    import threading
    import _thread

    slots, slots_at, files, names_at, name_len = 252, 64, 64, 4096, 256
    size = names_at + files * name_len
    folders = os.environ.get("SOCKTUTOR_SOURCES") or ":".join((os.getcwd(), _folder_of_script(getattr(sys, "orig_argv", []))))
    folders = tuple(os.path.join(os.path.abspath(d), "") for d in folders.split(":") if d)
    names = {}
    state = {}

    def new_page():
        page = mmap.mmap(-1, size)
        page[0:16] = b"socktutor-lines\0"
        struct.pack_into("q", page, 16, os.getpid())
        for name, number in names.items():
            write_name(page, name, number)
        state.update(page=page, slot={}, next=0)

    def write_name(page, name, number):
        raw = os.fsencode(name)[: name_len - 1]
        at = names_at + number * name_len
        page[at : at + len(raw)] = raw

    def number_of(code):
        name = code.co_filename
        if name in names:
            return names[name]
        if name.startswith("<"):
            return -1
        path = os.path.abspath(name)
        if not path.startswith(folders) or len(names) >= files:
            return -1
        number = len(names)
        names[name] = number
        write_name(state["page"], path, number)
        return number

    def put(number, line):
        me = _thread.get_native_id()
        at = state["slot"].get(me)
        if at is None:
            at = slots_at + state["next"] % slots * 16
            state["next"] += 1
            state["slot"][me] = at
            struct.pack_into("q", state["page"], at, me)
        struct.pack_into("ii", state["page"], at + 8, line, number)

    def is_import(code):
        return code.co_name == "_find_and_load" and code.co_filename.startswith("<frozen importlib")

    def now():
        at = state["slot"].get(_thread.get_native_id())
        line, number = struct.unpack_from("ii", state["page"], at + 8) if at else (0, 0)
        return number, line

    def until_imported(before):
        def importing(frame, event, arg):
            if event == "return":
                put(*before)
            return importing

        return importing

    def trace(frame, event, arg):
        number = number_of(frame.f_code)
        if number < 0:
            if not is_import(frame.f_code):
                return None
            # What a library does while it is imported is not the program's line.
            frame.f_trace_lines = False
            before = now()
            put(0, 0)
            return until_imported(before)

        def line_of(frame, event, arg):
            if event == "line":
                put(number, frame.f_lineno)
            elif event == "return" and frame.f_back:
                back = number_of(frame.f_back.f_code)
                if back >= 0:
                    put(back, frame.f_back.f_lineno)
            return line_of

        put(number, frame.f_lineno)
        return line_of

    new_page()
    os.register_at_fork(after_in_child=new_page)
    threading.settrace(trace)
    sys.settrace(trace)


def _next_sitecustomize():
    """Run the system's own sitecustomize, which ours hides."""
    import importlib.machinery
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    rest = [d for d in sys.path if os.path.abspath(d) != here]
    sys.path[:] = rest
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", rest)
    if spec and spec.loader:
        import importlib.util

        spec.loader.exec_module(importlib.util.module_from_spec(spec))


try:
    _next_sitecustomize()
    _start()
finally:
    del _start, _next_sitecustomize
