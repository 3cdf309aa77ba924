"""Detection through the codec: AP50, rate and distortion on labelled photographs, without the codec and at each quality.

    python evaluate.py --detector detector.pt --codec codec.pt --data aquarium/valid --dtype f16

Bits are estimated (-log2 of the likelihoods of the symbols that a real encoder would write, in coding order). --dtype f16 or i8
evaluates the weights as export.py rounds them.
"""
import argparse
import json

import torch

import dataset
import detector
import export
import lmsfc
from average_precision import ap50


@torch.no_grad()
def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--detector", required=True)
    p.add_argument("--codec")
    p.add_argument("--data", required=True, help="YOLO folder or COCO .json")
    p.add_argument("--long-side", type=int)
    p.add_argument("--dtype", choices=("f32", "f16", "i8"), default="f32")
    p.add_argument("--every", type=int, default=1, help="every n-th photograph only")
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = p.parse_args()
    torch.set_num_threads(o.threads)

    checkpoint = torch.load(o.detector, map_location="cpu")
    if o.long_side:
        checkpoint["arch"]["long_side"] = o.long_side
    trained = torch.load(o.codec, map_location="cpu") if o.codec else {}
    checkpoint["model"].update(trained.get("head", {}))
    net = export.rounded(detector.of_checkpoint(checkpoint), o.dtype).to(o.device)
    codec = export.rounded(export.codec_of(trained), o.dtype).to(o.device) if o.codec else None
    qualities = range(max(1, codec.qualities)) if codec else []
    samples, classes = dataset.read(o.data)
    samples = samples[:: o.every]
    found, totals = {"none": [], **{q: [] for q in qualities}}, {q: [0.0, 0.0, 0.0] for q in qualities}
    for sample in samples:
        image = sample.image(keep=False).to(o.device)
        truth = {"boxes": torch.from_numpy(sample.boxes), "labels": torch.from_numpy(sample.labels)}
        levels = detector.pyramid(net, image)
        pixels = 16 * levels[0].shape[2] * levels[0].shape[3]
        store = lambda key, x: found[key].append(({k: v.cpu() for k, v in detector.detect(net, image, x).items()}, truth))
        store("none", levels)
        for q in qualities:
            coded = codec.code(codec.analyse(levels, q))
            decoded = codec.synthesise(coded["y_hat"], [x.shape[2:] for x in levels], q)
            store(q, decoded)
            bits = coded["y_bits"] + coded["z_bits"]
            row = (bits / pixels, 32 * sum(x.numel() for x in levels) / bits, lmsfc.distortion(levels, decoded).item())
            totals[q] = [a + b / len(samples) for a, b in zip(totals[q], row)]
    rows = []
    for key, results in found.items():
        value, by_class = ap50(results, len(classes))
        row = {"quality": key, "ap50": round(value, 4)}
        if key != "none":
            row.update(zip(("bpp", "ratio", "distortion"), (round(v, 5) for v in totals[key])))
        rows.append({**row, "by_class": {classes[k - 1]: round(v, 3) for k, v in by_class.items()}})
        print(json.dumps(rows[-1]), flush=True)
    print(json.dumps({"photographs": len(samples), "long_side": net.transform.max_size, "dtype": o.dtype, "rows": rows}))


if __name__ == "__main__":
    main()
