"""The address that phones use: set by the operator, else the one by which this machine is known on its network."""

from __future__ import annotations

import socket

from survey.config import Config


def local_address() -> str:
    """Return this machine's own address on the local network, or 127.0.0.1 without one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Sends nothing: connecting a datagram socket only asks the system which interface it would use.
            probe.connect(("192.0.2.1", 9))
            address = str(probe.getsockname()[0])
        except OSError:
            return "127.0.0.1"
    return address


def public_url(config: Config) -> str:
    """Return scheme, host and port that a phone reaches, without a trailing slash."""
    if config.public_url:
        return config.public_url
    host = local_address() if config.host in {"0.0.0.0", "::"} else config.host
    return f"http://{host}:{config.port}" if config.port != 80 else f"http://{host}"
