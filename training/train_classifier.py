"""Train a narrow VGG16 or ResNet-50 on crops of labelled objects. Example:

    python train_classifier.py --train train2/annotations.json --valid valid/annotations.json --out resnet50.pt --arch resnet50 --minutes 15

Resumes from --out when that file exists. AdamW, linear warm-up, cosine decay over --minutes or --steps, an exponential average of
the weights (which is what gets evaluated and exported).
"""
import argparse
import random

import torch
import torch.nn.functional as F

import classifier
import dataset
import learner


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--train", required=True, nargs="+", help="YOLO folders or COCO .json files of the same classes")
    p.add_argument("--valid", required=True)
    p.add_argument("--arch", choices=sorted(classifier.NETWORKS), default="resnet50")
    p.add_argument("--width", type=int, default=16, help="channels of the first convolution; 64 in the published networks")
    p.add_argument("--hidden", type=int, default=256, help="width of VGG's fully connected layers")
    p.add_argument("--side", type=int, default=128, help="of the crops, in pixels")
    p.add_argument("--least", type=int, default=24, help="objects whose longer side has fewer pixels are left out")
    p.add_argument("--batch", type=int, default=32)
    learner.options(p, steps=5000, rate=1e-3, average=0.99)
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
    classes = dataset.read(o.valid)[1]
    valid = classifier.crops(o.valid, o.least)
    train = [crop for path in o.train for crop in classifier.crops(path, o.least)]
    print(f"{len(train)} training and {len(valid)} validation crops, classes {classes}", flush=True)

    arch = {"arch": o.arch, "width": o.width, "hidden": o.hidden, "side": o.side}
    model = classifier.build(len(classes), **arch)
    run = learner.Learner(model, o, arch=arch, classes=classes)
    jitter = random.Random(o.seed + run.step)

    def measure():
        value = accuracy(run.mean, valid, o.side, o.device)
        print(f"step {run.step} {run.spent:.1f} min accuracy {value:.4f}", flush=True)
        run.save(value)

    deck, loss_sum, shown = [], 0.0, 0
    while run.goes_on():
        if len(deck) < o.batch:
            deck = jitter.sample(range(len(train)), len(train))
        images, labels = batch_of([train[deck.pop()] for _ in range(o.batch)], o.side, jitter)
        model.train()
        loss = F.cross_entropy(model(images.to(o.device)), labels.to(o.device), label_smoothing=0.05)
        run.learn(loss)
        loss_sum += loss.item()
        shown += 1
        if run.step % 50 == 0:
            print(f"step {run.step} {run.spent:.1f} min lr {run.rate:.1e} loss {loss_sum / shown:.3f}", flush=True)
            loss_sum, shown = 0.0, 0
        if run.step % o.every == 0:
            measure()
    measure()


if __name__ == "__main__":
    main()
