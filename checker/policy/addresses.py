"""Which network addresses a policy may list without meaning the internet."""

from ipaddress import IPv4Network, IPv6Network, ip_network

from checker.policy.globs import Glob, Reach, render
from checker.policy.request import Chosen

_PRIVATE = tuple(IPv4Network(network) for network in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _reach(pattern: Glob) -> Reach:
    try:
        network: IPv4Network | IPv6Network = ip_network(render(pattern), strict=False)
    except ValueError:
        return Reach.UNSURE
    if isinstance(network, IPv4Network):
        private = any(network.subnet_of(block) for block in _PRIVATE)
        return Reach.NONE if private or network.prefixlen >= 8 else Reach.SOME
    return Reach.NONE if network.prefixlen >= 32 else Reach.SOME


SOMEWHERE = Chosen(_reach)
"""An address that is in no range of the policy's author, unless the range is broader than /8 (IPv6: /32).

Source: Amazon S3 user guide, Blocking public access, The meaning of "public".
"""
