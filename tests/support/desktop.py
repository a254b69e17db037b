# SPDX-License-Identifier: GPL-3.0-or-later
"""The window on a real X11 display that nobody sees, driven by its keyboard and read as a screen reader reads it.

The program is named by the environment variable TRUNKLINE_DESKTOP_BIN. Wants Xvfb, dbus-daemon, at-spi2-core and python3-pyatspi.
"""
import ctypes
import ctypes.util
import os
import signal
import subprocess
import tempfile

from hub import Hub, START_SECONDS, clean_environment, eventually

NAMED = {"Return": 0xFF0D, "Escape": 0xFF1B, "Tab": 0xFF09, "Home": 0xFF50, "Left": 0xFF51, "Up": 0xFF52, "Right": 0xFF53,
         "Down": 0xFF54, "End": 0xFF57, "F1": 0xFFBE, "F6": 0xFFC3, "space": 0x20, "Menu": 0xFF67, "BackSpace": 0xFF08,
         "Ctrl": 0xFFE3, "Shift": 0xFFE1, "Alt": 0xFFE9}


class Display:
    """An X server without a screen, its session bus, and a keyboard (XTEST). There is no window manager: activate() gives the
    newest window the focus, as one would."""

    def __init__(self, size="1440x900"):
        self.directory = tempfile.mkdtemp(prefix="trunkline-display-")
        self._processes = []
        server = self._start(["Xvfb", "-displayfd", "1", "-screen", "0", size + "x24", "-nolisten", "tcp"])
        self.name = ":" + server.stdout.readline().strip()
        bus = self._start(["dbus-daemon", "--session", "--nofork", "--print-address=1"])
        self.environment = {"DISPLAY": self.name, "DBUS_SESSION_BUS_ADDRESS": bus.stdout.readline().strip(),
                            "QT_QPA_PLATFORM": "xcb", "QT_QPA_PLATFORMTHEME": "", "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
                            "XDG_CONFIG_HOME": self.directory, "LC_ALL": "C.UTF-8"}
        self._x = ctypes.CDLL(ctypes.util.find_library("X11"))
        self._test = ctypes.CDLL(ctypes.util.find_library("Xtst"))
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XkbKeycodeToKeysym.restype = ctypes.c_ulong
        self._x.XKeysymToKeycode.restype = ctypes.c_ubyte
        # A window may go while it is asked about: that is an answer (Xlib's own handler ends the process), kept alive with us.
        self._on_error = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, event: 0)
        self._x.XSetErrorHandler(self._on_error)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(self.name.encode()))

    def _start(self, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, start_new_session=True,
                                   env=dict(clean_environment(self.directory), DISPLAY=getattr(self, "name", "")))
        self._processes.append(process)
        return process

    def close(self):
        self._x.XCloseDisplay(self._display)
        # The bus first: what it has started (the accessibility bus) ends with it.
        for process in reversed(self._processes):
            process.terminate()
            process.wait(20)
            process.stdout.close()

    def windows(self):
        """The mapped windows at the top, the newest last."""
        root, parent, children, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        self._x.XQueryTree(self._display, ctypes.c_ulong(self._x.XDefaultRootWindow(self._display)), ctypes.byref(root),
                           ctypes.byref(parent), ctypes.byref(children), ctypes.byref(count))
        found = [children[i] for i in range(count.value)]
        if count.value:
            self._x.XFree(children)
        return [window for window in found if self._is_viewable(window)]

    def _is_viewable(self, window):
        class Attributes(ctypes.Structure):
            _fields_ = [("numbers", ctypes.c_int * 5), ("visual", ctypes.c_void_p), ("root", ctypes.c_ulong), ("kind", ctypes.c_int),
                        ("gravities", ctypes.c_int * 3), ("planes", ctypes.c_ulong * 2), ("save_under", ctypes.c_int),
                        ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int),
                        ("rest", ctypes.c_long * 8)]
        attributes = Attributes()
        done = self._x.XGetWindowAttributes(self._display, ctypes.c_ulong(window), ctypes.byref(attributes))
        return bool(done) and attributes.map_state == 2 and attributes.numbers[2] > 10      # width; Qt keeps a tiny one

    def activate(self):
        window = eventually(self.windows, START_SECONDS, "a window")[-1]
        self._x.XSetInputFocus(self._display, ctypes.c_ulong(window), 2, ctypes.c_ulong(0))
        self._x.XSync(self._display, 0)

    def _code(self, keysym):
        return self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(keysym))

    def _fake(self, code, down):
        self._test.XTestFakeKeyEvent(self._display, ctypes.c_uint(code), int(down), ctypes.c_ulong(0))

    def press(self, keys):
        """One key with those held down: "Ctrl+Shift+r", "Down"."""
        *held, key = keys.split("+")
        keysym = NAMED.get(key, ord(key) if len(key) == 1 else 0)
        code = self._code(keysym)
        assert code, key
        if self._x.XkbKeycodeToKeysym(self._display, ctypes.c_ubyte(code), 0, 0) != keysym and "Shift" not in held:
            held.append("Shift")
        for name in held:
            self._fake(self._code(NAMED[name]), True)
        self._fake(code, True)
        self._fake(code, False)
        for name in reversed(held):
            self._fake(self._code(NAMED[name]), False)
        self._x.XSync(self._display, 0)

    def type(self, text):
        for character in text:
            self.press(character)


class Desktop(Hub):
    """The program with its window on `display`, over a hub of its own. Clients as in Hub."""

    def __init__(self, display, *arguments, environment=None):      # pylint: disable=super-init-not-called
        self.directory = tempfile.mkdtemp(prefix="trunkline-desktop-")
        self.ready_file = os.path.join(self.directory, "ready.json")
        self.log_path = os.path.join(self.directory, "log")
        self.asked_to_end = False
        self._log = open(self.log_path, "wb")
        self.process = subprocess.Popen(
            [os.environ["TRUNKLINE_DESKTOP_BIN"], "--port", "0", "--ready-file", self.ready_file, *arguments], stdin=subprocess.DEVNULL,
            stdout=self._log, stderr=subprocess.STDOUT, cwd=self.directory,
            env=clean_environment(self.directory, dict(display.environment, XDG_CONFIG_HOME=self.directory, **(environment or {}))))
        try:
            eventually(self._is_ready, START_SECONDS, "the ready file")
        except BaseException:
            self.kill()
            raise
        self.port = self.ready["port"]
        self.address = ("127.0.0.1", self.port)

    def interrupt(self):
        self.process.send_signal(signal.SIGTERM)


class Reader:
    """The window as AT-SPI tells it. Make one after os.environ got the display's environment."""

    def __init__(self, pid):
        import pyatspi                                              # pylint: disable=import-outside-toplevel
        self.api = pyatspi
        self.application = eventually(lambda: self._find(pid), START_SECONDS, "the program on the accessibility bus")

    def _find(self, pid):
        desktop = self.api.Registry.getDesktop(0)
        for index in range(desktop.childCount):
            child = desktop.getChildAtIndex(index)
            if child and child.get_process_id() == pid and child.childCount:
                return child
        return None

    def all(self, role=None, name=None, root=None):
        """Everything in sight with that role and a name for which `name` (text or function) holds. AT-SPI 2.50 and later say
        "button" where earlier ones said "push button": the old word finds both."""
        roles = ("push button", "button") if role == "push button" else (role,)
        wanted = name if callable(name) else (lambda text: name is None or text == name)
        found, open_ends = [], [root or self.application]
        while open_ends:
            one = open_ends.pop()
            try:
                role_name = one.getRoleName()
                if (role is None or role_name in roles) and wanted(one.name) and self._shows(one):
                    found.append(one)
                if role_name not in ("table", "list", "tree table"):      # cells by the thousand: ask for them
                    open_ends += [child for child in (one.getChildAtIndex(i) for i in range(one.childCount)) if child]
            except self._gone:
                continue
        return found

    @property
    def _gone(self):
        from gi.repository import GLib                              # pylint: disable=import-outside-toplevel
        return (GLib.Error, RuntimeError, NotImplementedError)

    def _shows(self, one):
        states = one.getState()
        return states.contains(self.api.STATE_SHOWING) or one.getRoleName() in ("frame", "application")

    def one(self, role, name, seconds=10.0):
        return eventually(lambda: self.all(role, name), seconds, "%s %r" % (role, name))[0]

    def focused(self):
        """What has the keyboard."""
        found = self.all(None, lambda text: True)
        return [one for one in found if one.getState().contains(self.api.STATE_FOCUSED)]
