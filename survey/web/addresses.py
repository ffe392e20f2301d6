"""The address that phones use: set by the operator, else the one by which this machine is known on its network."""

from __future__ import annotations

import os
import socket
import struct

from survey.config import Config

try:
    import fcntl
except ImportError:  # Windows tells its addresses by name.
    fcntl = None  # type: ignore[assignment]

ALONE = "127.0.0.1"

# One address in each of the networks that routers and hotspots use; the first stands for the way to the internet.
_DIRECTIONS = ("192.0.2.1", "192.168.137.254", "192.168.255.254", "10.255.255.254", "172.31.255.254")
# Cables between programs of this machine; no phone reaches them.
_INNER = ("lo", "docker", "br-", "veth", "virbr", "vmnet", "vboxnet", "tun", "tap", "utun")
_ASK_ADDRESS = 0x8915


def local_address() -> str:
    """Return this machine's own address on the local network, or 127.0.0.1 without one."""
    return local_addresses()[0]


def local_addresses() -> tuple[str, ...]:
    """Return every address by which a phone may reach this machine, the likeliest first; never nothing.

    Without a way to the internet too: a laptop that is the hotspot of a hall has no way out, but has an address.
    """
    found = [*_towards_others(), *_of_interfaces(), *_of_own_name()]
    usable = [address for address in dict.fromkeys(found) if not address.startswith(("127.", "0."))]
    # Addresses that a machine gives itself when nobody gave it one come last.
    return tuple(sorted(usable, key=lambda address: address.startswith("169.254."))) or (ALONE,)


def _towards_others() -> list[str]:
    """Ask the system by which of its addresses it would speak to others; nothing is sent."""
    found = []
    for direction in _DIRECTIONS:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect((direction, 9))
                found.append(str(probe.getsockname()[0]))
            except OSError:
                continue
    return found


def _of_interfaces() -> list[str]:
    """Return the addresses of the network cards, where the system lets us ask each (Linux)."""
    if fcntl is None or not os.path.exists("/proc/net"):
        return []
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _index, name in socket.if_nameindex():
            if name.startswith(_INNER):
                continue
            try:
                answer = fcntl.ioctl(probe.fileno(), _ASK_ADDRESS, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(answer[20:24]))
            except OSError:
                continue
    return found


def _of_own_name() -> list[str]:
    try:
        return socket.gethostbyname_ex(socket.gethostname())[2]
    except OSError:
        return []


def is_port_free(host: str, port: int) -> bool:
    """Return whether nobody listens there; servers of our own would share a port, each with half of the visitors."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        if os.name != "nt":
            # What a server that has ended leaves behind for a minute is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def public_url(config: Config) -> str:
    """Return scheme, host and port that a phone reaches, without a trailing slash."""
    if config.public_url:
        return config.public_url
    host = local_address() if config.host in {"0.0.0.0", "::"} else config.host
    return f"http://{host}:{config.port}" if config.port != 80 else f"http://{host}"
