"""Feature pyramids of photographs. Examples:

    python extract.py --detector detector.pt --images aquarium/valid/images --out pyramids        # p2..p5 float32, one file for each picture
    python extract.py --detector detector.pt --images aquarium/train/images --out shards --shards --views 3

Tensors p2, p3, p4, p5 are (F, h, w), as the detector's head sees them: the image scaled to the long side of its training (or
--long-side) and padded to a multiple of 32. Shards are float16, named `<picture>.<view>/p2` and so on; view 0 is the picture
as it is, the others are flipped and scaled at random.
"""
import argparse
import pathlib
import random

import torch

import dataset
import detector
import tensors

SHARD = 2**28  # bytes


@torch.no_grad()
def view_pyramid(net, image, long_side, view, rng):
    net.transform._skip_resize = True
    scale = long_side / max(image.shape[1:])
    if view:
        scale *= 2 ** rng.uniform(-0.4, 0.3)
        image = image.flip(2) if view % 2 else image
    return detector.pyramid(net, dataset.resize(image, scale))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--detector", required=True)
    p.add_argument("--images", required=True, help="a folder of photographs")
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
    net, checkpoint = detector.load(o.detector)
    net = net.to(o.device)
    long_side = o.long_side or checkpoint["arch"]["long_side"]
    o.out.mkdir(parents=True, exist_ok=True)
    part, size, count = {}, 0, 0
    for path in dataset.images_in(o.images)[: o.limit]:
        image = dataset.Sample(path, None, None).image(keep=False).to(o.device)
        for view in range(o.views if o.shards else 1):
            levels = [x[0].cpu() for x in view_pyramid(net, image, long_side, view, rng)]
            if not o.shards:
                tensors.write(o.out / f"{path.stem}.safetensors", dict(zip(detector.LEVELS, levels)))
                continue
            part.update({f"{path.stem}.{view}/{name}": x.half() for name, x in zip(detector.LEVELS, levels)})
            size += sum(2 * x.numel() for x in levels)
            if size >= SHARD:
                tensors.write(o.out / f"shard-{count:03d}.safetensors", part)
                part, size, count = {}, 0, count + 1
    if part:
        tensors.write(o.out / f"shard-{count:03d}.safetensors", part)


if __name__ == "__main__":
    main()
