"""Full-size L-MSFC, Facet against PyTorch, in one run: bench/compare_pytorch.py GOLDEN_FOLDER [--threads N] [--rounds N]

Takes turns, a process each: training/time_reference.py (the networks in PyTorch, without arithmetic coding) and the JMH benchmark
LmsfcBenchmark (whole streams, arithmetic coding included). Same weights, same pyramid. Prints medians over all rounds, their spread and the
ratios as a Markdown table, on one thread also whether they reach the project's bars; the last two rows grant PyTorch a context loop of
matrix-vector products, which the reference does not have. Needs a python3 with torch; give the machine nothing else to do: a
round takes one and a half minutes on two cores.
"""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent

# of the reference's time to Facet's, on one thread
BARS = {"encode": 3, "decode": 4}


def pytorch(golden, threads, repeat):
    command = [sys.executable, str(ROOT / "training/time_reference.py"), str(golden), "--threads", str(threads), "--repeat", str(repeat)]
    out = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    times = {side: out[side]["median_s"] for side in ("encode", "decode")}
    for side in ("encode", "decode"):
        saved = out[side]["best_of_parts_s"]["context"] - out["context_as_vectors_best_s"]
        times[side + ", context loop rewritten"] = round(times[side] - saved, 4)
    return times | {"torch": out["torch"], "cpu": out["cpu"]}


def facet(golden, threads, repeat, java_options):
    with tempfile.TemporaryDirectory() as folder:
        result = pathlib.Path(folder) / "jmh.json"
        options = f"-Ddev.facet.threads={threads} -Dfacet.golden={golden} {java_options}"
        subprocess.run(
            [str(ROOT / "bench/run"), "LmsfcBenchmark", "-p", "model=ar128", "-p", f"threads={threads}", "-f", "1", "-wi", "4", "-i", str(repeat), "-jvmArgs", options, "-rf", "json", "-rff", str(result)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        rows = json.loads(result.read_text())
    out = {"jdk": rows[0]["jdkVersion"]}
    for row in rows:
        out[row["benchmark"].rsplit(".", 1)[1]] = row["primaryMetric"]["scorePercentiles"]["50.0"] / 1000
    return out


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("golden", type=pathlib.Path)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--rounds", type=int, default=5)
    p.add_argument("--repeat", type=int, default=5, help="measurements in each process")
    p.add_argument("--java-options", default="", help="for the benchmark's JVM, such as -XX:UseAVX=2")
    o = p.parse_args()
    golden = o.golden.resolve()
    torch_runs, facet_runs = [], []
    for i in range(o.rounds):
        torch_runs.append(pytorch(golden, o.threads, o.repeat))
        facet_runs.append(facet(golden, o.threads, o.repeat, o.java_options))
        print(f"round {i + 1} of {o.rounds}: PyTorch {torch_runs[-1]}, Facet {facet_runs[-1]}", file=sys.stderr, flush=True)
    print(f"{torch_runs[0]['cpu']}, {os.cpu_count()} processors; PyTorch {torch_runs[0]['torch']}, JDK {facet_runs[0]['jdk']} {o.java_options}; "
          f"{o.threads} thread(s); medians of {o.rounds} processes a side, {platform.system()}\n")
    print("| L-MSFC ar128, p2 = 200x304 | PyTorch, s (lowest to highest) | Facet, s (lowest to highest) | ratio |\n|---|---|---|---|")
    ratios = {}
    for side in ("encode", "decode", "encode, context loop rewritten", "decode, context loop rewritten"):
        a, b = sorted(r[side] for r in torch_runs), sorted(r[side.split(",")[0]] for r in facet_runs)
        ratios[side] = statistics.median(a) / statistics.median(b)
        print(f"| {side} | {statistics.median(a):.3f} ({a[0]:.3f} to {a[-1]:.3f}) | {statistics.median(b):.3f} ({b[0]:.3f} to {b[-1]:.3f}) "
              f"| **{ratios[side]:.2f}x** |")
    if o.threads == 1:
        print()
        for side, bar in BARS.items():
            print(f"{side}: {ratios[side]:.2f}x, bar {bar}x: {'met' if ratios[side] >= bar else 'not met'}")


if __name__ == "__main__":
    main()
