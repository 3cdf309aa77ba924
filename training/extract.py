"""Feature pyramids of photographs. Examples:

    python extract.py --detector models/aquarium --images aquarium/valid/images --out pyramids     # p2..p5 float32, one file for each picture
    python extract.py --detector detector.pt --images aquarium/train --out shards --shards --views 3     # with boxes and labels

Tensors p2, p3, p4, p5 are (F, h, w), as the detector's head sees them: the image scaled to the long side of its training (or
--long-side) and padded to a multiple of 32. Shards are float16, named `<picture>.<view>/p2` and so on; view 0 is the picture
as it is, the others are flipped and scaled at random. Of a labelled set (a COCO .json, or a YOLO folder: the one that holds
images/ and labels/) shards carry `boxes` (n, 4) in pixels of the view and `labels` (n) as well, for train_codec.py --task.
"""
import argparse
import pathlib
import random

import numpy as np
import torch

import dataset
import detector
import tensors

SHARD = 2**28  # bytes


@torch.no_grad()
def view_pyramid(net, sample, long_side, view, rng, device):
    """Levels p2..p5 of one view, and its boxes."""
    image, boxes = sample.image(keep=False).to(device), torch.from_numpy(sample.boxes)
    height, width = image.shape[1:]
    scale = long_side / max(height, width)
    if view:
        scale *= 2 ** rng.uniform(-0.4, 0.3)
        if view % 2:
            image, boxes = image.flip(2), torch.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
    image = dataset.resize(image, scale)
    boxes = boxes * torch.tensor([image.shape[2] / width, image.shape[1] / height] * 2)
    return detector.pyramid(net, image, resize=False), boxes


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--detector", required=True, type=pathlib.Path, help="a checkpoint of train_detector.py, or a pack's folder")
    p.add_argument("--images", required=True, help="a folder of photographs, a YOLO folder or a COCO .json")
    p.add_argument("--out", required=True, type=pathlib.Path)
    p.add_argument("--long-side", type=int)
    p.add_argument("--shards", action="store_true")
    p.add_argument("--views", type=int, default=1)
    p.add_argument("--limit", type=int)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    o = p.parse_args()
    torch.set_num_threads(o.threads)
    rng = random.Random(o.seed)
    net = detector.of_pack(o.detector) if o.detector.is_dir() else detector.load(o.detector)[0]
    net = net.to(o.device)
    long_side = o.long_side or net.transform.max_size
    o.out.mkdir(parents=True, exist_ok=True)
    part, size, count = {}, 0, 0
    labelled = o.images.endswith(".json") or (pathlib.Path(o.images) / "labels").is_dir()
    none = np.zeros((0, 4), np.float32), np.zeros(0, np.int64)
    samples = dataset.read(o.images)[0] if labelled else [dataset.Sample(path, *none) for path in dataset.images_in(o.images)]
    for number, sample in enumerate(samples[: o.limit]):
        if number % 500 == 0:
            print(f"{number} of {len(samples)}", flush=True)
        for view in range(o.views if o.shards else 1):
            levels, boxes = view_pyramid(net, sample, long_side, view, rng, o.device)
            levels = [x[0].cpu() for x in levels]
            stem = sample.path.stem
            if not o.shards:
                tensors.write(o.out / f"{stem}.safetensors", dict(zip(detector.LEVELS, levels)))
                continue
            part.update({f"{stem}.{view}/{name}": x.half() for name, x in zip(detector.LEVELS, levels)})
            if labelled:
                part.update({f"{stem}.{view}/boxes": boxes, f"{stem}.{view}/labels": torch.from_numpy(sample.labels).int()})
            size += sum(2 * x.numel() for x in levels)
            if size >= SHARD:
                tensors.write(o.out / f"shard-{count:03d}.safetensors", part)
                part, size, count = {}, 0, count + 1
    if part:
        tensors.write(o.out / f"shard-{count:03d}.safetensors", part)


if __name__ == "__main__":
    main()
