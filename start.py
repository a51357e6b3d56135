#!/usr/bin/env python3
"""Starts Render Manager from a bare checkout, with nothing but Python.

`start.py` opens the window, `start.py test` runs every check, and all other arguments go to
`python -m render_manager`. The first start makes `.venv` beside this file out of the hashes in
`requirements.lock`; later ones find its stamps and go straight on. What is said here goes to the
error stream, so that the program's output can be piped.

Every Python since 2.7 can read this file, so that one that does not fit gets a sentence and not a
SyntaxError: no annotations, no f-strings, no pathlib, ASCII only.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time

FITTING = ((3, 11), (3, 12), (3, 13))
WINDOWS = os.name == "nt"
ROOT = os.path.dirname(os.path.realpath(__file__))
LOCK = os.path.join(ROOT, "requirements.lock")
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "Scripts" if WINDOWS else "bin", "python.exe" if WINDOWS else "python")
LOG = os.path.join(VENV, "setup.log")

# Debian packages, found by adding one at a time to a Debian 12 that had nothing.
QT = ["libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libglib2.0-0"]
QT_NETWORK = ["libgssapi-krb5-2"]
QT_ON_X11 = ["libxcb-cursor0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"]
QT_KEYS_ON_X11 = ["libxkbcommon-x11-0"]
EMBEDDED_BLENDER = ["libsm6", "libxi6", "libxrender1", "libxfixes3"]
FONT = ["fonts-dejavu-core"]
LIBRARIES = QT + QT_NETWORK + QT_ON_X11 + QT_KEYS_ON_X11 + EMBEDDED_BLENDER + FONT
TEST_TOOLS = ["xvfb", "xauth", "povray", "fonts-noto-cjk", "redis-server", "ffmpeg"]
# Each by itself: Ubuntu has the first as a snap only. Tests of what is not there are skipped.
OPTIONAL = ["chromium", "rabbitmq-server", "iproute2"]

# -I: neither the files of the folder one stands in, nor the PYTHONPATH that a DCC was given, may
# shadow what is locked.
RUN = [PYTHON, "-I", "-m"]
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
CHECKS = [
    ("ruff check", RUN + ["ruff", "check", "."]),
    ("ruff format", RUN + ["ruff", "format", "--check", "."]),
    ("mypy", RUN + ["mypy"]),
    ("lint-imports", [PYTHON, "-I", "-c", LINT_IMPORTS]),
]
# Half of the tests wait for other processes; files stay together for what they share.
SIDE_BY_SIDE = ["-n", "2", "--dist", "loadfile"]
VIRTUAL_SCREEN = ["xvfb-run", "-a", "-s", "-screen 0 1600x1200x24"]


def main(arguments):
    """Set up what is missing, then test or become the program."""
    if sys.version_info[:2] not in FITTING:
        become(fitting_python() + [os.path.abspath(__file__)] + arguments)
    testing = arguments[:1] == ["test"]
    try:
        set_up(testing)
    except KeyboardInterrupt:
        sys.exit("The set-up was stopped; the next start begins it again.")
    except OSError as error:
        sys.exit("The set-up in {} could not be finished: {}.".format(VENV, error))
    if testing:
        sys.exit(test(arguments[1:]))
    become(RUN + ["render_manager"] + arguments)


def fitting_python():
    """The command of another Python of this machine that fits; without one the program ends."""
    for version in FITTING:
        name = "{}.{}".format(*version)
        python = ["py", "-" + name] if WINDOWS else ["python" + name]
        is_it = "import sys; sys.exit(sys.version_info[:2] != {})".format(version)
        if answers(python + ["-c", is_it]):
            return python
    sys.exit(
        "Python 3.11, 3.12 or 3.13 is needed; this is {}.{}.{}. "
        "Install one of them and start again with it.".format(*sys.version_info[:3])
    )


def answers(command):
    """Whether `command` exists and ends well; a pyenv shim may exist and still refuse."""
    with open(os.devnull, "w") as nowhere:
        try:
            return subprocess.call(command, stdout=nowhere, stderr=nowhere) == 0
        except OSError:
            return False


def become(command):
    """Replace this process; on Windows, where the console would not wait for that, outlast it."""
    sys.stdout.flush()
    if not WINDOWS:
        os.execvp(command[0], command)
    process = subprocess.Popen(command)
    while True:
        try:
            sys.exit(process.wait())
        except KeyboardInterrupt:  # the program was told as well, and ends in its own time
            continue


def say(sentence):
    """One line for the person who waits."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


# --- set-up


def set_up(testing):
    """Add system packages and make `.venv`, each unless its stamp says that this was done."""
    system, packages = "system", LIBRARIES
    if testing:
        system, packages = "system-test", LIBRARIES + TEST_TOOLS
    steps = [
        (system, system_stamp(packages), lambda: have_system_packages(packages + venv_package())),
        ("python", python_stamp(), make_environment),
    ]
    if testing:
        for name in OPTIONAL:
            tried = lambda name=name: have_system_packages([name]) or True  # noqa: E731
            steps.append(("system-" + name, system_stamp([name]), tried))
    if all(is_done(name, stamp) for name, stamp, _ in steps):
        return
    with only_one_set_up():
        for name, stamp, work in steps:
            if not is_done(name, stamp) and work():
                with open(stamp_file(name), "wb") as file:
                    file.write(stamp.encode("ascii"))


def system_stamp(packages):
    """What the system is asked for; the Python too, because Debian splits each into packages."""
    return " ".join(["{}.{}".format(*sys.version_info[:2])] + packages)


def python_stamp():
    """What `.venv` is made from; the folder too, because an environment cannot be moved."""
    with open(LOCK, "rb") as lock:
        locked = hashlib.sha256(lock.read()).hexdigest()
    return "{} {}.{} {}".format(locked, sys.version_info[0], sys.version_info[1], ascii(ROOT))


def stamp_file(name):
    """The file that says from what the step `name` was finished."""
    return os.path.join(VENV, name + ".stamp")


def is_done(name, stamp):
    """Whether the step `name` was finished from just this, and the environment still stands."""
    try:
        with open(stamp_file(name), "rb") as file:
            return file.read() == stamp.encode("ascii") and os.path.exists(PYTHON)
    except OSError:
        return False


@contextlib.contextmanager
def only_one_set_up():
    """Waits for a set-up that another start has under way; a start that dies frees its lock."""
    os.makedirs(VENV, exist_ok=True)
    mine = os.path.join(VENV, "setup.lock")
    if os.listdir(VENV) and not os.path.exists(mine):
        sys.exit("{} was not made by start.py; move it away and start again.".format(VENV))
    with open(mine, "a") as file:
        if not holds(file):
            say("Waiting for the set-up that another start has under way.")
            while not holds(file):
                time.sleep(0.5)
        yield


def holds(file):
    """Whether this process now has the lock of the open `file`."""
    try:
        if WINDOWS:
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def make_environment():
    """A new `.venv` with all that is locked; without it the program ends with a sentence.

    Always from nothing: what an interrupted pip has half copied, the next pip takes for whole.
    """
    began = time.time()
    if venv_package():
        sys.exit("Without its part ensurepip this Python cannot make a virtual environment.")
    empty_environment()
    need([sys.executable, "-I", "-m", "venv", VENV], "Making the virtual environment failed")
    say("Installing the Python packages of requirements.lock in {}, once.".format(VENV))
    pip = ["pip", "install", "--require-hashes", "--only-binary", ":all:", "-r", LOCK]
    need(RUN + pip, "Installing the Python packages failed")
    show_checkout()
    say("They are there after {:.0f} s.".format(time.time() - began))
    return True


def empty_environment():
    """Takes out all that is not of the set-up itself, the stamp first, lest it outlive the rest."""
    for name in sorted(os.listdir(VENV), key="python.stamp".__ne__):
        path = os.path.join(VENV, name)
        if name.startswith(("setup.", "system")):
            continue
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)


def venv_package():
    """What Debian keeps in a package of its own and this Python lacks, as a list of one or none.

    Asked of a new process, since this one may remember that it was not there.
    """
    if answers([sys.executable, "-I", "-c", "import ensurepip"]):
        return []
    return ["python{}.{}-venv".format(*sys.version_info[:2])]


def show_checkout():
    """Lets the environment import this checkout: an editable install that needs no build tool.

    An `import` line in ASCII, because before Python 3.13 the paths in a `.pth` file are read in
    the locale's encoding, which on Windows need not hold the letters of the user's own name.
    """
    import sysconfig

    packages = sysconfig.get_path("purelib", "venv", {"base": VENV})
    with open(os.path.join(packages, "render_manager_checkout.pth"), "w") as file:
        file.write("import sys; sys.path.append({})\n".format(ascii(ROOT)))


def have_system_packages(wanted):
    """Whether all are there in the end: root installs them, others are told the command."""
    missing = missing_system_packages(wanted)
    if not missing:
        return True
    install = ["apt-get", "install", "-y", "--no-install-recommends"] + missing
    if os.geteuid() == 0:
        say("Installing system packages: {}.".format(" ".join(missing)))
        logged(["apt-get", "update"])
        if logged(install):
            return True
        say("That failed; the reason is at the end of {}.".format(LOG))
    say("System packages are missing, this installs them: sudo {}".format(" ".join(install)))
    return False


def missing_system_packages(wanted):
    """Those of `wanted` that this Debian or Ubuntu lacks; elsewhere none is known to be missing."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-query")):
        return []
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status} ${Package} ${Provides}\n"]
    there = set()
    for line in subprocess.check_output(query).decode("utf-8", "replace").splitlines():
        if line.startswith("installed "):  # newer releases provide the old names
            there.update(line.replace(",", " ").split()[1:])
    return [name for name in wanted if name not in there]


def need(command, failure):
    """Run `command`, or end the program with a sentence that names the log."""
    if not logged(command):
        reason = "the reason is at the end of {}".format(LOG)
        sys.exit("{}; {}. The next start tries again.".format(failure, reason))


def logged(command):
    """Whether `command` ended well; what it prints goes to the set-up log."""
    quiet = dict(os.environ, DEBIAN_FRONTEND="noninteractive", PIP_USER="0", PIP_NO_INPUT="1")
    with open(LOG, "ab") as log:
        log.write("\n$ {}\n".format(" ".join(command)).encode("utf-8", "replace"))
        log.flush()
        code = subprocess.call(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=quiet)
    return code == 0


# --- test


def test(pytest_arguments):
    """Run every check, or pytest alone when it is given arguments, up to the first that fails.

    Returns the exit code of that one, else 0.
    """
    pytest = ("pytest", on_a_screen(RUN + ["pytest"] + (pytest_arguments or SIDE_BY_SIDE)))
    summary = []
    code = 0
    for name, command in [pytest] if pytest_arguments else CHECKS + [pytest]:
        say("--- " + name)
        began = time.time()
        code = subprocess.call(command, cwd=ROOT)
        verdict = "failed with exit code {}".format(code) if code else "passed"
        summary.append("{}: {} ({:.1f} s)".format(name, verdict, time.time() - began))
        if code:
            break
    say("---\n" + "\n".join(summary))
    return code


def on_a_screen(command):
    """`command`, on a virtual screen where Linux has none, or offscreen if that is missing too."""
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY"):
        return command
    if shutil.which(VIRTUAL_SCREEN[0]):
        return VIRTUAL_SCREEN + command
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return command


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
