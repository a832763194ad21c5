"""How often may one address do what costs us a row? Counted in the cache, in windows; forgotten on a restart.

For pages anybody can reach. Connections have their own buckets in `limits`.
"""

import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def refused(request: HttpRequest, what: str, most: int, seconds: int) -> bool:
    """True when this address has done `what` already `most` times in the present window of `seconds`."""
    if not settings.CHAT_RATE_LIMITS:
        return False
    key = f"throttle.{what}.{network(request.META.get('REMOTE_ADDR', ''))}"
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) > most
    except ValueError:  # the window ended between the two lines
        return False


def network(address: str) -> str:
    """Who has one IPv6 address has 2⁶⁴ of them: they count as one."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
