"""Train a narrow VGG16 or ResNet-50 on crops of labelled objects. Example:

    python train_classifier.py --train train2/annotations.json --valid valid/annotations.json --out resnet50.pt --arch resnet50 --minutes 15

Resumes from --out when that file exists. AdamW, linear warm-up, cosine decay over --minutes or --steps, an exponential average of
the weights (which is what gets evaluated and exported).
"""
import argparse
import copy
import math
import pathlib
import random
import time

import torch
import torch.nn.functional as F

import classifier
import dataset
import tensors


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--train", required=True, nargs="+", help="YOLO folders or COCO .json files of the same classes")
    p.add_argument("--valid", required=True)
    p.add_argument("--out", required=True, help="checkpoint to write and to resume from")
    p.add_argument("--init", help="weights (.pt of this script) to start from")
    p.add_argument("--arch", choices=sorted(classifier.NETWORKS), default="resnet50")
    p.add_argument("--width", type=int, default=16, help="channels of the first convolution; 64 in the published networks")
    p.add_argument("--hidden", type=int, default=256, help="width of VGG's fully connected layers")
    p.add_argument("--side", type=int, default=128, help="of the crops, in pixels")
    p.add_argument("--least", type=int, default=24, help="objects whose longer side has fewer pixels are left out")
    p.add_argument("--batch", type=int, default=32)
    p.add_argument("--steps", type=int, default=5000)
    p.add_argument("--minutes", type=float, default=math.inf, help="wall time after which the schedule ends")
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--decay", type=float, default=0.05)
    p.add_argument("--average", type=float, default=0.99, help="decay of the weight average")
    p.add_argument("--every", type=int, default=300, help="steps between evaluations")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return p.parse_args()


def batch_of(crops, side, jitter=None):
    return torch.stack([classifier.view(crop, side, jitter) for crop in crops]), torch.tensor([crop[2] for crop in crops])


@torch.no_grad()
def accuracy(model, crops, side, device):
    model.eval()
    right = 0
    for start in range(0, len(crops), 64):
        images, labels = batch_of(crops[start:start + 64], side)
        right += (model(images.to(device)).argmax(1).cpu() == labels).sum().item()
    return right / len(crops)


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    jitter = random.Random(o.seed)
    classes = dataset.read(o.valid)[1]
    valid = classifier.crops(o.valid, o.least)
    train = [crop for path in o.train for crop in classifier.crops(path, o.least)]
    print(f"{len(train)} training and {len(valid)} validation crops, classes {classes}", flush=True)

    arch = {"arch": o.arch, "width": o.width, "hidden": o.hidden, "side": o.side}
    model = classifier.build(len(classes), **arch).to(o.device)
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
        jitter.seed(o.seed + step)
        print(f"resumed at step {step}", flush=True)

    def checkpoint():
        value = accuracy(mean, valid, o.side, o.device)
        history.append([step, value])
        tensors.save(o.out, {"arch": arch, "classes": classes, "model": mean.state_dict(), "live": model.state_dict(), "adam": adam.state_dict(),
                     "step": step, "minutes": spent, "history": history, "options": vars(o)})
        print(f"step {step} {spent:.1f} min accuracy {value:.4f}", flush=True)

    deck, start, loss_sum, shown = [], time.time() - 60 * spent, 0.0, 0
    while True:
        spent = (time.time() - start) / 60
        progress = max(step / o.steps, spent / o.minutes)
        if progress >= 1:
            break
        for group in adam.param_groups:
            group["lr"] = o.rate * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * progress))
        if len(deck) < o.batch:
            deck = jitter.sample(range(len(train)), len(train))
        images, labels = batch_of([train[deck.pop()] for _ in range(o.batch)], o.side, jitter)
        model.train()
        loss = F.cross_entropy(model(images.to(o.device)), labels.to(o.device), label_smoothing=0.05)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        adam.step()
        step += 1
        keep = min(o.average, (step + 1) / (step + 10))
        tensors.average(mean, model, keep)
        loss_sum += loss.item()
        shown += 1
        if step % 50 == 0:
            print(f"step {step} {spent:.1f} min lr {adam.param_groups[0]['lr']:.1e} loss {loss_sum / shown:.3f}", flush=True)
            loss_sum, shown = 0.0, 0
        if step % o.every == 0:
            checkpoint()
    checkpoint()


if __name__ == "__main__":
    main()
