"""Train detector and codec together on labelled pictures, so that the pyramid becomes one that codes well. Example:

    python train_joint.py --train train/annotations.json --valid valid/annotations.json --out run --init-detector detector.pt --minutes 150

One step: picture -> pyramid -> detector's loss; the same pyramid through the codec at one random quality -> rate, distortion, and the
detector's loss on the decoded pyramid. L-MSFC (Kim et al. 2023, section III-D) trains the codec alone, on the pyramids of a detector
that stays as it is. Here backbone and head learn from all of it, and three things say more of what is needed:
object_distortion counts the features of objects more than those of the street behind them; proposal_loss and box_loss ask the proposal
network and the box head for the same answers on the decoded pyramid as on the true one; and a share of the distortion's gradient (--yield) goes to
the true pyramid, so that the backbone gives up what no codec restores and keeps what it can say in few bits.

For the first --warm steps the codec only learns to reproduce the pyramid: gradients of an untrained codec would harm the detector.
Writes OUT/detector.pt and OUT/codec.pt, which export.py, evaluate.py and the other two trainings read; resumes from them.
"""
import argparse
import copy
import datetime
import math
import pathlib
import random
import tempfile
import time

import torch
import torch.nn.functional as F
from torch import distributed

import coarse
import dataset
import detector
import learner
import lmsfc
import tensors
from average_precision import ap50


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--train", required=True, nargs="+", help="YOLO folders or COCO .json files of the same classes")
    p.add_argument("--valid", required=True)
    p.add_argument("--out", required=True, type=pathlib.Path, help="folder to write and to resume from")
    p.add_argument("--init-detector", help="weights to start from (.pt, .safetensors)")
    p.add_argument("--coarse", action="store_true", help="train the codec's coarse part alone (coarse.py; needs --fade 1), in two thirds of the time")
    p.add_argument("--init-codec", help="weights to start from (.pt, a pack's folder); those of a codec with a smaller M are widened")
    p.add_argument("--depth", type=int, default=10, choices=sorted(detector.BLOCKS))
    p.add_argument("--width", type=int, default=64, help="F")
    p.add_argument("--hidden", type=int, default=256)
    p.add_argument("--long-side", type=int, default=512)
    p.add_argument("--anchors", type=int, nargs=5, default=[16, 32, 64, 128, 256])
    p.add_argument("--canvas", type=int, nargs=2, default=[512, 256], help="width and height of the augmented crops that a batch is made of")
    p.add_argument("--octaves", type=float, nargs=2, default=[-0.32, 0.68], help="of --long-side: scale of the pictures that crops are cut from")
    p.add_argument("--whole", type=float, default=1.0, help="share of steps with a whole picture at --long-side instead: as many as have the pixels of a batch, or one")
    p.add_argument("--latent", type=int, default=64, help="M")
    p.add_argument("--latent-hidden", type=int, help="channels of the codec's layers above the latent's resolution; default M")
    p.add_argument("--qualities", type=int, default=6)
    p.add_argument("--low", type=float, default=0.05, help="smallest lambda times feature variance")
    p.add_argument("--high", type=float, default=8.0)
    p.add_argument("--batch", type=int, default=2)
    p.add_argument("--steps", type=int, default=100000)
    p.add_argument("--minutes", type=float, default=math.inf)
    p.add_argument("--rate", type=float, default=4e-4, help="learning rate of the detector; 0: it stays as it is")
    p.add_argument("--codec-rate", type=float, default=5e-4)
    p.add_argument("--task-weight", type=float, default=1.0, help="of the detector's losses on decoded features, beside object_distortion")
    p.add_argument("--plain-weight", type=float, default=1.0, help="of those on true ones")
    p.add_argument("--draws", type=int, default=1, help="the quality of a batch is the highest of so many random ones")
    p.add_argument("--yield", dest="give", type=float, default=0.0, help="share of the distortion's gradient that reaches the backbone through the true pyramid")
    detector.options(p)
    p.add_argument("--warm", type=int, default=400)
    p.add_argument("--fixed-norm", action="store_true", help="batch normalisation with the averages so far, as when the detector is used: a batch of few crops has others, and the codec would learn features that nobody will send")
    p.add_argument("--average", type=float, default=0.998, help="decay of the weight averages, which are what is evaluated and exported")
    p.add_argument("--every", type=int, default=500, help="steps between checkpoints")
    p.add_argument("--measure", type=int, default=1500, help="steps between evaluations")
    p.add_argument("--valid-count", type=int, default=60)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--workers", type=int, default=1, help="processes that compute a batch each and average their gradients: one for each core")
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return p.parse_args()


def object_distortion(levels, decoded, targets, objects=0.7, strides=(4, 8, 16, 32)):
    """Mean over p2..p5 of the squared error of each channel in units of its variance, where `objects` of the weight is on the boxes, each
    alike whatever its size (as imitation losses do: Wang et al., "Distilling object detectors with fine-grained feature imitation", 2019)."""
    total = 0.0
    for true, x, stride in zip(levels, decoded, strides):
        variance = true.detach().transpose(0, 1).flatten(1).var(1)
        scale = 1 / (variance + 0.1 * variance.mean())
        error = ((x - true) ** 2 * scale.view(1, -1, 1, 1)).mean(1)
        inside = []
        for one, target in zip(error, targets):
            for x1, y1, x2, y2 in (target["boxes"] / stride).tolist():
                part = one[max(0, int(y1) - 1) : math.ceil(y2) + 1, max(0, int(x1) - 1) : math.ceil(x2) + 1]
                if part.numel():
                    inside.append(part.mean())
        everywhere = error.mean()
        share = objects * torch.stack(inside).mean() + (1 - objects) * everywhere if inside else everywhere
        total = total + share / len(levels)
    return total


def yielding(levels, give):
    """The levels themselves, but of the gradient that they get only the share `give` goes on, and of it what would change a channel's
    mean or scale does not: features that shrink or grow are no easier to code, and both go on for ever."""
    shapes = []
    for x in levels:
        mean, deviation = x.mean((0, 2, 3), keepdim=True), x.std((0, 2, 3), keepdim=True) + 1e-6
        same = (x - mean) / deviation * deviation.detach() + mean.detach()
        shapes.append(x.detach() + give * (same - same.detach()))
    return shapes


def proposal_loss(true, decoded):
    """How the proposal network's answers on the decoded pyramid differ from those on the true one: (objectness, offsets) of each level.
    An anchor counts by the greater of its two probabilities: most anchors are empty street in both."""
    loss = 0.0
    for teacher, offsets, answer, mine in zip(*true, *decoded):
        p, a = torch.sigmoid(teacher.detach()), torch.sigmoid(answer.detach())
        weight = torch.maximum(p, a)
        entropy = F.binary_cross_entropy_with_logits(answer, p, reduction="none") - F.binary_cross_entropy_with_logits(teacher.detach(), p, reduction="none")
        distance = F.smooth_l1_loss(mine, offsets.detach(), reduction="none", beta=1 / 9)
        distance = distance.unflatten(1, (p.shape[1], 4)).sum(2)
        loss = loss + (weight * entropy).sum() / weight.sum() + (p * distance).sum() / p.sum()
    return loss / len(true[0])


def box_loss(net, true, regions, decoded):
    """How the box head's answers differ likewise: (logits, offsets) for the regions (boxes, sizes of the pictures) that it learned from
    on the true pyramid. A region counts by how little it is background."""
    heads, (teacher, offsets) = net.roi_heads, (x.detach() for x in true)
    answer, mine = heads.box_predictor(heads.box_head(heads.box_roi_pool(detector.named(decoded), *regions)))
    p = F.softmax(teacher, 1)
    weight = 1 - torch.minimum(p[:, 0], F.softmax(answer.detach(), 1)[:, 0])
    divergence = F.kl_div(F.log_softmax(answer, 1), p, reduction="none").sum(1)
    distance = F.smooth_l1_loss(mine, offsets, reduction="none", beta=1 / 9).unflatten(1, (p.shape[1], 4)).sum(2)
    objects = p[:, 1:]
    return (weight * divergence).sum() / weight.sum() + (objects * distance[:, 1:]).sum() / objects.sum()


class Head:
    """The losses of a detector's head, on a true pyramid and then on the decoded one."""

    def __init__(self, net):
        self.net, self.answers, self.regions, self.boxes = net, [], [], []
        net.rpn.head.register_forward_hook(lambda module, given, answer: self.answers.append(answer) if module.training else None)
        net.roi_heads.box_roi_pool.register_forward_pre_hook(lambda module, given: self.regions.append(given[1:]) if module.training else None)
        net.roi_heads.box_predictor.register_forward_hook(lambda module, given, answer: self.boxes.append(answer) if module.training else None)

    def plain(self, levels, targets):
        """What the detector is trained with."""
        self.answers.clear(), self.regions.clear(), self.boxes.clear()
        return detector.task_loss(self.net, levels, targets)

    def decoded(self, levels, targets):
        """The same, and how far the answers are from those on the true pyramid, for which `plain` was asked last."""
        task = detector.task_loss(self.net, levels, targets)
        return task + proposal_loss(*self.answers) + box_loss(self.net, self.boxes[0], self.regions[0], levels)


@torch.no_grad()
def evaluate(net, codec, samples, classes, device, qualities):
    """AP50 uncompressed and at some qualities. Latents are rounded around 0, not around their means, which needs decoding order:
    somewhat worse than a real decoder's."""
    net.eval(), codec.eval()
    found = {None: [], **{q: [] for q in qualities}}
    for sample in samples:
        image = sample.image(keep=False).to(device)
        truth = {"boxes": torch.from_numpy(sample.boxes), "labels": torch.from_numpy(sample.labels)}
        levels = detector.pyramid(net, image)
        for q, results in found.items():
            shown = levels if q is None else codec.synthesise(torch.round(codec.analyse(levels, q)), [x.shape[2:] for x in levels], q)
            results.append(({k: v.cpu() for k, v in detector.detect(net, image, shown).items()}, truth))
    return {q: ap50(results, classes) for q, results in found.items()}


def start_gains(codec, weights):
    """Rounding noise of the latent goes as 1 / gain, and the best one as 1 / sqrt(lambda)."""
    with torch.no_grad():
        for q, v in enumerate(weights):
            codec.gain[q] = math.sqrt(v / weights[len(weights) // 2])
        codec.inverse_gain.copy_(1 / codec.gain)


def agreed(values):
    """Averages tensors over the workers, in place."""
    if distributed.is_initialized():
        flat = torch.cat([t.flatten() for t in values])
        distributed.all_reduce(flat)
        for t, mean in zip(values, (flat / distributed.get_world_size()).split([t.numel() for t in values])):
            t.copy_(mean.view_as(t))


def main():
    o = options()
    if o.workers == 1:
        train(0, o)
        return
    with tempfile.TemporaryDirectory() as meeting:
        torch.multiprocessing.spawn(train, (o, f"file://{meeting}/workers"), nprocs=o.workers)


def train(rank, o, meeting=None):
    if meeting:
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=o.workers, timeout=datetime.timedelta(hours=2))
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    seed = o.seed + 1000003 * rank
    rng = random.Random(seed)
    valid, classes = dataset.read(o.valid)
    valid = valid[: o.valid_count]
    samples = [sample for path in o.train for sample in dataset.read(path)[0]]
    print(f"{len(samples)} training and {len(valid)} validation pictures, classes {classes}", flush=True)
    o.out.mkdir(parents=True, exist_ok=True)

    weights = [o.high * (o.low / o.high) ** ((o.qualities - 1 - q) / max(1, o.qualities - 1)) for q in range(o.qualities)]
    net_arch = {"depth": o.depth, "width": o.width, "hidden": o.hidden, "long_side": o.long_side, "anchors": list(o.anchors), "canonical": o.canonical}
    arch = {"features": o.width, "latent": o.latent, "context": True, "qualities": o.qualities, "hidden": o.latent_hidden}
    net, codec = detector.build(len(classes), **net_arch).to(o.device), (coarse.Coarse if o.coarse else lmsfc.Lmsfc)(**arch).to(o.device)
    start_gains(codec, weights)
    if o.init_detector:
        tensors.initialise(net, o.init_detector)
    if o.init_codec:
        lmsfc.widen(codec, tensors.weights_of(o.init_codec))
    mean_net, mean_codec = copy.deepcopy(net), copy.deepcopy(codec)
    if o.coarse:
        codec.see(net), mean_codec.see(mean_net)

    net.requires_grad_(o.rate > 0)
    detector.freeze(net, o.freeze)
    optimizer = learner.CodecOptimizer(codec, o.codec_rate, [
        {"params": [p for p in net.parameters() if p.dim() > 1 and p.requires_grad], "rate": o.rate, "weight_decay": 0.05},
        {"params": [p for p in net.parameters() if p.dim() <= 1 and p.requires_grad], "rate": o.rate},
    ])  # fmt: skip
    learning = [p for p in [*net.parameters(), *codec.parameters()] if p.requires_grad and p is not codec.entropy_bottleneck.quantiles]
    for p in learning:
        p.grad = torch.zeros_like(p)  # the same list for all workers, whatever their batch has
    step, spent, variance, history = 0, 0.0, 0.0, []
    if (o.out / "codec.pt").exists():
        seen, old = (torch.load(o.out / name, map_location="cpu") for name in ("detector.pt", "codec.pt"))
        net.load_state_dict(seen["live"]), mean_net.load_state_dict(seen["model"])
        codec.load_state_dict(old["live"]), mean_codec.load_state_dict(old["model"])
        optimizer.resume(old)
        step, spent, variance, history = old["step"], old["minutes"], old["variance"], seen["history"]
        rng = random.Random(seed + step)
        print(f"resumed at step {step}", flush=True)
    random.seed(seed + step)
    torch.manual_seed(seed + step)

    def checkpoint():
        if rank > 0:
            return
        if o.coarse:
            coarse.whole(mean_codec, mean_net)
        common = {"step": step, "minutes": spent, "options": {k: str(v) if isinstance(v, pathlib.Path) else v for k, v in vars(o).items()}}
        tensors.save(o.out / "detector.pt", {**common, "arch": net_arch, "classes": classes, "model": mean_net.state_dict(), "live": net.state_dict(), "history": history})
        tensors.save(o.out / "codec.pt", {**common, "arch": arch, "model": mean_codec.state_dict(), "live": codec.state_dict(), **optimizer.state(), "variance": variance,
                                  "result": {"lambdas": [w / variance for w in weights]}})  # fmt: skip

    def measure():
        if rank > 0:
            return
        picked = sorted({0, o.qualities // 2, o.qualities - 1})
        for q, (value, table) in evaluate(mean_net, mean_codec, valid, len(classes), o.device, picked).items():
            name = "uncompressed" if q is None else f"quality {q}"
            history.append([step, name, value])
            print(f"AP50 {name} {value:.4f} " + " ".join(f"{classes[k - 1]} {v:.2f}" for k, v in table.items()), flush=True)
        checkpoint()

    head = Head(net)
    net.train(), codec.train()
    if o.fixed_norm:
        for norm, mean in zip(net.backbone.body.modules(), mean_net.backbone.body.modules()):
            if isinstance(norm, torch.nn.BatchNorm2d):
                norm.eval().load_state_dict({**norm.state_dict(), "running_mean": mean.running_mean, "running_var": mean.running_var})
    net.transform._skip_resize = True  # the views have their size already
    deck, start, sums = [], time.time() - 60 * spent, {}
    while True:
        clock = torch.tensor([(time.time() - start) / 60])
        agreed([clock])
        spent = clock.item()
        progress = max(step / o.steps, spent / o.minutes)
        if progress >= 1:
            break
        optimizer.begin(learner.pace(step, progress))
        if len(deck) < o.batch:
            deck = rng.sample(range(len(samples)), len(samples))
        if rng.random() < o.whole:
            views = [dataset.whole(samples[deck.pop()], o.long_side, rng)]
            while deck and (len(views) + 1) * views[0][0][0].numel() <= o.batch * o.canvas[0] * o.canvas[1]:
                views.append(dataset.whole(samples[deck.pop()], o.long_side, rng))
        else:
            views = [dataset.augmented(samples[deck.pop()], o.long_side, o.canvas, rng, False, o.octaves) for _ in range(o.batch)]
        images, targets = net.transform([v.to(o.device) for v, _ in views], [{k: x.to(o.device) for k, x in t.items()} for _, t in views])
        with torch.set_grad_enabled(o.rate > 0):
            levels = [x for name, x in net.backbone(images.tensors).items() if name != "pool"]
            plain = head.plain(levels, targets)

        q, warm = max(rng.randrange(o.qualities) for _ in range(o.draws)), step < o.warm
        batch_variance = lmsfc.LEVEL_WEIGHT * sum(x.detach().transpose(0, 1).flatten(1).var(1).mean().item() for x in lmsfc.with_p6(levels))
        variance = batch_variance if not variance else 0.99 * variance + 0.01 * batch_variance
        decoded, y, z = codec([x.detach() for x in levels] if warm else levels, q)
        rate = (lmsfc.bits(y) + lmsfc.bits(z)) / (16 * levels[0].shape[2] * levels[0].shape[3] * len(views))
        give = 0.0 if warm else o.give
        error = object_distortion(yielding(levels, give), decoded, targets)
        task = torch.zeros(()) if warm else head.decoded(decoded, targets)
        # divided by the root of lambda: the rates of change grow with lambda, and so every quality has a like say
        loss = o.plain_weight * plain + o.energy * detector.energy(levels) + rate / math.sqrt(weights[q]) + math.sqrt(weights[q]) * (error + o.task_weight * task)
        loss.backward()
        gradients = [p.grad for p in learning if p.grad is not None]
        agreed(gradients)
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.end()
        step += 1
        keep = min(o.average, (step + 1) / (step + 10))
        tensors.average(mean_net, net, keep), tensors.average(mean_codec, codec, keep)
        if o.fade:
            detector.fade_laterals(net, mean_net, step - 1, o.fade)

        seen = sums.setdefault(q, [0, 0.0, 0.0, 0.0, 0.0])
        for k, value in enumerate((1, plain.item(), rate.item(), error.item(), task.item())):
            seen[k] += value
        if step % 50 == 0 and rank == 0:
            count = sum(s[0] for s in sums.values())
            print(f"step {step} {(time.time() - start) / 60:.1f} min  loss {sum(s[1] for s in sums.values()) / count:.3f} variance {variance:.3f}  "
                  + "  ".join(f"q{k}: {r / n:.4f} bpp {e / n:.3f} {t / n:.2f}" for k, (n, _, r, e, t) in sorted(sums.items())), flush=True)  # fmt: skip
            sums = {}
        if step % o.measure == 0:
            measure()
        elif step % o.every == 0:
            checkpoint()
    measure()
    print(f"final: step {step}, {spent:.1f} min", flush=True)


if __name__ == "__main__":
    main()
