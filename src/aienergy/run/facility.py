"""The energy of a run in another facility and on another accelerator."""

from dataclasses import dataclass

from aienergy.contracts.numbers import Input, Number
from aienergy.run.case import GIVEN, LOGGED, Case, Restated
from aienergy.run.lookup import MFU, PRECISIONS, Found, Missing


def equipment(case: Case) -> tuple[Number, list[Restated]]:
    """Return the energy of the equipment: PUE inside taken out, boards exchanged.

    Args:
        case: The run in no region: its energy is bound already.
    """
    run, asked = case.run, case.asked
    energy = case.ledger[f"{run.key}.energy"]
    told: list[Restated] = []
    if run.pue is not None and (asked.pue or asked.accelerator or asked.regions):
        inputs: dict[str, Input] = {"facility_energy_kwh": energy.key, "pue": run.pue}
        what = "energy_without_pue"
        energy = case.derive(what, "kWh", "it_energy_kwh", inputs, run.covers)
        note = f"the PUE of {run.pue:g} that the tool put in is taken out"
        told.append(case.tell(energy, what, "energy without PUE", given=LOGGED, note=note))
    if asked.accelerator:
        energy, moved = _exchanged(case, energy)
        told.append(moved)
    return energy, told


def _exchanged(case: Case, energy: Number) -> tuple[Number, Restated]:
    """Return the energy with the boards' part moved to the other accelerator."""
    run, asked = case.run, case.asked
    label = f"energy on {case.library.name(asked.accelerator)}"
    what = "energy_on_other_accelerator"
    why = ""
    if not asked.ran_on:
        why = "which accelerator the run used is not known; state --ran-on"
    elif not run.boards:
        why = "the log has no energy of boards, which alone can be moved"
    pair = None if why else _common_precision(case)
    if pair is None or MFU not in case.ledger:
        why = why or "no precision at which the peak of both accelerators is known"
        return energy, case.unknown(what, label, "kWh", why)
    powers = [case.library.board_power(key) for key in (asked.ran_on, asked.accelerator)]
    missing = [power.why for power in powers if isinstance(power, Missing)]
    if missing:
        return energy, case.unknown(what, label, "kWh", "; ".join(missing))
    facts = [power for power in powers if isinstance(power, Found)] + list(pair[1])
    whole_kwh = sum(part.energy_kwh for part in run.parts)
    inputs: dict[str, Input] = {
        "energy_kwh": energy.key, "board_share": sum(p.energy_kwh for p in run.boards) / whole_kwh,
        "board_power_w": facts[0].key, "other_board_power_w": facts[1].key,
        "peak_flop_per_s": facts[2].key, "other_peak_flop_per_s": facts[3].key,
        "mfu": MFU, "other_mfu": MFU,
    }  # fmt: skip
    number = case.derive(what, "kWh", "energy_on_other_board_kwh", inputs, run.covers)
    note = (
        f"an assumption: the same work at {pair[0]}, both at the same share of rated power, each "
        "at a utilization drawn from the fitted ones; only the boards' part moves"
    )
    basis = f"dense peak, {pair[0]}"
    return number, case.tell(number, what, label, *facts, basis=basis, note=note)


def _common_precision(case: Case) -> tuple[str, tuple[Found, Found]] | None:
    for precision in PRECISIONS:
        first = case.library.peak(case.asked.ran_on, precision)
        second = case.library.peak(case.asked.accelerator, precision)
        if isinstance(first, Found) and isinstance(second, Found):
            return precision.replace("_", " "), (first, second)
    return None


def facility(case: Case, energy: Number) -> tuple[Number, list[Restated]]:
    """Return the energy with the overhead of a facility, as far as the boundary allows."""
    run, asked = case.run, case.asked
    label, what = "facility energy", "facility_energy"
    if run.outside and run.covers == "facility":
        if asked.pue is None:
            return energy, []
        why = "a PUE that the log does not state is inside, so no other can take its place"
        return energy, [case.unknown(what, label, "kWh", why)]
    pue = _pue(case)
    if isinstance(pue, Missing):
        return energy, [case.unknown(what, label, "kWh", pue.why)] if pue.why else []
    note = "the PUE of the log is kept, no other is known" if pue.given == LOGGED else ""
    if run.is_whole:
        inputs: dict[str, Input] = {"it_energy_kwh": energy.key, "pue": pue.value}
        number = case.derive(what, "kWh", "facility_energy_kwh", inputs, "facility")
    else:
        inputs = {"parts_energy_kwh": energy.key, "pue": pue.value}
        what, label = "energy_with_overhead", "energy with overhead"
        boundary = f"{energy.boundary}, with overhead"
        number = case.derive(what, "kWh", "parts_energy_with_overhead_kwh", inputs, boundary)
        note = "; ".join(filter(None, (note, f"no facility energy, absent: {run.absent}")))
    value = case.tell(
        number, what, label, *pue.facts, basis=pue.basis, given=pue.given, note=note
    )  # fmt: skip
    return number, [value]


@dataclass(frozen=True, slots=True)
class _Pue:
    """The PUE to put in.

    Attributes:
        value: The value, or the key of the fact.
        basis: What it is, for a reader.
        facts: The fact, if it is one.
        given: Who gave it, if it is none.
    """

    value: Input
    basis: str
    facts: tuple[Found, ...] = ()
    given: str = ""


def _pue(case: Case) -> _Pue | Missing:
    """Return the given PUE, else that of the region's sites, else the one inside the log."""
    run, asked = case.run, case.asked
    if asked.pue is not None:
        return _Pue(asked.pue, f"PUE {asked.pue:g}", given=GIVEN)
    found = case.library.pue(case.region) if case.region else Missing("")
    if isinstance(found, Found):
        return _Pue(found.key, f"PUE {found.value:g}, {found.basis}", (found,))
    if run.pue is not None and (case.region or asked.accelerator):
        return _Pue(run.pue, f"PUE {run.pue:g}", given=LOGGED)
    return Missing(f"no PUE ({found.why}); state --pue" if found.why else "")
