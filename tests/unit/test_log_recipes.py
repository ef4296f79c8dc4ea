"""Recipes of `docs/logs.md`, run as they stand there, on samples in the layouts of their tools."""

import json
import re
import subprocess
import sys

import pytest

from aienergy.logs.detect import read_log
from tests.checkout import ROOT

PAGE = (ROOT / "docs/logs.md").read_text()
RECIPES = {
    title: (language, code)
    for title, language, code in re.findall(
        r"^### ([^\n]+)\n(?:(?!^###).)*?^```(python|awk)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL
    )
}
DCGM = {
    "status": "success",
    "data": {
        "resultType": "matrix",
        "result": [
            {
                "metric": {"__name__": "DCGM_FI_DEV_POWER_USAGE", "gpu": str(gpu), "Hostname": "a"},
                "values": [[1767000000.5 + n, f"{100 * (gpu + 1)}.25"] for n in range(61)],
            }
            for gpu in (0, 1)
        ],
    },
}
SACCT = """\
JobID|Start|End|ConsumedEnergyRaw
38113|2026-01-02T03:00:00|2026-01-02T04:00:05|3600000
38113.batch|2026-01-02T03:00:00|2026-01-02T04:00:00|600000
38113.0|2026-01-02T03:00:10|2026-01-02T04:00:00|3000000
"""
POWERMETRICS = "Machine model: Mac14,2\n" + "".join(
    f"*** Sampled system activity (Fri Jan  2 15:04:{n:02d} 2026 +0100) (1003.25ms elapsed) ***\n\n"
    f"**** Processor usage ****\n\nCPU Power: {2000 + n} mW\nGPU Power: 45 mW\nANE Power: 0 mW\n"
    f"Combined Power (CPU + GPU + ANE): {2045 + n} mW\n"
    for n in range(40)
)
GADGET = (
    "System Time,RDTSC,Elapsed Time (sec), CPU Utilization(%),CPU Frequency_0(MHz),"
    "Processor Power_0(Watt),Cumulative Processor Energy_0(Joules),Cumulative Processor Energy_0(mWh)\n"
    + "".join(
        f"15:04:{n:02d}:123, {n}, {n:.3f}, 5.0, 2000, 20.0, {20 * n:.6f}, {20 * n / 3.6:.6f}\n"
        for n in range(1, 41)
    )
    + "\nTotal Elapsed Time (sec) = 40.0\nMeasured RDTSC Frequency (GHz) = 2.0\n"
)


def converted(folder, title, file, text):
    (folder / file).write_text(text)
    language, code = RECIPES[title]
    (folder / "recipe").write_text(code)
    program = [sys.executable, "recipe"] if language == "python" else ["awk", "-f", "recipe", file]
    done = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "trace.csv").read_bytes() if language == "python" else done.stdout.encode()


def components(content):
    return read_log(content, "trace.csv").components.set_index("component")


def test_the_page_has_a_recipe_for_each_tool():
    assert set(RECIPES) == {
        "Prometheus with the DCGM exporter", "Slurm", "powermetrics", "Intel Power Gadget",
    }  # fmt: skip


def test_prometheus(tmp_path):
    title = "Prometheus with the DCGM exporter"

    table = components(converted(tmp_path, title, "export.json", json.dumps(DCGM)))

    assert table["energy_kwh"].to_dict() == pytest.approx(
        {"gpu0": 100.25 * 60 / 3.6e6, "gpu1": 200.25 * 60 / 3.6e6}
    )
    assert set(table["evidence"]) == {"counter"}


def test_slurm(tmp_path):
    table = components(converted(tmp_path, "Slurm", "export.txt", SACCT))

    assert table.loc["node", "energy_kwh"] == pytest.approx(1.0)
    assert table.loc["node", "duration_s"] == 3600


@pytest.mark.parametrize("lost", ["0", "18446744073709551614"])
def test_slurm_without_a_count_is_not_energy(tmp_path, lost):
    with pytest.raises(AssertionError, match="a step was not counted"):
        converted(tmp_path, "Slurm", "export.txt", SACCT.replace("600000\n", f"{lost}\n"))


def test_powermetrics(tmp_path):
    table = components(converted(tmp_path, "powermetrics", "export.txt", POWERMETRICS))

    assert table.loc["cpu", "mean_power_w"] == pytest.approx(2.0195)
    assert table.loc["cpu", "duration_s"] == pytest.approx(40 * 1.00325)
    assert table.loc["cpu", "evidence"] == "modelled"


def test_power_gadget(tmp_path):
    table = components(converted(tmp_path, "Intel Power Gadget", "export.csv", GADGET))

    assert table.loc["cpu0", "mean_power_w"] == pytest.approx(20)
    assert table.loc["cpu0", "duration_s"] == 39


def test_the_example_of_the_plain_format_is_read():
    example = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]

    assert components(example.encode()).loc["node", "mean_power_w"] == pytest.approx(310.6)
