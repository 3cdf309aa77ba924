"""Write a model pack: model.json + safetensors files of at most 16 MiB. Examples:

    python export.py --codec codec.pt --detector detector.pt --name aquarium --dtype f16 --sample --out pack
    python export.py --pack models/aquarium --dtype i8 --sample 64 96 --out smaller
    python export.py --classifier resnet50.pt --name scenes-resnet50 --dtype f16 --out pack-resnet50
    python export.py --untrained --features 128 --latent 64 --qualities 6 --classes 7 --name untrained --out pack-untrained

Left out, because the reader has them: CDF tables (model.json names the variant of the Gaussian ones), constant buffers
(pedestals, bounds, masks), BatchNorm's step counters. With f16 the matrices are rounded; vectors, GDN, the entropy bottleneck
and the gains stay f32. With i8 they become integers of 8 bits and a factor for each output channel (docs/models.md), but for a
few small layers that need more (FINE). --sample adds one synthetic picture (a formula, nothing of the data) with its pyramid and what the
codec makes of it, for a reader's self check. The pack is written beside --out and swapped in with two renames.
"""
import argparse
import copy
import json
import pathlib
import re
import shutil

import numpy as np
import torch

import detector
import golden
import lmsfc
import tensors

LIMIT = 2**24 - 2**17  # room for the header
CONSTANT = re.compile(r"(_offset|_quantized_cdf|_cdf_length|scale_table|scale_bound|target|\.bound|\.pedestal|\.mask|num_batches_tracked)$")
EXACT = re.compile(r"^(entropy_bottleneck\.|gain$|inverse_gain$)|gdn\.(beta|gamma)$")
# What f16 keeps where the rest is i8: errors of the context model are paid in bits; p4's encoder, as coarse.py starts it, adds and takes away
# an offset of four deviations, and 8 bits of that doubled the error of the decoded features.
FINE = re.compile(r"^(context_prediction|entropy_parameters|g_a\.p4Encoder)\.")
GROUPS = (("g_a", "g_a."), ("g_s", "g_s."), ("hyper", "h_"), ("entropy", ""))


def stored(state, dtype):
    """The tensors of a state dict that a pack holds, in their stored type."""
    out = {}
    for key, value in state.items():
        if CONSTANT.search(key):
            continue
        value = value.detach().cpu().float()
        if dtype == "f32" or value.dim() < 2 or EXACT.search(key):
            out[key] = value
        elif dtype == "f16" or FINE.search(key):
            out[key] = value.half()
        else:
            scale = value.flatten(1).abs().amax(1).clamp(min=1e-30) / 127
            out[key] = torch.round(value / scale.view(-1, *[1] * (value.dim() - 1))).to(torch.int8)
            out[key + tensors.SCALE] = scale
    return out


def write_parts(folder, stem, entries):
    """One file, or stem-1, stem-2, ... where one would exceed the limit. Returns the names."""
    parts, size = [{}], 0
    for key, value in entries.items():
        length = value.numel() * value.element_size()
        if parts[-1] and size + length > LIMIT:
            parts.append({})
            size = 0
        parts[-1][key] = value
        size += length
    names = [f"{stem}.safetensors"] if len(parts) == 1 else [f"{stem}-{i + 1}.safetensors" for i in range(len(parts))]
    for name, part in zip(names, parts):
        tensors.write(folder / name, part)
    return names


def write_codec(folder, entries):
    names, left = [], dict(entries)
    for stem, prefix in GROUPS:
        part = {k: left.pop(k) for k in list(left) if k.startswith(prefix)}
        names += write_parts(folder, f"codec-{stem}", part)
    return names


def codec_of(checkpoint):
    model = lmsfc.Lmsfc(**checkpoint["arch"])
    model.load_state_dict(checkpoint["model"])
    return model.eval()


def rounded(model, dtype):
    """The model as a reader of the pack sees it."""
    state = model.state_dict()
    model.load_state_dict({**state, **tensors.dequantized(stored(state, dtype))})
    return model


@torch.no_grad()
def synthetic(net, height, width):
    """An RGB picture by formula (golden README section 1), uint8, and its p2..p5."""
    values = golden.field("facet.sample", 3, height, width, 1, 32, 100.0, 30.0) + 127.5
    image = torch.from_numpy(np.floor(np.clip(values, 0, 255) + 0.5).astype(np.uint8))
    mean, std = torch.tensor(detector.MEAN).view(3, 1, 1), torch.tensor(detector.STD).view(3, 1, 1)
    features = net.backbone((((image.float() / 255) - mean) / std)[None])  # no resize: multiples of 32
    return image, [features[str(i)] for i in range(4)]


@torch.no_grad()
def error(codec, levels):
    """Of the features at the top quality, as a share of their variance."""
    q = max(0, codec.qualities - 1)
    decoded = codec.synthesise(torch.round(codec.analyse(levels, q)), [x.shape[2:] for x in levels], q)
    return sum(((a - b).square().mean() / a.var()).item() for a, b in zip(levels, decoded)) / len(levels)


def compare(trained, codec, net, dtype):
    """Prints what the rounding of weights costs."""
    _, levels = synthetic(net, 256, 512)
    print(f"error of a synthetic picture's features at the top quality: {error(trained, levels):.4f} of their variance, {error(codec, levels):.4f} with weights as {dtype}", flush=True)


@torch.no_grad()
def sample(codec, net, height, width):
    """A synthetic picture -> pyramid -> codec at a middle quality, also between two qualities."""
    image, levels = synthetic(net, height, width)
    out = {"image": image, **{p: x[0] for p, x in zip(detector.LEVELS, levels)}}
    for q in (codec.qualities // 2, codec.qualities // 2 - 0.5) if codec.qualities else (0,):
        coded = codec.code(codec.analyse(levels, q))
        decoded = codec.synthesise(coded["y_hat"], [x.shape[2:] for x in levels], q)
        tag = f"q{q:g}"
        out[f"{tag}.symbols"] = coded["symbols"][0].int()
        out[f"{tag}.z_symbols"] = torch.round(coded["z_hat"] - codec.entropy_bottleneck.medians())[0].int()
        out.update({f"{tag}.{name}": coded[name][0] for name in ("y_hat", "scales", "means")})
        out.update({f"{tag}.{p}": x[0] for p, x in zip(detector.LEVELS, decoded)})
    return out


def write_sample(o, folder, codec, net):
    if o.sample is not None:
        tensors.write(folder / "sample.safetensors", sample(codec, net, *(o.sample or (160, 192))))


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--out", required=True, type=pathlib.Path)
    p.add_argument("--name", help="what users call it; with --pack, the same unless told")
    p.add_argument("--codec", help="checkpoint of train_codec.py")
    p.add_argument("--detector", help="checkpoint of train_detector.py")
    p.add_argument("--classifier", help="checkpoint of train_classifier.py: a pack of this network alone")
    p.add_argument("--long-side", type=int, help="input size of the detector, if not the one of its training")
    p.add_argument("--dtype", choices=("f32", "f16", "i8"), default="f32")
    p.add_argument("--licence", default="Weights: Apache-2.0, as the project. Trained on: Aquarium Dataset, Roboflow, public.roboflow.com/object-detection/aquarium, CC BY 4.0.")
    p.add_argument("--data", default="Aquarium v2 raw-1024, train split (448 photographs)")
    p.add_argument("--command", action="append", default=[], help="a training command, for the provenance (repeat)")
    p.add_argument("--evaluation", type=pathlib.Path, help="output of evaluate.py, for the provenance")
    p.add_argument("--sample", type=int, nargs="*", metavar="SIDE", help="height and width of the sample, multiples of 32; 160 192 unless told")
    p.add_argument("--pack", type=pathlib.Path, help="a pack instead of checkpoints: the same model, stored otherwise")
    p.add_argument("--untrained", action="store_true", help="random weights instead of checkpoints")
    p.add_argument("--features", type=int, default=128)
    p.add_argument("--latent", type=int, default=64)
    p.add_argument("--qualities", type=int, default=6)
    p.add_argument("--classes", nargs="+", default=["object"])
    o = p.parse_args()
    if not (o.name or o.pack):
        p.error("--name is missing")
    return o


def fresh(out):
    """An empty folder beside `out`."""
    folder = out.with_name(out.name + ".part")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def publish(folder, out, pack):
    (folder / "model.json").write_text(json.dumps(pack, indent=2) + "\n")
    old = out.with_name(out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)
    for path in sorted(out.iterdir()):
        print(f"{path.stat().st_size:10d} {path.name}")


def export_classifier(o):
    seen = torch.load(o.classifier, map_location="cpu")
    arch, folder = seen["arch"], fresh(o.out)
    pack = {
        "format": 1,
        "name": o.name,
        "kind": "classifier",
        "classifier": {
            "arch": "vgg16" if arch["arch"] == "vgg16" else "resnet",
            "input": {"side": arch["side"], "mean": detector.MEAN, "std": detector.STD},
            "classes": seen["classes"],
            "weights": write_parts(folder, "classifier", stored(seen["model"], o.dtype)),
        },
        "licence": o.licence,
        "provenance": {
            "commands": o.command,
            "seed": seen["options"]["seed"],
            "steps": seen["step"],
            "data": o.data,
            "result": {"width": arch["width"], "accuracy": seen["history"][-1][1]},
        },
    }
    publish(folder, o.out, pack)


def export_pack(o):
    """The weights of a pack in another type."""
    pack, folder = json.loads((o.pack / "model.json").read_text()), fresh(o.out)
    codec = lmsfc.Lmsfc(**lmsfc.arch_of(pack["codec"]))
    left = [key for key in tensors.initialise(codec, o.pack) if not CONSTANT.search(key)]
    if left:
        raise SystemExit(f"{o.pack} lacks {', '.join(left)}, or has them in another shape")
    before, codec, net = copy.deepcopy(codec.eval()), rounded(codec.eval(), o.dtype), rounded(detector.of_pack(o.pack), o.dtype)
    compare(before, codec, net, o.dtype)
    pack["name"] = o.name or pack["name"]
    pack["codec"]["weights"] = write_codec(folder, stored(codec.state_dict(), o.dtype))
    pack["detector"]["weights"] = write_parts(folder, "detector", stored(net.state_dict(), o.dtype))
    pack["provenance"]["commands"] += o.command or [f"export.py --pack {o.pack.name} --dtype {o.dtype}"]
    del pack["digest"]
    write_sample(o, folder, codec, net)
    publish(folder, o.out, pack)


def main():
    o = options()
    if o.classifier:
        export_classifier(o)
        return
    if o.pack:
        export_pack(o)
        return
    if o.untrained:
        torch.manual_seed(1)
        arch = {"features": o.features, "latent": o.latent, "context": True, "qualities": o.qualities}
        net_arch = {"depth": 10, "width": o.features, "hidden": 256, "long_side": o.long_side or 320, "anchors": [16, 32, 64, 128, 256]}
        codec, net = lmsfc.Lmsfc(**arch), detector.build(len(o.classes), **net_arch)
        if o.qualities:
            with torch.no_grad():
                codec.gain.copy_((torch.arange(o.qualities) / 2).exp()[:, None].expand_as(codec.gain))
                codec.inverse_gain.copy_(1 / codec.gain)
        trained = {"arch": arch, "model": codec.state_dict(), "step": 0, "options": {"seed": 1}, "result": {}}
        seen = {"arch": net_arch, "classes": o.classes, "model": net.state_dict(), "step": 0, "history": [], "options": {"seed": 1}}
    else:
        trained, seen = torch.load(o.codec, map_location="cpu"), torch.load(o.detector, map_location="cpu")
        arch, net_arch = trained["arch"], seen["arch"]
    seen["model"].update(trained.get("head", {}))  # of --tune-head
    if o.long_side:
        net_arch["long_side"] = o.long_side
    codec, net = rounded(codec_of(trained), o.dtype), rounded(detector.of_checkpoint(seen), o.dtype)
    compare(codec_of(trained), codec, net, o.dtype)

    evaluation = json.loads(o.evaluation.read_text().splitlines()[-1]) if o.evaluation else None
    folder = fresh(o.out)
    side = net_arch["long_side"]
    pack = {
        "format": 1,
        "name": o.name,
        "kind": "lmsfc-gain" if arch["qualities"] else "lmsfc",
        "codec": {
            **{k: v for k, v in arch.items() if v is not None},
            "gaussian_tables": "torch-1.13-avx2",
            "weights": write_codec(folder, stored(codec.state_dict(), o.dtype)),
        },
        "detector": {
            "arch": f"fasterrcnn-resnet{net_arch['depth']}-fpn",
            "weights": write_parts(folder, "detector", stored(net.state_dict(), o.dtype)),
            "input": {"channels": "rgb", "scale": "0..1", "mean": detector.MEAN, "std": detector.STD, "short_side": side, "long_side": side, "pad": 32},
            "anchors": {"sizes": net_arch["anchors"], "ratios": detector.RATIOS},
            "canonical_scale": net_arch.get("canonical", 224),
            "classes": seen["classes"],
        },
        "licence": o.licence,
        "provenance": {
            "commands": o.command,
            "seed": trained["options"]["seed"],
            "steps": trained["step"],
            "data": "none: random weights" if o.untrained else o.data,
            "result": {"detector_steps": seen["step"], **trained["result"], "evaluation": evaluation},
        },
    }
    write_sample(o, folder, codec, net)
    publish(folder, o.out, pack)


if __name__ == "__main__":
    main()
