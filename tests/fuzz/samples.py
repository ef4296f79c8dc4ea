"""A small sound log of every format, in the layout its tool writes."""

import json

MLLOG = ':::MLLOG {{"namespace": "", "time_ms": {}, "event_type": "{}", "key": "{}", "value": {}, "metadata": {}}}\n'


def smi(count=40):
    lines = ["timestamp, index, uuid, power.draw [W]"]
    for second in range(count):
        for board in (0, 1):
            lines.append(
                f"2026/01/02 03:00:{second:02d}.{board}00, {board}, GPU-0000000{board}, "
                f"{100 + 200 * board + second % 3}.25 W"
            )
    return "\n".join(lines) + "\n"


CODECARBON = """\
timestamp,project_name,run_id,duration,emissions,cpu_power,gpu_power,ram_power,cpu_energy,\
gpu_energy,ram_energy,energy_consumed,codecarbon_version,gpu_count,cpu_model,pue
2026-01-02T03:04:05,x,run-a,1800,0.1,100,300,20,0.05,0.15,0.01,0.21,3.3.2,1,"Some, CPU",1.0
2026-01-02T03:34:05,x,run-a,3600,0.1,100,300,20,0.1,0.3,0.02,0.42,3.3.2,1,"Some, CPU",1.0
2026-01-02T04:34:05,x,run-b,3600,0.1,50,300,20,0.08,0.3,0.02,0.40,3.3.2,1,"Some, CPU",1.0
"""
TASKS = """\
task_name,timestamp,project_name,run_id,duration,emissions,cpu_energy,gpu_energy,ram_energy,energy_consumed,gpu_count
load,2026-01-02T03:04:05,x,run-a,36,0.1,0.001,0.003,0.0005,0.0045,8
query,2026-01-02T03:05:05,x,run-a,18,0.1,0.001,0.003,0.0005,0.0045,8
"""
ZEUS = """\
start_time,window_name,elapsed_time,gpu0_energy,gpu1_energy
100.5,train,10.0,3000.0,2000.0
120.5,train,10.0,1000.0,2500.0
"""
ECO2AI = """\
id,project_name,epoch,start_time,duration(s),power_consumption(kWh),CO2_emissions(kg),CPU_name,GPU_name,OS,region/country,cost
a-1,x,N/A,2026-01-02 16:34:17,3600,0.05,0.002,"Intel(R) Core(TM) i7-10875H CPU/1 device(s), TDP:45.0",,Linux,IN/Gujarat,0
"""
CARBON_OUTPUT = """\
2026-01-02 15:42:43 - CarbonTracker: The following components were found: GPU with device(s) A. CPU with device(s) cpu:0.
2026-01-02 15:43:37 - CarbonTracker:\x20
Actual consumption for 1 epoch(s):
\tTime:\t0:01:00
\tEnergy:\t0.005300 kWh
\tCO2eq:\t0.357451 g
2026-01-02 15:43:37 - CarbonTracker:\x20
Predicted consumption for 4 epoch(s):
\tTime:\t0:04:00
\tEnergy:\t0.021200 kWh
\tCO2eq:\t1.429803 g
"""
CARBON_STD = """\
2026-01-02 15:42:43 - carbontracker version 1.1.6
2026-01-02 15:42:43 - Only predicted and actual consumptions are multiplied by a PUE coefficient of 1.59 (x).
2026-01-02 15:42:43 - The following components were found: GPU with device(s) A. CPU with device(s) cpu:0.
2026-01-02 15:43:37 - Epoch 1:
2026-01-02 15:43:37 - Duration: 0:01:00.00
2026-01-02 15:43:37 - Average power usage (W) for gpu: [150.0]
2026-01-02 15:43:37 - Average power usage (W) for cpu: [50.0]
2026-01-02 15:43:37 - Monitoring thread ended.
"""
BOAMPS = json.dumps(
    {
        "header": {"reportId": "x"},
        "task": {"taskStage": "inference"},
        "measures": [
            {
                "measurementMethod": "codecarbon",
                "version": "2.5.0",
                "cpuTrackingMode": "constant",
                "gpuTrackingMode": "nvml",
                "powerConsumption": 0.0027,
                "measurementDuration": 19.1,
                "measurementDateTime": "2026-01-02 09:09:40",
            }
        ],
        "infrastructure": {},
    },
    indent=1,
)
BOAMPS_CSV = """\
header_reportId,measures_0_measurementMethod,measures_0_cpuTrackingMode,measures_0_powerConsumption,measures_0_measurementDuration
x,wattmeter,,0.0027,19.1
"""


def energies(cpu, ram, gpu):
    return {"unit": "kWh", "cpu": cpu, "ram": ram, "gpu": gpu, "total": cpu + ram + gpu}


OPTIMUM = json.dumps(
    {
        "prefill": {
            "energy": energies(0.004, 0.001, 0.07),
            "efficiency": {"unit": "tokens/kWh", "value": 1.0},
            "measures": [energies(0.004, 0.001, 0.07)] * 3,
        },
        "decode": {
            "energy": energies(0.005, 0.001, 0.06),
            "efficiency": {"unit": "tokens/kWh", "value": 1.0},
            "measures": [energies(0.005, 0.001, 0.06)] * 3,
        },
    },
    indent=1,
)
NODE = "".join(
    [
        MLLOG.format(1715960300000, "INTERVAL_START", "power_measurement_start", "null", '""'),
        *(
            MLLOG.format(
                1715960300123 + 2000 * n, "POINT_IN_TIME", "power_reading", 5000 + n % 7, '""'
            )
            for n in range(40)
        ),
    ]
)
RESULT = "".join(
    " 0: " + MLLOG.format(at, "INTERVAL_START", key, "null", '{"lineno": 1}')
    for at, key in ((1715960310000, "run_start"), (1715960370000, "run_stop"))
)
SPL = "".join(
    f"Time,08-13-2025 00:37:{n:02d}.272,Watts,{2400 + n}.0,Volts,240.0,Amps,3.4,PF,0.96,Mark,x,"
    f"Ch1,Watts,{1200 + n}.0,Volts,240.1,Ch2,Watts,1200.0,Volts,240.2\n"
    for n in range(50)
)
DETAIL = "".join(
    MLLOG.format(0.5, "POINT_IN_TIME", key, json.dumps(value), "{}")
    for key, value in (
        ("loadgen_version", "5.1"),
        ("power_begin", "08-13-2025 00:37:10.000"),
        ("power_end", "08-13-2025 00:37:40.500"),
        ("result_validity", "VALID"),
    )
)
TINY = "".join(
    f"00140.197 ulp-ml: Energy data for window {n} at time 9.13 for 10.00 sec.:\n"
    f"00140.197 ulp-ml:   Energy       :  {1000000 + n * 1000}.000 uJ\n"
    f"00140.197 ulp-ml:   Power        :   {100000 + n * 100}.000 uW\n"
    f"00140.197 ulp-ml:   Energy/Inf.  :      {100 + n / 10}00 uJ/inf.\n"
    for n in (2, 4, 6)
)
ML_ENERGY = json.dumps(
    {
        "task": "lm-arena-chat",
        "configurations": [
            {
                "model_id": "a/b",
                "gpu_model": "B200",
                "num_gpus": 1,
                "max_num_seqs": batch,
                "avg_power_watts": 700.0,
                "output_throughput_tokens_per_sec": 100.0 * batch,
                "energy_per_token_joules": 7.0 / batch,
            }
            for batch in (8, 16)
        ],
    },
    indent=1,
)
PLAIN = "# evidence: metered\n# boundary: node\ntime,power_w\n" + "".join(
    f"{n},{300 + n % 5}\n" for n in range(40)
)
COUNTER = "time,cpu_energy_j,gpu_power_w\n" + "".join(
    f"2026-01-02T03:04:{n:02d}.5Z,{(262000 + 50 * n) % 262143.328850},{100.5 + n % 3}\n"
    for n in range(40)
)
NODES = """\
round,submitter,system,benchmark,run,node,samples,t_start_ms,t_end_ms,duration_s,mean_w,max_w,energy_j_trapz,conversion_eff,measurement_type,dup_ts,nonmono,max_gap_s,bad_lines,has_start,has_stop,bytes
4.0,smc-ac-power,sys,bert,result_1,node_0.txt,192,1715341080337,1715341463278,382.941,5553.4,6996.0,2132975.9,,,0,0,2.112,0,True,True,27161
4.0,smc-ac-power,sys,bert,result_1,node_1.txt,192,1715341080337,1715341463278,382.941,5553.4,6996.0,2132975.9,,,0,0,2.112,0,True,True,27161
"""
WINDOWS = """\
round,division,submitter,system,benchmark,scenario,n_samples_log,n_in_window,window_s,avg_power_w,result_valid,perf_json,bad_or_negative,path
1.0,closed,DellEMC,R7525_A100,resnet50,Offline,904,868,868.017,1101.283,VALID,"{""Samples per second"": ""93371.4""}",0,closed/run_1/spl.txt
1.0,closed,DellEMC,R7525_A100,resnet50,Server,652,600,600.003,1097.377,VALID,"{""Completed samples per second"": ""77976.25""}",0,closed/run_1/spl.txt
"""
ROUND = json.dumps(
    [
        {
            "ID": f"5.1-000{number}",
            "Submitter": "AMD",
            "Suite": "datacenter",
            "System": "AS-8125GS",
            "Platform": "8xMI300X",
            "Model": "llama2-70b-99",
            "Scenario": scenario,
            "Nodes": 1,
            "a#": 8,
            "version": "v5.1",
            "has_power": True,
            "Power_Result": power,
            "Power_Units": unit,
            "Performance_Result": 8840.42,
            "Performance_Units": "Tokens/s",
        }
        for number, scenario, power, unit in (
            (1, "Offline", 9436.05, "Watts"),
            (2, "SingleStream", 710.4, "millijoules"),
        )
    ],
    indent=1,
)
TINY_ROUND = """\
Organization,Availability,Division,BoardName,SystemDesc,Model,MlperfModel,Result,ResultUnit,Accuracy,HasPower,Power,PowerUnit
"Qualcomm","available","closed","Snapdragon","Gen_3","ad","ad","13541.002","inf./sec.","0.85","False","0","uJ/inf."
"syntiant","available","closed","NDP9120","30mhz","vww","vww","78.6","inf./sec.","84.8","True","71.711","uJ/inf."
"""
# Name of the format, name of the file, content, and the files beside it.
SAMPLES = {
    "codecarbon": ("emissions.csv", CODECARBON, {}),
    "codecarbon_tasks": ("emissions_base_1.csv", TASKS, {}),
    "nvidia_smi": ("power.csv", smi(), {}),
    "nvidia_smi_headerless": ("power.csv", smi().split("\n", 1)[1], {}),
    "zeus": ("zeus.csv", ZEUS, {}),
    "eco2ai": ("emission.csv", ECO2AI, {}),
    "carbontracker": ("a_output.log", CARBON_OUTPUT, {"a_carbontracker.log": CARBON_STD}),
    "carbontracker_std": ("a_carbontracker.log", CARBON_STD, {}),
    "boamps": ("report.json", BOAMPS, {}),
    "boamps_csv": ("report.csv", BOAMPS_CSV, {}),
    "optimum_benchmark": ("report.json", OPTIMUM, {}),
    "mlperf_training": ("node_0.txt", NODE, {"result_0.txt": RESULT}),
    "mlperf_inference": ("spl.txt", SPL, {"mlperf_log_detail.txt": DETAIL}),
    "mlperf_tiny": ("results.txt", TINY, {}),
    "ml_energy": ("chat.json", ML_ENERGY, {}),
    "mlperf_training_nodes": ("nodes.csv", NODES, {}),
    "mlperf_inference_summary_windows": ("windows.csv", WINDOWS, {}),
    "mlperf_inference_summary": ("summary_results.json", ROUND, {}),
    "mlperf_tiny_summary": ("summary.csv", TINY_ROUND, {}),
    "plain": ("trace.csv", PLAIN, {}),
    "plain_counter": ("counter.csv", COUNTER, {}),
}
