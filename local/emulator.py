"""The local AWS: ministack on 127.0.0.1, with a state folder of its own."""

import json
import re
import shutil
import signal
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from local.process import Process, require_free

VENV = Path(".venv-emulator")
MEMORY, MEMORY_BYTES = Path("/dev/shm"), 8 * 2**30  # noqa: S108  a folder of our own in it
"""Where functions are unpacked when so much is free there: every environment is a copy of up to
230 MB, and a disk can take minutes to delete some dozens."""


SERVER = Path(__file__).with_name("server.py")
LOST = re.compile(r"(?:failed to save|Failed to persist).*", re.IGNORECASE)
"""What it logs when something could not be kept."""
OWN = re.compile(r"(http://(?:[\w-]+\.execute-api\.)?localhost:)\d+(?=[/\"'\\])")
"""Its own address in what it has saved: queues are known by theirs."""
WORDS = ("dynamodb.json", "cloudwatch_logs.json")
"""Of what it has saved, what holds people's words and not its own."""


class Emulator:
    """One ministack. Its state is saved when it stops, when it is told to, and now and then."""

    def __init__(self, state: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._state = state / "aws"
        self._temporary = _temporary(state, port)
        self._port = port
        self._process = Process("the local AWS", state / "aws.log")

    @property
    def environment(self) -> dict[str, str]:
        """What makes every AWS client talk to it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self, *, iam: bool = False, save_seconds: float = 0.0) -> None:
        """Start it; with `iam`, policies are enforced. It is saved every so many seconds."""
        self._process.end_earlier()
        require_free(self._port, "the local AWS")
        self._move()
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir(parents=True)
        env = {
            **self.environment,
            "BIND_HOST": "127.0.0.1",  # else it listens to the whole network
            "IOT_MTLS_ENABLED": "0",
            "GATEWAY_PORT": str(self._port),
            "PERSIST_STATE": "1",
            "STATE_DIR": str(self._state.resolve()),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str((self._state / "s3").resolve()),
            "TMPDIR": str(self._temporary.resolve()),
            "LOG_LEVEL": "WARNING",
            "SAVE_SECONDS": str(save_seconds),
            "AUTH": "true" if iam else "false",
        }
        # Without the folder of the script on its path, whose modules are ours.
        command = [str(VENV / "bin" / "python"), "-P", str(SERVER)]
        self._process.start(command, env, self._healthy)
        self._process.signal(signal.SIGUSR1)

    @property
    def alive(self) -> bool:
        return self._process.alive

    def save(self) -> None:
        """Keep all that was deployed, whatever becomes of the process."""
        self._process.signal(signal.SIGUSR2)

    def lost(self) -> str:
        """What could not be kept since it was started, as its log has it; or nothing."""
        found = LOST.search(self._process.said())
        return found.group() if found else ""

    def stop(self) -> None:
        self._process.stop()
        shutil.rmtree(self._temporary, ignore_errors=True)

    def forget(self) -> None:
        """Remove what it has saved."""
        shutil.rmtree(self._state)

    def _move(self) -> None:
        """Let what was saved at another port be found at this one."""
        for path in self._state.glob("*.json"):
            text = "" if path.name in WORDS else path.read_text(encoding="utf-8")
            moved = OWN.sub(rf"\g<1>{self._port}", text)
            if moved != text:
                beside = path.with_suffix(".moved")
                beside.write_text(moved, encoding="utf-8")
                beside.replace(path)

    def _healthy(self) -> bool:
        try:
            with urlopen(f"{self.url}/_ministack/health", timeout=2) as answer:  # noqa: S310
                return bool(json.load(answer))
        except (URLError, OSError, ValueError):
            return False


def _temporary(state: Path, port: int) -> Path:
    """A folder for what need not be kept, in memory if there is enough."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES
    return MEMORY / f"switchboard-{port}" if roomy else state / "tmp"
