"""Train the detector from scratch. Example:

    python train_detector.py --train aquarium/train --valid aquarium/valid --out detector.pt --depth 10 --long-side 320 --steps 3000

Resumes from --out when that file exists. AdamW, linear warm-up, cosine decay, an exponential average of the weights
(which is what gets evaluated and exported). --minutes ends the schedule early on a slow machine.
"""
import argparse
import copy
import math
import pathlib
import random
import time

import torch

import dataset
import detector
import tensors
from average_precision import ap50


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--train", required=True, nargs="+", help="YOLO folders or COCO .json files of the same classes")
    p.add_argument("--valid", required=True)
    p.add_argument("--out", required=True, help="checkpoint to write and to resume from")
    p.add_argument("--init", help="a detector's weights (.pt of this script, or .safetensors) to start from: whatever has the same name and shape")
    p.add_argument("--depth", type=int, default=10, choices=sorted(detector.BLOCKS))
    p.add_argument("--width", type=int, default=128, help="F, channels of the pyramid")
    p.add_argument("--hidden", type=int, default=256, help="width of the box head")
    p.add_argument("--long-side", type=int, default=320)
    p.add_argument("--anchors", type=int, nargs=5, default=[16, 32, 64, 128, 256])
    p.add_argument("--canvas", type=int, default=256, help="side of the training crops; 0: whole pictures, all of one shape, flipped at most")
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--freeze", action="store_true", help="the stem and the first stage stay as they are (a third of the time)")
    p.add_argument("--steps", type=int, default=3000)
    p.add_argument("--minutes", type=float, default=math.inf, help="wall time after which the schedule ends")
    p.add_argument("--rate", type=float, default=6e-4)
    p.add_argument("--decay", type=float, default=0.05)
    p.add_argument("--average", type=float, default=0.995, help="decay of the weight average")
    p.add_argument("--every", type=int, default=300, help="steps between evaluations")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
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
    random.seed(o.seed)
    valid, classes = dataset.read(o.valid)
    train = [sample for path in o.train for sample in dataset.read(path)[0]]
    print(f"{len(train)} training and {len(valid)} validation photographs, classes {classes}", flush=True)

    arch = {"depth": o.depth, "width": o.width, "hidden": o.hidden, "long_side": o.long_side, "anchors": list(o.anchors)}
    model = detector.build(len(classes), **arch).to(o.device)
    if o.init:
        tensors.initialise(model, o.init)
    mean = copy.deepcopy(model)
    plain = [p for p in model.parameters() if p.dim() > 1]
    rest = [p for p in model.parameters() if p.dim() <= 1]
    adam = torch.optim.AdamW([{"params": plain}, {"params": rest, "weight_decay": 0}], lr=o.rate, weight_decay=o.decay)
    step, spent, history = 0, 0.0, []
    if pathlib.Path(o.out).exists():
        old = torch.load(o.out, map_location="cpu")
        model.load_state_dict(old["live"])
        mean.load_state_dict(old["model"])
        adam.load_state_dict(old["adam"])
        step, spent, history = old["step"], old["minutes"], old["history"]
        random.seed(o.seed + step)
        print(f"resumed at step {step}", flush=True)

    def checkpoint():
        tensors.save(o.out, {"arch": arch, "classes": classes, "model": mean.state_dict(), "live": model.state_dict(), "adam": adam.state_dict(),
                     "step": step, "minutes": spent, "history": history, "options": vars(o)})

    body = model.backbone.body
    frozen = [body.conv1, body.bn1, body.layer1] if o.freeze else []
    for parameter in (p for part in frozen for p in part.parameters()):
        parameter.requires_grad_(False)
    deck, start, loss_sum, shown = [], time.time() - 60 * spent, {}, 0
    while True:
        spent = (time.time() - start) / 60
        progress = max(step / o.steps, spent / o.minutes)
        if progress >= 1:
            break
        for group in adam.param_groups:
            group["lr"] = o.rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * progress))
        if len(deck) < o.batch:
            deck = random.sample(range(len(train)), len(train))
        picked = [train[deck.pop()] for _ in range(o.batch)]
        views = [dataset.augmented(sample, o.long_side, (o.canvas, o.canvas)) if o.canvas else dataset.whole(sample, o.long_side) for sample in picked]
        model.train()
        for part in frozen:
            part.eval()
        model.transform._skip_resize = True  # the views have their size already
        losses = model([v.to(o.device) for v, _ in views], [{k: x.to(o.device) for k, x in t.items()} for _, t in views])
        loss = sum(losses.values())
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        adam.step()
        step += 1
        keep = min(o.average, (step + 1) / (step + 10))
        tensors.average(mean, model, keep)
        for name, value in losses.items():
            loss_sum[name] = loss_sum.get(name, 0) + value.item()
        shown += 1
        if step % 20 == 0:
            parts = " ".join(f"{n[5:]} {v / shown:.3f}" for n, v in loss_sum.items())
            print(f"step {step} {(time.time() - start) / 60:.1f} min lr {adam.param_groups[0]['lr']:.1e} loss {sum(loss_sum.values()) / shown:.3f} {parts}", flush=True)
            loss_sum, shown = {}, 0
        if step % o.every == 0:
            value, table = evaluate(mean, valid, len(classes), o.device)
            history.append([step, value])
            print(f"AP50 {value:.3f} " + " ".join(f"{classes[k - 1]} {v:.2f}" for k, v in table.items()), flush=True)
            checkpoint()
    value, table = evaluate(mean, valid, len(classes), o.device)
    history.append([step, value])
    print(f"final: step {step}, {spent:.1f} min, AP50 {value:.4f} " + " ".join(f"{classes[k - 1]} {v:.3f}" for k, v in table.items()), flush=True)
    checkpoint()


if __name__ == "__main__":
    main()
