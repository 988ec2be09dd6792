"""What whoever runs the service decides; the defaults are the safe ones."""

import ipaddress
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from chartgap.errors import ChartgapError

if TYPE_CHECKING:
    from chartgap.checker import Checker

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_SHORTEST_KEY = 16
_HOST = re.compile(r"[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]")


class SettingsError(ChartgapError):
    """The service is not to be run like this."""


def real_checker(patterns: Path | None = None, releases: tuple[Path, ...] = ()) -> "Checker":
    """The checker as users have it."""
    from chartgap.checker import Checker  # noqa: PLC0415  # spaCy is loaded in the workers only

    return Checker(patterns=patterns, releases=releases)


@dataclass(frozen=True)
class Setup:
    """What each worker is told at its start; it must survive pickling."""

    make: "Callable[[], Checker]" = real_checker
    responses: Path | None = None
    most_characters: int = 200_000
    most_notes: int = 100
    secret: bytes = field(default_factory=secrets.token_bytes, repr=False)


@dataclass(frozen=True)
class Settings:
    """Limits, and who may ask."""

    host: str = "127.0.0.1"
    port: int = 8321
    key: str | None = field(default=None, repr=False)
    hosts: tuple[str, ...] = ()
    workers: int = 2
    waiting: int = 64  # requests that wait for a worker; one more is refused
    timeout: float = 30.0  # seconds a worker may take for a note, and a request may wait for a worker
    body_timeout: float = 15.0  # seconds for all of a request's head or body to arrive
    most_bytes: int = 4_000_000
    most_connections: int = 1000
    remembered: int = 10_000  # reports and cards whose ids are kept in memory, never their text
    setup: Setup = field(default_factory=Setup)

    def checked(self) -> "Settings":
        """Themselves; SettingsError where they would open the notes to whoever can reach the machine."""
        for name in self.hosts:
            if not _HOST.fullmatch(name):
                raise SettingsError(f"--allow-host: {name!r} is no name of a host; write it without http:// and port")
        if self.key is not None and len(self.key) < _SHORTEST_KEY:
            raise SettingsError(f"the API key has fewer than {_SHORTEST_KEY} characters")
        if self.key is None and not is_loopback(self.host):
            raise SettingsError(
                f"{self.host} can be reached from other machines: set CHARTGAP_API_KEY or --api-key-file, or bind to"
                " 127.0.0.1"
            )
        return self

    @property
    def accepted_hosts(self) -> frozenset[str] | None:
        """Names under which it may be asked, so that a page of another site cannot; None where a key is the guard."""
        if self.hosts:
            return LOOPBACK_NAMES | {self.host.lower()} | {name.lower() for name in self.hosts}
        return None if self.key and not is_loopback(self.host) else LOOPBACK_NAMES | {self.host.lower()}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; a name other than localhost could mean anything."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
