"""How the figures are taken: medians of several runs, and the memory of a process."""

import ctypes
import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter


def milliseconds(work: Callable[[], object], runs: int, warm_up: int = 1) -> float:
    """The median of several runs in milliseconds, after a few that do not count."""
    for _ in range(warm_up):
        work()
    taken = []
    for _ in range(runs):
        begin = perf_counter()
        work()
        taken.append((perf_counter() - begin) * 1000)
    return statistics.median(taken)


def percentile(taken: list[float], share: float) -> float:
    """The value below which this share of the runs lies."""
    ordered = sorted(taken)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def memory_mib() -> float:
    """Resident memory of this process in MiB, as the operating system counts it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024
    if sys.platform == "win32":
        return _windows_memory_mib()
    import resource  # noqa: PLC0415 - not there on Windows

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 * 1024)


def _windows_memory_mib() -> float:
    class Counters(ctypes.Structure):
        """PROCESS_MEMORY_COUNTERS of the Windows API."""

        _fields_ = (
            ("cb", ctypes.c_ulong),
            ("PageFaultCount", ctypes.c_ulong),
            ("PeakWorkingSetSize", ctypes.c_size_t),
            ("WorkingSetSize", ctypes.c_size_t),
            ("QuotaPeakPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPagedPoolUsage", ctypes.c_size_t),
            ("QuotaPeakNonPagedPoolUsage", ctypes.c_size_t),
            ("QuotaNonPagedPoolUsage", ctypes.c_size_t),
            ("PagefileUsage", ctypes.c_size_t),
            ("PeakPagefileUsage", ctypes.c_size_t),
        )

    counters = Counters()
    counters.cb = ctypes.sizeof(counters)
    windows = vars(ctypes)["windll"]
    windows.psapi.GetProcessMemoryInfo(windows.kernel32.GetCurrentProcess(), ctypes.byref(counters), counters.cb)
    return float(counters.WorkingSetSize) / (1024 * 1024)
