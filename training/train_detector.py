"""Train the detector from scratch. Example:

    python train_detector.py --train aquarium/train --valid aquarium/valid --out detector.pt --depth 10 --long-side 320 --steps 3000

Resumes from --out when that file exists. AdamW, linear warm-up, cosine decay, an exponential average of the weights
(which is what gets evaluated and exported). --minutes ends the schedule early on a slow machine.
"""
import argparse
import random

import torch

import dataset
import detector
import learner
from average_precision import ap50


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--train", required=True, nargs="+", help="YOLO folders or COCO .json files of the same classes")
    p.add_argument("--valid", required=True)
    p.add_argument("--depth", type=int, default=10, choices=sorted(detector.BLOCKS))
    p.add_argument("--width", type=int, default=128, help="F, channels of the pyramid")
    p.add_argument("--hidden", type=int, default=256, help="width of the box head")
    p.add_argument("--long-side", type=int, default=320)
    p.add_argument("--anchors", type=int, nargs=5, default=[16, 32, 64, 128, 256])
    detector.options(p)
    p.add_argument("--canvas", type=int, default=256, help="side of the training crops; 0: whole pictures, all of one shape, flipped at most")
    p.add_argument("--batch", type=int, default=8)
    learner.options(p, steps=3000, rate=6e-4, average=0.995)
    return p.parse_args()


@torch.no_grad()
def evaluate(model, samples, classes, device):
    model.eval()
    results = []
    for sample in samples:
        found = model([sample.image().to(device)])[0]
        truth = {"boxes": torch.from_numpy(sample.boxes), "labels": torch.from_numpy(sample.labels)}
        results.append(({k: v.cpu() for k, v in found.items()}, truth))
    return ap50(results, classes)


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    valid, classes = dataset.read(o.valid)
    train = [sample for path in o.train for sample in dataset.read(path)[0]]
    print(f"{len(train)} training and {len(valid)} validation photographs, classes {classes}", flush=True)

    arch = {"depth": o.depth, "width": o.width, "hidden": o.hidden, "long_side": o.long_side, "anchors": list(o.anchors), "canonical": o.canonical}
    model = detector.build(len(classes), **arch)
    run = learner.Learner(model, o, arch=arch, classes=classes)
    random.seed(o.seed + run.step)

    def measure():
        value, table = evaluate(run.mean, valid, len(classes), o.device)
        print(f"step {run.step} {run.spent:.1f} min AP50 {value:.4f} " + " ".join(f"{classes[k - 1]} {v:.3f}" for k, v in table.items()), flush=True)
        run.save(value)

    pyramids = []
    model.backbone.register_forward_hook(lambda module, given, levels: pyramids.append(levels))
    frozen = detector.freeze(model, o.freeze)
    deck, loss_sum, shown = [], {}, 0
    while run.goes_on():
        if len(deck) < o.batch:
            deck = random.sample(range(len(train)), len(train))
        picked = [train[deck.pop()] for _ in range(o.batch)]
        views = [dataset.augmented(sample, o.long_side, (o.canvas, o.canvas)) if o.canvas else dataset.whole(sample, o.long_side) for sample in picked]
        model.train()
        for part in frozen:
            part.eval()
        model.transform._skip_resize = True  # the views have their size already
        pyramids.clear()
        losses = model([v.to(o.device) for v, _ in views], [{k: x.to(o.device) for k, x in t.items()} for _, t in views])
        losses["loss_energy"] = o.energy * detector.energy([pyramids[0][str(k)] for k in range(4)])
        run.learn(sum(losses.values()))
        if o.fade:
            detector.fade_laterals(run.model, run.mean, run.step - 1, o.fade)
        for name, value in losses.items():
            loss_sum[name] = loss_sum.get(name, 0) + value.item()
        shown += 1
        if run.step % 20 == 0:
            parts = " ".join(f"{n[5:]} {v / shown:.3f}" for n, v in loss_sum.items())
            print(f"step {run.step} {run.spent:.1f} min lr {run.rate:.1e} loss {sum(loss_sum.values()) / shown:.3f} {parts}", flush=True)
            loss_sum, shown = {}, 0
        if run.step % o.every == 0:
            measure()
    measure()


if __name__ == "__main__":
    main()
