"""Find a grid by what people call it: `SE`, `SWE`, `Sweden`, `US-CA`, `gcp:europe-west4`."""

import difflib

import pandas as pd

from aienergy.errors import LedgerError, Problem

CLOUDS = {
    "gcp": "google",
    "google": "google",
    "aws": "aws",
    "amazon": "aws",
    "azure": "azure",
    "oracle": "oracle",
    "oci": "oracle",
}
# ISO 3166-1: alpha-2 code to the alpha-3 code of regions.csv.
_ALPHA_2 = (
    "AE:ARE AL:ALB AM:ARM AO:AGO AR:ARG AT:AUT AU:AUS AZ:AZE BA:BIH BD:BGD BE:BEL BG:BGR BH:BHR "
    "BO:BOL BR:BRA BT:BTN BY:BLR CA:CAN CD:COD CH:CHE CI:CIV CL:CHL CM:CMR CN:CHN CO:COL CR:CRI "
    "CU:CUB CY:CYP CZ:CZE DE:DEU DK:DNK DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY ES:ESP ET:ETH FI:FIN "
    "FR:FRA GB:GBR GE:GEO GH:GHA GR:GRC GT:GTM HK:HKG HN:HND HR:HRV HU:HUN ID:IDN IE:IRL IL:ISR "
    "IN:IND IQ:IRQ IR:IRN IS:ISL IT:ITA JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KP:PRK KR:KOR KW:KWT "
    "KZ:KAZ LA:LAO LB:LBN LK:LKA LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MM:MMR MN:MNG MT:MLT MX:MEX "
    "MY:MYS MZ:MOZ NG:NGA NL:NLD NO:NOR NP:NPL NZ:NZL OM:OMN PA:PAN PE:PER PH:PHL PK:PAK PL:POL "
    "PT:PRT PY:PRY QA:QAT RO:ROU RS:SRB RU:RUS SA:SAU SD:SDN SE:SWE SG:SGP SI:SVN SK:SVK SN:SEN "
    "SV:SLV SY:SYR TH:THA TJ:TJK TM:TKM TN:TUN TR:TUR TT:TTO TW:TWN TZ:TZA UA:UKR US:USA UY:URY "
    "UZ:UZB VE:VEN VN:VNM ZA:ZAF ZM:ZMB ZW:ZWE"
)
_NEAR, _CUTOFF = 6, 0.55


def spellings(regions: pd.DataFrame) -> dict[str, str]:
    """Return the key of a region by each of its spellings, in small letters.

    A bare name of a cloud region is left out where two clouds have it.

    Args:
        regions: Rows of `regions.csv`: key, name, kind, iso3.
    """
    alpha_2 = {long: short for short, long in (pair.split(":") for pair in _ALPHA_2.split())}
    known: dict[str, str] = {}
    bare: dict[str, set[str]] = {}
    for row in regions.itertuples():
        key, kind = str(row.key), str(row.kind)
        names = {key, str(row.name).partition(" (state of")[0]}
        if kind == "country":
            names |= {str(row.iso3), alpha_2.get(str(row.iso3), key)}
        elif kind == "us_state":
            names.add(f"us-{key.removeprefix('us_state_')}")
        elif kind == "cloud_region":
            provider, _, place = key.partition("_")
            own = place.replace("_", "-")
            names |= {f"{cloud}:{own}" for cloud, name in CLOUDS.items() if name == provider}
            bare.setdefault(own, set()).add(key)
        known |= {name.lower(): key for name in names}
    only = {name: next(iter(keys)) for name, keys in bare.items() if len(keys) == 1}
    return only | known


def find_region(asked: str, regions: pd.DataFrame) -> str:
    """Return the key of a region.

    Raises:
        LedgerError: No region of this name; the hint has near ones.
    """
    known = spellings(regions)
    name = asked.strip().lower()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=_NEAR, cutoff=_CUTOFF)
    names = dict(zip(regions["key"], regions["name"], strict=True))
    told = "; ".join(f"{spelling} ({names[known[spelling]]})" for spelling in near)
    forms = "SE, SWE, Sweden, US-CA, gcp:europe-west4 or world"
    hint = f"Near ones: {told}." if near else f"Write a region as {forms}."
    raise LedgerError(Problem("--region", f"unknown region '{asked}'", hint))


def find_accelerator(asked: str, accelerators: pd.DataFrame, option: str) -> str:
    """Return the key of an accelerator, asked for by key or by name.

    Raises:
        LedgerError: None of this name; the hint has near ones.
    """
    by_name = dict(zip(accelerators["name"].str.lower(), accelerators["key"], strict=True))
    known: dict[str, str] = by_name | {str(key): str(key) for key in accelerators["key"]}
    name = asked.strip().lower()
    if name in known:
        return known[name]
    found = difflib.get_close_matches(name, known, n=_NEAR, cutoff=_CUTOFF)
    found += [spelling for spelling in known if name and name in spelling]
    near = ", ".join(list(dict.fromkeys(known[spelling] for spelling in found))[:_NEAR])
    hint = f"Near ones: {near}." if near else "Keys stand in data/raw/accelerators.csv."
    raise LedgerError(Problem(option, f"unknown accelerator '{asked}'", hint))
