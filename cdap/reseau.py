"""The address that asks: the socket's, unless it is one of our own proxies."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def dans(ip: str, reseaux: list[str]) -> bool:
    """Tell whether the address is in one of the networks."""
    return any(ip_address(ip) in ip_network(reseau) for reseau in reseaux)


def adresse(request: HttpRequest) -> str:
    """Return the client's address. A forwarding header is believed only from a proxy of CDAP_PROXYS, from the right."""
    proxys = [ip_network(reseau) for reseau in settings.ENVIRONNEMENT.proxys]
    chemin = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), request.META.get("REMOTE_ADDR", "")]
    trouvee = "0.0.0.0"  # noqa: S104 (an address that is nobody's, for a socket that has none)
    for maillon in reversed(chemin):
        try:
            ip = ip_address(maillon.strip().partition("%")[0])  # a link-local address may name its interface
        except ValueError:
            return trouvee
        trouvee = str(ip)
        if not any(ip in reseau for reseau in proxys):
            return trouvee
    return trouvee
