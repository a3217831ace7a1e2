"""Finds out whether a window can be shown, before Qt would end the program over it."""

import ctypes
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

_PACKAGES: Mapping[str, str] = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_X11_PACKAGES: Mapping[str, str] = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What Qt's window system loads on Linux, and the Debian package of each."""

NEED_NO_SCREEN = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")
TOUR = "`main.py tour --out DIR` needs no screen and shows the program in pictures."


def problem() -> str:
    """Why no window can be shown, in one sentence that says what to do; empty when one can."""
    if sys.platform != "linux":
        return ""
    if os.environ.get("QT_QPA_PLATFORM", "").startswith(NEED_NO_SCREEN):
        return missing_libraries(_PACKAGES)
    if os.environ.get("WAYLAND_DISPLAY") and _answers_wayland():
        return missing_libraries(_PACKAGES)
    if not os.environ.get("DISPLAY"):
        return f"There is no display to open the window on. Start it from a desktop; {TOUR}"
    return missing_libraries({**_PACKAGES, **_X11_PACKAGES}) or _unanswered_x11()


def missing_libraries(packages: Mapping[str, str]) -> str:
    """Which of these system libraries are not there, and how to get them; empty when all are."""
    missing = sorted(package for library, package in packages.items() if not _loads(library))
    if not missing:
        return ""
    return f"This desktop lacks libraries that the window needs: sudo apt install {' '.join(missing)}. {TOUR}"


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _answers_wayland() -> bool:
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    address = Path(folder, os.environ["WAYLAND_DISPLAY"])
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(address))
        except OSError:
            return False
    return True


def _unanswered_x11() -> str:
    """Asks the display for a connection as Qt will, the permission to use it included."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return ""
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    refused = xcb.xcb_connection_has_error(connection) != 0
    xcb.xcb_disconnect(connection)
    if not refused:
        return ""
    return f"The display {os.environ['DISPLAY']} does not answer, so no window can be opened. {TOUR}"
