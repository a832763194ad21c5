"""The part of a network address that limits and bans count as one."""

import ipaddress
from urllib.parse import urlsplit


def network_of(address: str, bits: int = 64) -> str:
    """An IPv4 address, or the /64 of an IPv6 address: whoever has one of those has all of it."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    if parsed.version == 6 and not parsed.is_loopback:
        return str(ipaddress.ip_network((parsed, bits), strict=False))
    return str(parsed)


def is_only_here(host: str) -> bool:
    """Whether this host of an address, with or without a port, leads nowhere from another device."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


def can_be_banned(network: str) -> bool:
    # Behind a proxy that passes no addresses on, everybody comes from this machine's own.
    try:
        return not ipaddress.ip_network(network).is_loopback
    except ValueError:
        return False
