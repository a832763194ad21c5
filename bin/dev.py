#!/usr/bin/env python3
"""Installs, serves, tests and checks the chat with nothing but Python.

Each verb (`python3 bin/dev.py run`) is also a Makefile target. Standard library only, and readable by Python
3.6, so that a Python too old for the chat can say so.
"""

import contextlib
import errno
import fcntl
import glob
import hashlib
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PYTHON = os.path.join(ROOT, ".venv", "bin", "python")
RUNTIME, EVERYTHING = ["requirements.txt"], ["requirements.txt", "requirements-dev.txt"]
ARGS = shlex.split(os.environ.get("ARGS", ""))

# Options of every daphne we start. They cut stalled handshakes, let open WebSockets live, and bound memory at
# twice the longest message the chat accepts, so that the chat itself can answer what is too large.
DAPHNE = [
    *("-m", "daphne", "-v", "0", "--no-server-name", "--http-timeout", "30"),
    *("--websocket_connect_timeout", "30", "--websocket_timeout", "-1"),
    *("--websocket-max-message-size", "131072", "--websocket-max-frame-size", "131072"),
    # Lost clients are noticed within 45 s: 20 idle, 20 for the answer, and daphne's checks.
    *("--ping-interval", "20", "--ping-timeout", "20"),
    "chatsite.asgi:application",
]

# Debian's names of the programs that tests start, and fonts, without which screenshots show boxes. Headless
# Chromium has no windows, menus or extensions: the same engine for two thirds of the work.
PACKAGES = {"postgres": "postgresql", "redis-server": "redis-server", "chromium": "chromium-headless-shell"}
FONTS = ["fonts-noto-color-emoji", "fonts-noto-cjk"]


def main():
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    if verb not in VERBS:
        stop("usage: python3 bin/dev.py " + "|".join(VERBS))
    if sys.version_info < (3, 11):
        found = ".".join(map(str, sys.version_info[:2]))
        stop(f"The chat needs Python 3.11 or newer, not {found}. Name another: make {verb} PYTHON=python3.12")
    os.chdir(ROOT)
    try:
        sys.exit(VERBS[verb]())
    except KeyboardInterrupt:
        sys.exit(130)


# -- the environment -----------------------------------------------------------------------------------------


def install(locks):
    """Make `.venv` match the lock files; returns at once when it does."""
    python = digest(ROOT, sys.version, sys.base_prefix)
    wanted = {python} | {digest(lock, contents(lock)) for lock in locks}
    with one_at_a_time():
        present = marks(".venv")
        if wanted <= present:
            return
        kept = present if python in present else set()
        say("Installing into .venv (once, about half a minute) ...")
        # If interrupted after this line, the next run starts afresh.
        mark(".venv", set())
        fill(locks, afresh=not kept)
        mark(".venv", kept | wanted)


def fill(locks, afresh):
    wanted = [
        "--quiet",
        "--require-hashes",
        "--only-binary=:all:",
        *(f"--requirement={lock}" for lock in locks),
    ]
    if not (shutil.which("uv") and filled_by_uv(wanted, afresh)):
        fill_by_pip(wanted, afresh)  # pip may know this machine's network better than uv
    for packages in glob.glob(".venv/lib/python*/site-packages"):
        with open(os.path.join(packages, "chat.pth"), "w") as file:
            file.write(ROOT)  # lets `.venv/bin/pytest` find our modules


def filled_by_uv(wanted, afresh):
    made = done("uv", "venv", "-q", "--clear" if afresh else "--allow-existing", "-p", base_python(), ".venv")
    return made and done("uv", "pip", "install", "--python", PYTHON, *wanted)


def fill_by_pip(wanted, afresh):
    if not done(base_python(), "-m", "venv", *(["--clear"] if afresh else []), ".venv"):
        stop("Python's venv module is not whole. On Debian and Ubuntu: apt-get install python3-venv")
    # Not compiled: that takes as long as fetching, and most of it is never imported.
    if not done(PYTHON, "-m", "pip", "install", "--disable-pip-version-check", "--no-compile", *wanted):
        stop("The packages could not be installed; the lines above say why. The next run tries again.")


def base_python():
    """The interpreter outside an active `.venv`, which may be about to be deleted."""
    return getattr(sys, "_base_executable", sys.executable)


def collect_static(python=PYTHON):
    """Hash and compress static files if they have changed."""
    found = glob.glob(os.path.join(glob.escape(ROOT), "*", "static", "**"), recursive=True)
    sources = sorted(os.path.relpath(name, ROOT) for name in found if os.path.isfile(name))
    wanted = {digest(*(part for name in ["requirements.txt", *sources] for part in (name, contents(name))))}
    with one_at_a_time():
        if marks("staticfiles") != wanted:
            mark("staticfiles", set())
            if not done(python, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"):
                stop("The files for browsers could not be prepared; the lines above say why.")
            mark("staticfiles", wanted)


# -- make run ------------------------------------------------------------------------------------------------


def run():
    """Install, migrate, collect static files, then become daphne. ARGS goes to daphne."""
    read_env()
    host, port = os.environ["HOST"], os.environ["PORT"]
    stop_if_read_only(ROOT, ".venv", os.environ.get("DATA_DIR") or "data")
    stop_if_taken(host, port)
    install(RUNTIME)
    found = [f"http://{address}:{port}" for address in addresses(host)]
    links = prepare_database(found)
    collect_static()
    if links:
        say("\n".join(["This chat is new. Open this link to set it up:", *links]))
    else:
        say("\n".join(f"The chat is at {address}" for address in found))
    say("Ctrl-C ends it.")
    os.execv(PYTHON, [PYTHON, *DAPHNE, "-b", host, "-p", port, *ARGS])


PREPARE = """
import sys
from django.core.management import execute_from_command_line as manage
manage(["manage.py", "migrate", "--no-input", "--verbosity=0"])
manage(["manage.py", "chat_setup", "--verbosity=0", *sys.argv[1:]])
"""


def prepare_database(addresses):
    """Migrate; return the one-time links that set up a new chat, none if it is set up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    named = [f"--address={address}" for address in addresses]
    try:
        return output(PYTHON, "-c", PREPARE, *named).split()  # one process: each takes seconds to start
    except subprocess.CalledProcessError:
        stop("The database could not be prepared; the lines above say why.")


def read_env():
    """HOST, PORT and DATA_DIR as settings.py will see them: the environment, then the file `.env`."""
    with contextlib.suppress(FileNotFoundError), open(".env") as file:
        for name, value in re.findall(r"^(?:export )?(HOST|PORT|DATA_DIR)=(.*)$", file.read(), re.M):
            os.environ.setdefault(name, value.strip().strip("'\""))
    os.environ["HOST"] = os.environ.get("HOST") or "127.0.0.1"
    os.environ["PORT"] = os.environ.get("PORT") or "8000"


def stop_if_read_only(*folders):
    for folder in map(os.path.abspath, folders):
        existing = folder
        while not os.path.exists(existing):
            existing = os.path.dirname(existing)
        if not os.access(existing, os.W_OK | os.X_OK):
            stop(
                f"{existing} cannot be written to by this account, which has to keep the chat's files there."
            )


def stop_if_taken(host, port):
    """Fails before half a minute of installing."""
    if not port.isdigit() or not 0 < int(port) < 65536:
        stop(f"PORT={port} is not a port. Name one from 1024 to 65535: make run PORT=8000")
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port left a moment ago is free
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            stop(f"Port {port} is taken. Name another: make run PORT={int(port) + 1}")
        if error.errno == errno.EACCES:
            stop(f"Port {port} is not for this account. Name one above 1023: make run PORT=8000")
        stop(f"HOST={host} is no address of this machine. For all it has: make run HOST=0.0.0.0")


def addresses(host):
    """Our addresses for browsers, first the one that other devices reach."""
    if host not in ("0.0.0.0", "::"):  # noqa: S104 - compared with, not listened on
        return [f"[{host}]" if ":" in host else host]
    found = ["localhost"]
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # looks up the route and sends nothing
        found.insert(0, probe.getsockname()[0])
    return found


# -- make test -----------------------------------------------------------------------------------------------


def test():
    """Run the suite on SQLite, and on PostgreSQL with Redis. ARGS goes to pytest."""
    install(EVERYTHING)
    have_servers()
    keep_bytecode()
    signal.signal(signal.SIGINT, lambda *_: None)  # pytest handles Ctrl-C and ends its servers
    return max(one_by_one() if ARGS else side_by_side())


def one_by_one():
    """Runs the chosen tests, one database after the other, with the terminal to themselves."""
    codes = []
    for where in ("sqlite", "postgres"):
        if 2 not in codes:  # pytest's exit code for an interruption
            say(f"-- on {where}")
            codes.append(suite(where).wait())
    return codes


def side_by_side():
    """Both suites at once take little longer than one: they mostly wait for clocks, browsers and disks. The
    second one's output comes at the end."""
    with tempfile.TemporaryFile() as said:
        second = suite("postgres", stdout=said, stderr=subprocess.STDOUT)
        say("-- on sqlite, and on postgres beside it")
        codes = [suite("sqlite").wait(), second.wait()]
        said.seek(0)
        say("-- on postgres")
        shutil.copyfileobj(said, sys.stdout.buffer)
        sys.stdout.flush()
    return codes


def keep_bytecode():
    """The tests start Python a few hundred times. In a container that says to keep no bytecode, each of them
    would compile everything again, which takes longer than the rest of the start."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", os.path.join(ROOT, ".venv", "bytecode"))


def suite(where, **how):
    command = [PYTHON, "-m", "pytest", "-o", "cache_dir=.pytest_cache/" + where, *ARGS]
    return subprocess.Popen(command, env={**os.environ, "CHAT_TEST_ON": where}, **how)


def have_servers():
    """Find the programs that tests start; install missing ones if allowed, else say what to install."""
    missing = output(PYTHON, "-m", "tests.services").split()
    packages = [PACKAGES[program] for program in missing]
    if missing and not installed_by_apt(packages + FONTS):
        stop(
            f"The tests need {', '.join(missing)}. Debian: apt-get install {' '.join(packages)}. macOS: brew "
            "install postgresql redis, and Chrome. Or name servers: TEST_DATABASE_URL=, TEST_REDIS_URL="
        )


def installed_by_apt(packages):
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not (shutil.which("sudo") and done(*sudo, "true"))):
        return False
    say(f"Installing {', '.join(packages)} with apt-get ...")
    done(*sudo, "apt-get", "-qq", "update")  # if this fails, the old lists may do
    apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "-o=Dpkg::Use-Pty=0", "install"]
    return done(*sudo, *apt, "--no-install-recommends", *packages)


# -- make check ----------------------------------------------------------------------------------------------


def check():
    """Run every static check: see tests/check.py."""
    install(EVERYTHING)
    have_node_packages()
    collect_static()
    os.execv(PYTHON, [PYTHON, "-m", "tests.check"])


def have_node_packages():
    """Install what package-lock.json pins. Only developers need Node."""
    version = output("node", "--version") if shutil.which("node") and shutil.which("npm") else "v0"
    if int(re.findall(r"\d+", version)[0]) < 20:
        stop("make check needs Node 20 or newer, with npm. To run the chat, or its tests, nobody needs it.")
    wanted = {digest(contents("package.json"), contents("package-lock.json"))}
    if marks("node_modules") != wanted:
        if not done("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"):
            stop("The packages for Node could not be installed; the lines above say why.")
        mark("node_modules", wanted)


# -- the smaller verbs ---------------------------------------------------------------------------------------


def lock():
    """Pin the requirements with hashes. ARGS=--upgrade takes the newest versions."""
    install(EVERYTHING)
    words = "--quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes".split()
    compile_ = [PYTHON, "-m", "uv", "pip", "compile", *words, "--custom-compile-command", "make lock", *ARGS]
    return 0 if all(done(*compile_, source_of(name), "-o", name) for name in EVERYTHING) else 1


def messages():
    """Extract the texts to translate if xgettext is installed, and compile the translations."""
    install(EVERYTHING)
    if shutil.which("xgettext"):
        words = "makemessages --all --no-location --no-obsolete --no-wrap --ignore=node_modules".split()
        collect = [PYTHON, os.path.join(ROOT, "manage.py"), *words]
        done(*collect, "--ignore=chat")
        done(*collect, folder="chat")  # Django puts what it finds here into chat/locale
    else:
        say("Only compiling: gathering texts needs xgettext (Debian: apt-get install gettext).")
    return max([0 if compiled(po, mo_of(po)) else 1 for po in message_files()], default=0)


def screenshots():
    """Draw every state of every page into data/screenshots, and the README's picture. ARGS="-k offline"."""
    become("pytest", "-m", "screenshots", "tests/browser")


def bench():
    """Run the benchmarks: see bench/README.md."""
    become("bench")


def chaos():
    """Break servers under load and check the promises."""
    become("tests.chaos")


def become(module, *words):
    install(EVERYTHING)
    have_servers()
    os.execv(PYTHON, [PYTHON, "-m", module, *words, *ARGS])


def clean():
    """Delete what these commands made. People's data, in data/, stays."""
    for folder in ".venv node_modules staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis".split():
        shutil.rmtree(folder, ignore_errors=True)


# -- small things --------------------------------------------------------------------------------------------


def say(line):
    print(line, flush=True)


def stop(line):
    """Exit with one line that says what to do."""
    sys.exit(line)


def done(*command, folder=""):
    """Run a command; return whether it succeeded."""
    return subprocess.call(command, cwd=os.path.join(ROOT, folder)) == 0


def output(*command):
    return subprocess.check_output(command, cwd=ROOT, universal_newlines=True)


def contents(name):
    with open(os.path.join(ROOT, name), "rb") as file:
        return file.read()


def text(name):
    return contents(name).decode()


def digest(*parts):
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part if isinstance(part, bytes) else part.encode())
    return whole.hexdigest()


def marks(folder):
    """Digests of the inputs a generated folder was last completed from."""
    try:
        return set(text(os.path.join(folder, ".made-from")).split())
    except FileNotFoundError:
        return set()


def mark(folder, digests):
    if digests or marks(folder):
        with open(os.path.join(ROOT, folder, ".made-from"), "w") as file:
            file.write("\n".join(sorted(digests)))


@contextlib.contextmanager
def one_at_a_time():
    """Lock: `make run` and `make test` started together would fill the same folders."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def message_files():
    """The app's catalogue and the site's."""
    return sorted(glob.glob("chat/locale/*/LC_MESSAGES/*.po") + glob.glob("locale/*/LC_MESSAGES/*.po"))


def mo_of(po):
    return po[:-2] + "mo"


def compiled(po, mo):
    return done(PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile", "-i", po, "-o", mo)


def source_of(lock):
    return lock.replace(".txt", ".in")


VERBS = {verb.__name__: verb for verb in (run, test, check, lock, messages, screenshots, bench, chaos, clean)}

if __name__ == "__main__":
    main()
