"""Train L-MSFC on shards of feature pyramids (extract.py --shards). Example:

    python train_codec.py --train shards --valid shards-valid --out codec.pt --latent 64 --qualities 6 --steps 4000

Loss (Kim et al. 2023, section III-D): bits per image pixel + lambda * sum over p2..p6 of 0.2 * MSE, on maps without padding.
With --qualities Q every batch trains one random quality; the lambdas run geometrically from --low to --high, divided by the
variance of the features, so that they mean the same for every backbone. An auxiliary loss moves the quantiles of the entropy
bottleneck (CompressAI). Resumes from --out; --minutes ends the schedule early on a slow machine.

--task DETECTOR adds --task-weight times the detector's own loss on the decoded features (with shards that carry boxes) to the
distortion: errors that the task notices cost more. The detector stays as it is, unless --tune-head lets its head (RPN and boxes,
not the backbone) learn too, from decoded and from original features alike; the checkpoint then holds the head.
"""
import argparse
import json
import math
import pathlib
import random
import time

import torch

import detector
import learner
import lmsfc
import tensors


class Shards:
    """All pyramids of a folder of shards, memory-mapped."""

    def __init__(self, folder):
        found = {}
        for path in sorted(pathlib.Path(folder).glob("*.safetensors")):
            for key, value in tensors.read(path).items():
                name, _, level = key.rpartition("/")
                found.setdefault(name or path.stem, {})[level] = value
        self.pyramids = [[found[name][level] for level in ("p2", "p3", "p4", "p5")] for name in sorted(found)]
        self.truths = [[found[name][key] for key in ("boxes", "labels")] if "boxes" in found[name] else None for name in sorted(found)]
        if not self.pyramids:
            raise SystemExit(f"no shards in {folder}")

    def whole(self, i):
        return [x.float()[None] for x in self.pyramids[i]]

    def batch(self, count, crop, rng):
        """Random crops, aligned at 8 rows and columns of p2; the side is `crop` rows of p2, or the whole map where that is smaller.
        Returns the levels p2..p5 and the targets: boxes of which a third is inside, clipped, and labels."""
        picked = rng.sample(range(len(self.pyramids)), count)
        h, w = (min(crop, *(self.pyramids[i][0].shape[d] // 8 * 8 for i in picked)) for d in (1, 2))
        rows, targets = [], []
        for pyramid, truth in ((self.pyramids[i], self.truths[i]) for i in picked):
            top, left = (8 * rng.randint(0, (pyramid[0].shape[d] - s) // 8) for d, s in ((1, h), (2, w)))
            rows.append([x[:, top >> i : (top + h) >> i, left >> i : (left + w) >> i].float() for i, x in enumerate(pyramid)])
            if truth:
                boxes = truth[0].float() - 4.0 * torch.tensor([left, top] * 2)
                inside = torch.minimum(boxes.clamp(min=0), 4.0 * torch.tensor([w, h] * 2))
                sides = inside[:, 2:] - inside[:, :2]
                keep = (sides > 2).all(1) & (3 * sides.prod(1) > (boxes[:, 2:] - boxes[:, :2]).prod(1))
                targets.append({"boxes": inside[keep], "labels": truth[1][keep].long()})
        return [torch.stack(level) for level in zip(*rows)], targets

    def variances(self, count=64):
        """Of p2..p6, around each channel's mean over the whole set: what a decoder that knows only these means would lose."""
        picked = random.Random(0).sample(self.pyramids, min(count, len(self.pyramids)))
        levels = lmsfc.with_p6([torch.cat([p[i].float().flatten(1) for p in picked], 1)[None, :, None] for i in range(4)])
        return [x.var(3).mean().item() for x in levels]


@torch.no_grad()
def table(model, valid, count, device, variances):
    """Rate and distortion at each quality over whole maps, coded in decoding order as a real encoder does; bits from likelihoods."""
    was, out = model.training, []
    model.eval()
    for q in range(max(1, model.qualities)):
        out.append({"quality": q, "bpp": 0.0, "z_share": 0.0, "ratio": 0.0, "mse": [0.0] * 5, "relative_mse": [0.0] * 5, "psnr": [0.0] * 5})
    count = min(count, len(valid.pyramids))
    for i in range(count):
        levels = [x.to(device) for x in valid.whole(i)]
        pixels = 16 * levels[0].shape[2] * levels[0].shape[3]
        for q, row in enumerate(out):
            coded = model.code(model.analyse(levels, q))
            decoded = model.synthesise(coded["y_hat"], [x.shape[2:] for x in levels], q)
            bits = coded["y_bits"] + coded["z_bits"]
            row["bpp"] += bits / pixels / count
            row["z_share"] += coded["z_bits"] / bits / count
            row["ratio"] += 32 * sum(x.numel() for x in levels) / bits / count
            for k, (a, b) in enumerate(zip(lmsfc.with_p6(levels), lmsfc.with_p6(decoded))):
                error = torch.mean((a - b) ** 2).item()
                row["mse"][k] += error / count
                row["relative_mse"][k] += error / variances[k] / count
                row["psnr"][k] += 10 * math.log10((a.max() - a.min()).item() ** 2 / error) / count
    model.train(was)
    return out


def show(rows):
    for r in rows:
        print(f"  q{r['quality']} bpp {r['bpp']:.4f} ratio {r['ratio']:.0f} z {r['z_share']:.2f} mse/variance "
              + " ".join(f"{v:.3f}" for v in r["relative_mse"]) + " psnr " + " ".join(f"{v:.1f}" for v in r["psnr"]), flush=True)  # fmt: skip


@torch.no_grad()
def move_gains(model, old, new):
    """After a change of the lambdas: each gain moves to where the old ones had the new lambda (geometric, ends held)."""
    if model.qualities and old != new:
        steps = [math.log(v / old[0]) / math.log(old[-1] / old[0]) * (len(old) - 1) for v in new]
        moved = [model.gains(min(max(s, 0.0), len(old) - 1.0)) for s in steps]
        model.gain.copy_(torch.stack([g.flatten() for g, _ in moved]))
        model.inverse_gain.copy_(torch.stack([g.flatten() for _, g in moved]))


def options():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--train", required=True)
    p.add_argument("--valid", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--init", help="a codec's weights to start from: .pt of this script, or a pack's folder")
    p.add_argument("--latent", type=int, default=64, help="M")
    p.add_argument("--no-context", action="store_true")
    p.add_argument("--qualities", type=int, default=6, help="0: plain L-MSFC, trained at --high")
    p.add_argument("--low", type=float, default=0.04, help="smallest lambda times feature variance")
    p.add_argument("--high", type=float, default=1.6)
    p.add_argument("--crop", type=int, default=64, help="rows and columns of p2")
    p.add_argument("--batch", type=int, default=4)
    p.add_argument("--steps", type=int, default=4000)
    p.add_argument("--minutes", type=float, default=math.inf)
    p.add_argument("--rate", type=float, default=5e-4)
    p.add_argument("--clip", type=float, default=1.0)
    p.add_argument("--every", type=int, default=500, help="steps between tables and checkpoints")
    p.add_argument("--valid-count", type=int, default=8)
    p.add_argument("--task", help="checkpoint of train_detector.py")
    p.add_argument("--task-weight", type=float, default=0.5, help="of the detector's loss, beside distortion / variance")
    p.add_argument("--tune-head", type=float, default=0.0, help="learning rate of the detector's head; 0: it stays")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return p.parse_args()


def main():
    o = options()
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    rng = random.Random(o.seed)
    train, valid = Shards(o.train), Shards(o.valid)
    variance, valid_variances = lmsfc.LEVEL_WEIGHT * sum(train.variances()), valid.variances()
    count = max(1, o.qualities)
    lambdas = [o.high * (o.low / o.high) ** ((count - 1 - q) / max(1, count - 1)) / variance for q in range(count)]
    arch = {"features": train.pyramids[0][0].shape[0], "latent": o.latent, "context": not o.no_context, "qualities": o.qualities}
    print(f"{len(train.pyramids)} pyramids, variance {variance:.4f}, lambdas " + " ".join(f"{v:.4g}" for v in lambdas), flush=True)

    model = lmsfc.Lmsfc(**arch).to(o.device)
    if o.qualities:  # rounding noise of the latent goes as 1 / gain, and the best one as 1 / sqrt(lambda)
        with torch.no_grad():
            for q, v in enumerate(lambdas):
                model.gain[q] = math.sqrt(v / lambdas[count // 2])
            model.inverse_gain.copy_(1 / model.gain)
    if o.init:
        tensors.initialise(model, o.init)
    optimizer = learner.CodecOptimizer(model, o.rate, clip=o.clip)
    net, head = None, {}
    if o.task:
        net = detector.load(o.task)[0].to(o.device)
        for part in detector.head_parts(net).values():
            part.train()
        for parameter in net.parameters():
            parameter.requires_grad_(False)
    step, spent, result = 0, 0.0, {}
    if pathlib.Path(o.out).exists():
        old = torch.load(o.out, map_location="cpu")
        model.load_state_dict(old["model"])
        optimizer.resume(old)
        step, spent, result, head = old["step"], old["minutes"], old["result"], old.get("head", {})
        if net and head:
            net.load_state_dict(head, strict=False)
        move_gains(model, old["lambdas"], lambdas)
        rng = random.Random(o.seed + step)
        print(f"resumed at step {step}", flush=True)

    heads = [p for part in detector.head_parts(net).values() for p in part.parameters()] if net and o.tune_head else []
    tuner = torch.optim.AdamW([p.requires_grad_() for p in heads], lr=o.tune_head) if heads else None

    def checkpoint():
        tensors.save(o.out, {"arch": arch, "model": model.state_dict(), **optimizer.state(),
                     "step": step, "minutes": spent, "result": result, "lambdas": lambdas, "options": vars(o),
                     "head": detector.head_state(net) if heads else head})  # fmt: skip

    def measure():
        nonlocal result
        rows = table(model, valid, o.valid_count, o.device, valid_variances)
        show(rows)
        result = {"lambdas": lambdas, "pyramids": min(o.valid_count, len(valid.pyramids)), "table": rows}
        checkpoint()

    model.train()
    start, sums = time.time() - 60 * spent, {}
    while True:
        spent = (time.time() - start) / 60
        progress = max(step / o.steps, spent / o.minutes)
        if progress >= 1:
            break
        factor = learner.pace(step, progress)
        optimizer.begin(factor)
        q = rng.randrange(count)
        levels, targets = train.batch(o.batch, o.crop, rng)
        levels, targets = [x.to(o.device) for x in levels], [{k: v.to(o.device) for k, v in t.items()} for t in targets]
        decoded, y, z = model(levels, q)
        pixels = 16 * levels[0].shape[2] * levels[0].shape[3] * len(levels[0])
        rate, loss_d = (lmsfc.bits(y) + lmsfc.bits(z)) / pixels, lmsfc.distortion(levels, decoded)
        loss, loss_t = rate + lambdas[q] * loss_d, torch.zeros(())
        if net:
            loss_t = detector.task_loss(net, decoded, targets)
            loss = loss + lambdas[q] * variance * o.task_weight * loss_t
        # the rates of change grow with lambda: divided, every quality has a like say
        (loss / math.sqrt(lambdas[q] * variance)).backward()
        optimizer.end()
        if tuner:  # the heads have the gradients of the decoded features' loss in place; here the original ones join
            scale = math.sqrt(lambdas[q] * variance) * o.task_weight
            for p in heads:
                p.grad /= scale
            detector.task_loss(net, levels, targets).backward()
            torch.nn.utils.clip_grad_norm_(heads, 5.0)
            tuner.param_groups[0]["lr"] = o.tune_head * factor
            tuner.step()
            tuner.zero_grad()
        step += 1
        seen = sums.setdefault(q, [0, 0.0, 0.0, 0.0])
        for k, value in enumerate((1, rate.item(), loss_d.item() / variance, loss_t.item())):
            seen[k] += value
        if step % 50 == 0:
            print(f"step {step} {(time.time() - start) / 60:.1f} min  " + "  ".join(f"q{k}: {r / n:.4f} bpp {d / n:.3f} {t / n:.2f}" for k, (n, r, d, t) in sorted(sums.items())), flush=True)
            sums = {}
        if step % o.every == 0:
            measure()
    measure()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
