"""Self check of lmsfc.py against golden vectors made with the authors' code: python check_golden.py GOLDEN_FOLDER

Section A: key and shape lists load strictly, formula weights have the recorded CRC, the coded latents of ar128 and noar192 agree.
Section B: every stored tensor of small_ar and small_noar (analysis, entropy model, decoded features), and forward()'s bits.
"""
import argparse
import json
import pathlib
import zlib

import numpy as np
import torch

import golden
import lmsfc
import tensors


def close(name, got, want, relative):
    """Largest difference, in units of the largest value, must stay below `relative`."""
    got, want = got.reshape(want.shape).double(), want.double()
    error = ((got - want).abs().max() / want.abs().max().clamp_min(1e-9)).item()
    print(f"  {name:14s} {error:.1e}")
    if not error <= relative:
        raise SystemExit(f"FAILED: {name}: {error} > {relative}")


def same(name, got, want):
    if not torch.equal(got.reshape(want.shape).long(), want.long()):
        raise SystemExit(f"FAILED: {name}: {(got.reshape(want.shape).long() != want.long()).sum()} symbols differ")
    print(f"  {name:14s} equal")


def compare(model, case, meta, stored):
    """One pyramid through encoder and decoder."""
    levels = golden.pyramid(meta["input_key"], meta["input_seed"], model.features, meta["p2_height"], meta["p2_width"])
    for level, x in zip(("p2", "p3", "p4", "p5"), levels):
        if f"{zlib.crc32(x.numpy().tobytes()):08x}" != meta["input_features"][level]["crc32"]:
            raise SystemExit(f"FAILED: {case}: input {level} is not what the formula gives")
    with torch.no_grad():
        y = model.analyse(levels)
        coded = model.code(y)
        decoded = lmsfc.with_p6(model.synthesise(coded["y_hat"], [x.shape[2:] for x in levels]))
    print(case)
    close("y", y, stored["y"], 1e-5)
    same("symbols", coded["symbols"], stored["symbols"])
    same("z_symbols", torch.round(coded["z_hat"] - model.entropy_bottleneck.medians()), stored["z_symbols"])
    for name in ("z", "z_hat", "scales", "means", "y_hat"):
        close(name, coded[name], stored[name], 1e-5)
    close("hyper_params", coded["hyper"], stored["hyper_params"], 1e-5)
    for level, x in zip(("p2", "p3", "p4", "p5", "p6"), decoded):
        if level in stored and list(stored[level].shape) == list(x.shape[1:]):
            close(level, x, stored[level], 1e-5)
    return levels


def whole_arrays(folder):
    return {p.stem: torch.from_numpy(np.load(p)) for p in folder.glob("*.npy") if "_" not in p.stem or p.stem in ("y_hat", "z_hat", "z_symbols", "hyper_params")}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("golden", type=pathlib.Path)
    p.add_argument("--threads", type=int, default=1)
    o = p.parse_args()
    torch.set_num_threads(o.threads)

    for name, context in (("ar128", True), ("ar192", True), ("noar192", False)):
        recipe = json.loads((o.golden / "a" / name / "recipe.json").read_text())
        model = lmsfc.Lmsfc(recipe["N"], recipe["M"], context).eval()
        state = golden.state_dict(recipe)
        for e in recipe["entries"]:
            if "crc32" in e and f"{zlib.crc32(state[e['key']].numpy().tobytes()):08x}" != e["crc32"]:
                raise SystemExit(f"FAILED: {name}: {e['key']} is not what the formula gives")
        model.load_state_dict(state, strict=True)
        print(f"{name}: {len(state)} entries load strictly")
        for case in ("64x96", "50x67"):
            meta = json.loads((o.golden / "a" / name / case / "meta.json").read_text())
            compare(model, f"{name} {case}", meta, whole_arrays(o.golden / "a" / name / case))

    for name, context in (("small_ar", True), ("small_noar", False)):
        model = lmsfc.Lmsfc(24, 16, context).eval()
        model.load_state_dict(torch.load(o.golden / "b" / "checkpoints" / f"{name}.pth", map_location="cpu"), strict=True)
        forward = json.loads((o.golden / "b" / name / "forward.json").read_text())
        for case in ("64x64", "50x67"):
            meta = json.loads((o.golden / "b" / name / f"{case}.json").read_text())
            levels = compare(model, f"{name} {case}", meta, tensors.read(o.golden / "b" / name / f"{case}.safetensors"))
            with torch.no_grad():
                decoded, y, z = model(levels)
            got = torch.tensor([lmsfc.bits(y), lmsfc.bits(z), *[x.double().pow(2).sum() for x in lmsfc.with_p6(decoded)]])
            want = forward[case]["estimated_bits"], forward[case]["features"]
            close("forward()", got, torch.tensor([want[0]["y"], want[0]["z"], *[want[1][p]["sum_sq"] for p in ("p2", "p3", "p4", "p5", "p6")]]), 1e-5)
    print("all checks passed")


if __name__ == "__main__":
    main()
