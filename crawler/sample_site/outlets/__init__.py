"""The five outlets, in the order of their ports."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.errors import ConfigError
from crawler.sample_site.outlets.base import Outlet
from crawler.sample_site.outlets.karsuma_ledger import KarsumaLedger
from crawler.sample_site.outlets.marj_observer import MarjObserver
from crawler.sample_site.outlets.qasmara_relief_desk import QasmaraReliefDesk
from crawler.sample_site.outlets.sada_tel_harun import SadaTelHarun
from crawler.sample_site.outlets.zahim_incident_log import ZahimIncidentLog

__all__ = ["OUTLET_TYPES", "Outlet", "build_outlet", "build_outlets"]

OUTLET_TYPES: tuple[type[Outlet], ...] = (
    MarjObserver,
    KarsumaLedger,
    SadaTelHarun,
    QasmaraReliefDesk,
    ZahimIncidentLog,
)


def build_outlet(outlet_id: str, base_url: str) -> Outlet:
    for outlet_type in OUTLET_TYPES:
        if outlet_type.id == outlet_id:
            return outlet_type(base_url if base_url.endswith("/") else base_url + "/")
    raise ConfigError(f"No outlet of the sample site is called {outlet_id!r}.")


def build_outlets(site_urls: Mapping[str, str]) -> list[Outlet]:
    return [build_outlet(outlet_id, url) for outlet_id, url in site_urls.items()]
