"""Time the PyTorch side of the speed comparison: python time_reference.py GOLDEN_FOLDER [--threads N] [--repeat N]

L-MSFC with context model, F = 256, M = 128, formula weights of golden section A, p2 = 200 x 304 (an 800 x 1216 image).
Encode = padding, g_a, h_a, h_s, context loop position by position as the reference does; decode = h_s, context loop, g_s, cropping.
Arithmetic coding is left out on both sides, and so is the reference's conversion of its tables to C++ lists at every
position: both favour PyTorch. 1x1 kernels are kept off slow BLAS builds (lmsfc.POINTWISE).
"""
import argparse
import json
import pathlib
import platform
import time

import torch
import torch.nn.functional as F

import golden
import lmsfc


def decode_in_order(model, symbols, hyper):
    """The decoder's context loop: symbols (1, M, h, w) stand in for the arithmetic decoder."""
    _, m, h, w = symbols.shape
    weight, bias = model.context_prediction.weight * model.context_prediction.mask, model.context_prediction.bias
    y_hat = F.pad(torch.zeros_like(symbols), (2, 2, 2, 2))
    for i in range(h):
        for j in range(w):
            seen = F.conv2d(y_hat[:, :, i : i + 5, j : j + 5], weight, bias)
            here = model.entropy_parameters(torch.cat([hyper[:, :, i : i + 1, j : j + 1], seen], 1))
            y_hat[0, :, i + 2, j + 2] = symbols[0, :, i, j] + here[0, m:, 0, 0]
    return y_hat[:, :, 2:-2, 2:-2]


def decode_with_vectors(model, symbols, hyper):
    """The same loop as matrix-vector products: the best we found in PyTorch, given as a fairer second figure."""
    _, m, h, w = symbols.shape
    context = (model.context_prediction.weight * model.context_prediction.mask).flatten(1)
    dense = [(layer.weight[:, :, 0, 0].contiguous(), layer.bias) for layer in model.entropy_parameters if hasattr(layer, "weight")]
    y_hat = F.pad(torch.zeros_like(symbols), (2, 2, 2, 2))
    for i in range(h):
        for j in range(w):
            seen = (context * y_hat[0, :, i : i + 5, j : j + 5].reshape(1, -1)).sum(1) + model.context_prediction.bias
            here = torch.cat([hyper[0, :, i, j], seen])
            for k, (weight, bias) in enumerate(dense):
                here = torch.addmv(bias, weight, F.leaky_relu(here) if k else here)
            y_hat[0, :, i + 2, j + 2] = symbols[0, :, i, j] + here[m:]
    return y_hat[:, :, 2:-2, 2:-2]


class Watch:
    def __init__(self):
        self.laps, self.last = {}, time.perf_counter()

    def lap(self, name):
        now = time.perf_counter()
        self.laps[name], self.last = now - self.last, now


@torch.no_grad()
def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("golden", type=pathlib.Path)
    p.add_argument("--model", default="ar128")
    p.add_argument("--size", type=int, nargs=2, default=[200, 304], help="rows and columns of p2")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--repeat", type=int, default=5)
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    recipe = json.loads((o.golden / "a" / o.model / "recipe.json").read_text())
    if not recipe["context_model"]:
        raise SystemExit("only models with context model")
    model = lmsfc.Lmsfc(recipe["N"], recipe["M"]).eval()
    model.load_state_dict(golden.state_dict(recipe))
    levels = golden.pyramid("in.time", 1, recipe["N"], *o.size)
    sizes = [x.shape[2:] for x in levels]
    runs = []
    for _ in range(o.repeat + 1):
        w = Watch()
        y = model.analyse(levels)
        w.lap("g_a")
        z = model.h_a(y)
        medians = model.entropy_bottleneck.medians()
        z_hat = torch.round(z - medians) + medians
        hyper = model.h_s(z_hat)
        w.lap("h_a+h_s")
        symbols, y_hat, _, _ = model.code_in_order(y, hyper)
        w.lap("context")
        encode, w = w.laps, Watch()
        hyper = model.h_s(z_hat)
        w.lap("h_s")
        again = decode_in_order(model, symbols, hyper)
        w.lap("context")
        model.synthesise(again, sizes)
        w.lap("g_s")
        fast = Watch()
        faster = decode_with_vectors(model, symbols, hyper)
        fast.lap("context")
        if (faster - y_hat).abs().max() > 1e-3 * y_hat.abs().max():
            raise SystemExit("the vector loop disagrees")
        if not torch.equal(again, y_hat):
            raise SystemExit("decoder and encoder disagree")
        runs.append({"encode": encode, "decode": w.laps, "fast": fast.laps})
    del runs[0]  # warm-up
    out = {"model": o.model, "p2": o.size, "y": list(y.shape[1:]), "threads": o.threads, "repeat": o.repeat, "torch": torch.__version__,
           "cpu": cpu_name(), "capability": torch.backends.cpu.get_cpu_capability() if hasattr(torch.backends, "cpu") else None}  # fmt: skip
    for side in ("encode", "decode"):
        sums = sorted(sum(r[side].values()) for r in runs)
        parts = {k: round(min(r[side][k] for r in runs), 4) for k in runs[0][side]}
        out[side] = {"best_s": round(sums[0], 4), "median_s": round(sums[len(sums) // 2], 4), "best_of_parts_s": parts}
    out["context_as_vectors_best_s"] = round(min(r["fast"]["context"] for r in runs), 4)
    out["left_out"] = "arithmetic coding and the reference's table conversions: favours PyTorch"
    print(json.dumps(out, indent=2))


def cpu_name():
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


if __name__ == "__main__":
    main()
