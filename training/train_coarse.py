"""Train the coarse part of a codec (coarse.py) on the pyramids of a finished detector without fine lateral connections, and make a whole
codec of it, for train_joint.py --init-codec. Example:

    python train_coarse.py --detector detector.pt --train train2/annotations.json --valid valid/annotations.json --out coarse.pt --latent 192 --minutes 15

What the detector makes of the pictures stays in memory (0.6 MB each at 1024 x 512), so that a step of 8 takes 1.7 s of two cores. Loss: that of
train_joint.py, without the detector's own; with --tune-head they join, and the detector's head learns too, mostly on decoded pyramids (it is kept beside the codec):

    python train_coarse.py --detector joint/detector.pt --init joint/codec.pt --out tuned.pt --tune-head 1e-4 --draws 2 ...
"""
import argparse
import copy
import math
import random
import time

import torch

import coarse
import dataset
import detector
import learner
import lmsfc
import tensors
from train_joint import Head, object_distortion, start_gains


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--detector", required=True, help="checkpoint of train_detector.py --fade")
    p.add_argument("--train", required=True, nargs="+", help="YOLO folders or COCO .json files of the same classes")
    p.add_argument("--valid", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--init", help="a coarse codec to start from (.pt of this script or of train_joint.py --coarse)")
    p.add_argument("--first", type=int, default=240, help="pictures to start from")
    p.add_argument("--count", type=int, default=2400, help="pictures to learn from: each step adds one")
    p.add_argument("--latent", type=int, default=192, help="M")
    p.add_argument("--qualities", type=int, default=6)
    p.add_argument("--low", type=float, default=0.05, help="smallest lambda times feature variance")
    p.add_argument("--high", type=float, default=64.0)
    p.add_argument("--batch", type=int, default=8)
    p.add_argument("--minutes", type=float, default=15)
    p.add_argument("--rate", type=float, default=1e-3)
    p.add_argument("--tune-head", type=float, default=0.0, help="learning rate of the detector's head; 0: it stays, and its losses do not count")
    p.add_argument("--task-weight", type=float, default=0.1, help="of its losses on decoded pyramids")
    p.add_argument("--plain-weight", type=float, default=0.05, help="of its losses on true pyramids")
    p.add_argument("--draws", type=int, default=1, help="the quality of a batch is the highest of so many random ones")
    p.add_argument("--average", type=float, default=0.995)
    p.add_argument("--every", type=int, default=200)
    p.add_argument("--valid-count", type=int, default=16)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=2)
    return p.parse_args()


@torch.no_grad()
def seen(net, sample):
    """p4's inner map, p4 and p5 of a picture in half precision, and its boxes."""
    inner = []
    hook = net.backbone.fpn.layer_blocks[2].register_forward_pre_hook(lambda module, given: inner.append(given[0]))
    view, target = dataset.whole(sample, net.transform.max_size)
    levels = detector.pyramid(net, view, resize=False)
    hook.remove()
    return [x[0].half() for x in (inner[0], levels[2], levels[3])], target


def views(net, inner, p4, p5):
    """What errors are measured on, and its strides: for p2 the middle of each of p4's cells, where its convolution sees one value nine times."""
    fine, middle = (net.backbone.fpn.layer_blocks[k][0] for k in (1, 0))
    centre = torch.nn.functional.conv2d(inner, middle.weight.sum((2, 3), keepdim=True), middle.bias, dilation=lmsfc.POINTWISE)
    return [centre, fine(coarse.doubled(inner)), p4, p5], (16, 8, 16, 32)


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    rng = random.Random(o.seed)
    net, _ = detector.load(o.detector)
    if o.init:
        net.load_state_dict(torch.load(o.init, map_location="cpu").get("head", {}), strict=False)
    net.requires_grad_(False)
    mean_net, head, parts = copy.deepcopy(net), Head(net), detector.head_parts(net).values()
    learning = [p.requires_grad_() for part in parts for p in part.parameters()] if o.tune_head else []
    samples = dataset.alike([sample for path in o.train for sample in dataset.read(path)[0]])
    data = []
    for sample in rng.sample(samples, min(o.first, o.count, len(samples))):
        data.append(seen(net, sample))
    print(f"{len(data)} pyramids", flush=True)
    valid = [seen(net, sample) for sample in dataset.read(o.valid)[0][: o.valid_count]]

    arch = {"features": data[0][0][1].shape[0], "latent": o.latent, "context": True, "qualities": o.qualities, "hidden": data[0][0][1].shape[0]}
    weights = [o.high * (o.low / o.high) ** ((o.qualities - 1 - q) / max(1, o.qualities - 1)) for q in range(o.qualities)]
    codec, mean = coarse.Coarse(**arch), coarse.Coarse(**arch)
    start_gains(codec, weights)
    if o.init:
        tensors.initialise(codec, o.init)
    else:
        coarse.start(codec, net, [maps for maps, _ in data])
    mean.load_state_dict(codec.state_dict())
    codec.see(net)
    optimizer = learner.CodecOptimizer(codec, o.rate, [{"params": learning, "rate": o.tune_head}])

    def measured(model, batch, q):
        """Bits for each pixel and error of one batch; its targets, its true maps and the decoded ones (p4, p5, inner)."""
        maps, targets = zip(*batch)
        inner, p4, p5 = (torch.stack(x).float() for x in zip(*maps))
        y = model.analyse([None, None, p4, p5], q)
        z_hat, z_likelihood = model.entropy_bottleneck(model.h_a(y))
        y_hat = lmsfc.noisy(y) if model.training else torch.round(y)
        scales, means = model.scales_means(model.h_s(z_hat), y_hat)
        bits = lmsfc.bits(model.gaussian_conditional.likelihood(y_hat - means, scales)) + lmsfc.bits(z_likelihood)
        q4, q5, q_inner = [lmsfc.cropped(x, *like.shape[2:]) for x, like in zip(model.decode(y_hat * model.gains(q)[1]), (p4, p5, inner))]
        true, strides = views(net, inner, p4, p5)
        error = object_distortion(true, views(net, q_inner, q4, q5)[0], targets, strides=strides)
        return bits / (256 * p4.shape[2] * p4.shape[3] * len(p4)), error, targets, (p4, p5, inner), (q4, q5, q_inner)

    def save():
        mean.eval()
        with torch.no_grad():
            for q in range(o.qualities):
                rows = [measured(mean, [one], q)[:2] for one in valid]
                print(f"  q{q}: {sum(r.item() for r, _ in rows) / len(rows):.4f} bpp {sum(e.item() for _, e in rows) / len(rows):.4f}", flush=True)
        tensors.save(o.out, {"arch": arch, "model": coarse.whole(mean, net), "head": detector.head_state(mean_net) if learning else {},
                     "result": {"lambdas times variance": weights}, "options": vars(o), "step": step, "minutes": spent})  # fmt: skip

    step, spent = 0, 0.0
    save()
    codec.train(), [part.train() for part in parts]
    start, sums, deck = time.time(), {}, []
    while True:
        spent = (time.time() - start) / 60
        progress = spent / o.minutes
        if progress >= 1:
            break
        if len(data) < o.count:
            data.append(seen(net, rng.choice(samples)))
        if len(deck) < o.batch:
            deck = rng.sample(data, len(data))
        batch = [deck.pop() for _ in range(o.batch)]
        q = max(rng.randrange(o.qualities) for _ in range(o.draws))
        rate, error, targets, true, decoded = measured(codec, batch, q)
        loss, plain, task = rate / math.sqrt(weights[q]) + math.sqrt(weights[q]) * error, torch.zeros(()), torch.zeros(())
        if learning:
            plain, task = head.plain(codec.pyramid(*true), targets), head.decoded(codec.pyramid(*decoded), targets)
            loss = loss + o.plain_weight * plain + math.sqrt(weights[q]) * o.task_weight * task
        optimizer.begin(learner.pace(step, progress))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 5.0)
        optimizer.end()
        step += 1
        keep = min(o.average, (step + 1) / (step + 10))
        tensors.average(mean, codec, keep), tensors.average(mean_net, net, keep)
        row = sums.setdefault(q, [0, 0.0, 0.0, 0.0, 0.0])
        for k, value in enumerate((1, rate.item(), error.item(), plain.item(), task.item())):
            row[k] += value
        if step % 50 == 0:
            print(f"step {step} {(time.time() - start) / 60:.1f} min  " + "  ".join(f"q{k}: {r / n:.4f} bpp {e / n:.4f}" + (f" {p / n:.2f} {t / n:.2f}" if learning else "") for k, (n, r, e, p, t) in sorted(sums.items())), flush=True)
            sums = {}
        if step % o.every == 0:
            save()
    save()


if __name__ == "__main__":
    main()
