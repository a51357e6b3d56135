"""Jobs of Windows, each of which holds a renderer with all that descends from it.

A renderer is put into its job before it runs, and the job lets nobody leave it.

Who holds the job: Windows forgets a job's name when its last handle is closed, even while there are
processes in it. So the renderer itself is given the last handle. As long as it lives, whoever knows
the run's mark can open the job and end all of it, also after the manager that made the job has
died; when the renderer ends, its handle goes with it, and the system ends what is left in the job.

Tried under Wine 8. Unproven: that Windows forgets the name (Wine keeps it while a process is in
the job, so that there the handle is not needed for finding it).
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from ctypes import wintypes

if sys.platform == "win32":
    KILL_ON_CLOSE = 0x2000
    EXTENDED_LIMITS = 9
    MAY_TERMINATE = 0x0008
    SAME_ACCESS = 0x0002
    SET_QUOTA, TERMINATE, DUPLICATE_HANDLES = 0x0100, 0x0001, 0x0040
    EXIT_CODE = 1
    """Of all that is ended with the job."""

    class _Limits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION: all of it is zero but for the flags."""

        _fields_ = (
            ("times", ctypes.c_int64 * 2),
            ("flags", wintypes.DWORD),
            ("sizes", ctypes.c_size_t * 2),
            ("most_processes", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("priority", wintypes.DWORD),
            ("scheduling", wintypes.DWORD),
            ("io", ctypes.c_uint64 * 6),
            ("memory", ctypes.c_size_t * 4),
        )

    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    for _function, _returns, _takes in (
        ("CreateJobObjectW", wintypes.HANDLE, (ctypes.c_void_p, wintypes.LPCWSTR)),
        ("OpenJobObjectW", wintypes.HANDLE, (wintypes.DWORD, wintypes.BOOL, wintypes.LPCWSTR)),
        ("OpenProcess", wintypes.HANDLE, (wintypes.DWORD, wintypes.BOOL, wintypes.DWORD)),
        ("GetCurrentProcess", wintypes.HANDLE, ()),
        ("AssignProcessToJobObject", wintypes.BOOL, (wintypes.HANDLE, wintypes.HANDLE)),
        ("TerminateJobObject", wintypes.BOOL, (wintypes.HANDLE, wintypes.UINT)),
        ("CloseHandle", wintypes.BOOL, (wintypes.HANDLE,)),
        (
            "SetInformationJobObject",
            wintypes.BOOL,
            (wintypes.HANDLE, ctypes.c_int, ctypes.c_void_p, wintypes.DWORD),
        ),
        (
            "DuplicateHandle",
            wintypes.BOOL,
            (
                *(wintypes.HANDLE, wintypes.HANDLE, wintypes.HANDLE),
                *(ctypes.c_void_p, wintypes.DWORD, wintypes.BOOL, wintypes.DWORD),
            ),
        ),
    ):
        getattr(_kernel, _function).restype = _returns
        getattr(_kernel, _function).argtypes = _takes

    class Job:
        """The job of the run with this mark, held by us until it is handed over.

        Raises OSError where the system refuses; nothing is in a job then.
        """

        def __init__(self, mark: str, pid: int) -> None:
            """Put the process `pid`, which does not run yet, into a job."""
            self._job = _checked(_kernel.CreateJobObjectW(None, _name(mark)))
            self._process = None
            try:
                access = SET_QUOTA | TERMINATE | DUPLICATE_HANDLES
                self._process = _checked(_kernel.OpenProcess(access, False, pid))
                self._set_limits(KILL_ON_CLOSE)
                _checked(_kernel.AssignProcessToJobObject(self._job, self._process))
            except OSError:
                self._close()
                raise

        def hand_over(self) -> None:
            """From now on the job lasts as long as the process in it."""
            here = _kernel.GetCurrentProcess()
            if not _kernel.DuplicateHandle(
                here, self._job, self._process, None, 0, False, SAME_ACCESS
            ):
                # It has ended, or it holds no handle: then our end must not be its end.
                self._set_limits(0)
            self._close()

        def _set_limits(self, flags: int) -> None:
            limits = _Limits(flags=flags)
            size = ctypes.sizeof(limits)
            _checked(
                _kernel.SetInformationJobObject(
                    self._job, EXTENDED_LIMITS, ctypes.byref(limits), size
                )
            )

        def _close(self) -> None:
            for handle in (self._process, self._job):
                if handle:
                    _kernel.CloseHandle(handle)

    def end_job(mark: str) -> bool:
        """End all that is in the job of the run with this mark; False if there is no such job."""
        job = _kernel.OpenJobObjectW(MAY_TERMINATE, False, _name(mark))
        if not job:
            return False
        has_ended = bool(_kernel.TerminateJobObject(job, EXIT_CODE))
        _kernel.CloseHandle(job)
        return has_ended

    def _checked(result: int | None) -> int:
        if not result:
            raise ctypes.WinError(ctypes.get_last_error())
        return result

else:

    def end_job(mark: str) -> bool:  # noqa: ARG001
        """There are no jobs on this system."""
        return False


def _name(mark: str) -> str:
    """Of the job; a mark is a path, and names are short and without backslashes."""
    return "RenderManager-" + hashlib.sha256(mark.encode("utf-8", "surrogatepass")).hexdigest()
