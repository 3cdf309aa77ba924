"""Detections of `facet detect` beside those of PyTorch with the same weights, from picture to boxes.

    python3 training/compare_detections.py --pack models/aquarium photo.png ...

Runs ./facet on each picture, and prints for each how many detections both found (same class, overlap above 0.9), and the largest
differences of their boxes (pixels of the picture) and scores. A JPEG is decoded by Pillow here and by the JDK there: use PNG to
leave the decoders out.
"""
import argparse
import json
import pathlib
import subprocess

import torch
import torchvision

import dataset
import detector

FACET = pathlib.Path(__file__).resolve().parent.parent / "facet"


@torch.no_grad()
def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--pack", required=True, type=pathlib.Path)
    p.add_argument("pictures", nargs="+", type=pathlib.Path)
    o = p.parse_args()
    torch.set_num_threads(1)
    net = detector.of_pack(o.pack)
    for path in o.pictures:
        command = [FACET, "detect", path, "--model", o.pack, "--ignore-orientation", "--json", "-"]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        boxes = torch.tensor([d["bbox"] for d in found]).reshape(-1, 4)
        boxes[:, 2:] += boxes[:, :2]
        labels = torch.tensor([d["category_id"] for d in found])
        scores = torch.tensor([d["score"] for d in found])
        expected = net([dataset.Sample(path, None, None).image(keep=False)])[0]
        overlap = torchvision.ops.box_iou(expected["boxes"], boxes)
        overlap[expected["labels"][:, None] != labels[None]] = 0
        best, partner = overlap.max(1)
        same = best > 0.9
        pixels = (expected["boxes"] - boxes[partner]).abs().max(1).values[same].max().item()
        score = (expected["scores"] - scores[partner]).abs()[same].max().item()
        lost = expected["scores"][~same].max().item() if (~same).any() else 0.0
        print(
            f"{path.name}: PyTorch {len(expected['scores'])}, Facet {len(scores)}, in both {int(same.sum())};"
            f" largest difference {pixels:.2e} pixels, score {score:.2e}; best score without a partner {lost:.3f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
