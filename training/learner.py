"""What the trainings have in common: a network that learns and the file that it resumes from (detectors, classifiers), and the optimiser of a codec."""
import copy
import math
import pathlib
import time

import torch

import tensors


def options(p, steps, rate, average):
    """Adds the options of a Learner, with these defaults."""
    p.add_argument("--out", required=True, help="checkpoint to write and to resume from")
    p.add_argument("--init", help="weights to start from (.pt of this script, or .safetensors): whatever has the same name and shape")
    p.add_argument("--steps", type=int, default=steps)
    p.add_argument("--minutes", type=float, default=math.inf, help="wall time after which the schedule ends")
    p.add_argument("--rate", type=float, default=rate)
    p.add_argument("--decay", type=float, default=0.05)
    p.add_argument("--average", type=float, default=average, help="decay of the weight average")
    p.add_argument("--every", type=int, default=300, help="steps between evaluations")
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--threads", type=int, default=1)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")


class Learner:
    """AdamW, linear warm-up, cosine decay over --minutes or --steps, and `mean`, an exponential average of the weights."""

    def __init__(self, model, o, **about):
        """about: what the checkpoint says of the network beside its weights (arch, classes)."""
        self.o, self.about, self.model = o, about, model.to(o.device)
        if o.init:
            tensors.initialise(model, o.init)
        self.mean = copy.deepcopy(model)
        plain = [p for p in model.parameters() if p.dim() > 1]
        rest = [p for p in model.parameters() if p.dim() <= 1]
        self.adam = torch.optim.AdamW([{"params": plain}, {"params": rest, "weight_decay": 0}], lr=o.rate, weight_decay=o.decay)
        self.step, self.spent, self.history = 0, 0.0, []
        if pathlib.Path(o.out).exists():
            old = torch.load(o.out, map_location="cpu")
            model.load_state_dict(old["live"])
            self.mean.load_state_dict(old["model"])
            self.adam.load_state_dict(old["adam"])
            self.step, self.spent, self.history = old["step"], old["minutes"], old["history"]
            print(f"resumed at step {self.step}", flush=True)
        self.start = time.time() - 60 * self.spent

    def goes_on(self):
        """Sets the learning rate of the next step; False where the schedule ends."""
        self.spent = (time.time() - self.start) / 60
        progress = max(self.step / self.o.steps, self.spent / self.o.minutes)
        for group in self.adam.param_groups:
            group["lr"] = self.rate = self.o.rate * pace(self.step, progress)
        return progress < 1

    def learn(self, loss):
        """One step."""
        self.adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.adam.step()
        self.step += 1
        tensors.average(self.mean, self.model, min(self.o.average, (self.step + 1) / (self.step + 10)))

    def save(self, value):
        """Writes the checkpoint; value: what the weight average attains on the validation data."""
        self.history.append([self.step, value])
        tensors.save(self.o.out, {**self.about, "model": self.mean.state_dict(), "live": self.model.state_dict(), "adam": self.adam.state_dict(),
                                  "step": self.step, "minutes": self.spent, "history": self.history, "options": vars(self.o)})  # fmt: skip


def pace(step, progress):
    """Share of the learning rate: 100 steps of warm-up, then a cosine down to a hundredth at progress 1."""
    return min(1, (step + 1) / 100) * max(0.01, 0.5 + 0.5 * math.cos(math.pi * progress))


class CodecOptimizer:
    """Adam for a codec, ten times as fast for the logarithms of its gain vectors and for the prior of z, which would otherwise cost five bits a number for thousands of steps;
    the quantiles of the entropy bottleneck follow an auxiliary loss of their own (CompressAI). others: groups of parameters that learn beside it, each with its `rate`."""

    def __init__(self, codec, rate, others=(), clip=1.0):
        names = dict(codec.named_parameters())
        quantiles = names.pop("entropy_bottleneck.quantiles")
        self.gains = [names.pop(n) for n in ("gain", "inverse_gain") if n in names]
        self.logs = [torch.nn.Parameter(torch.zeros_like(g)) for g in self.gains]
        prior = [names.pop(n) for n in list(names) if n.startswith("entropy_bottleneck.")]
        self.codec, self.clip, self.weights = codec, clip, [*names.values(), *prior, *self.logs]
        groups = [*others, {"params": list(names.values()), "rate": rate}, {"params": [*prior, *self.logs], "rate": 10 * rate}]
        self.adam = torch.optim.AdamW([{"weight_decay": 0.0, **g} for g in groups if g["params"]])
        self.auxiliary = torch.optim.Adam([quantiles], lr=1e-2)

    def begin(self, factor):
        """Sets the learning rates of a step to `factor` times the full ones; no gradients yet."""
        for group in self.adam.param_groups:
            group["lr"] = group["rate"] * factor
        self.auxiliary.param_groups[0]["lr"] = 1e-2 * factor
        self.adam.zero_grad(set_to_none=False)
        self.codec.zero_grad(set_to_none=False)

    def end(self):
        """Moves everything along the gradients that are there."""
        with torch.no_grad():
            for g, log in zip(self.gains, self.logs):
                log.copy_(g.log())
                log.grad = g.grad * g
        torch.nn.utils.clip_grad_norm_(self.weights, self.clip)
        self.adam.step()
        self.auxiliary.zero_grad()
        self.codec.entropy_bottleneck.quantile_loss().backward()
        self.auxiliary.step()
        with torch.no_grad():
            for g, log in zip(self.gains, self.logs):
                g.copy_(log.exp())

    def state(self):
        return {"adam": self.adam.state_dict(), "auxiliary": self.auxiliary.state_dict()}

    def resume(self, old):
        self.adam.load_state_dict(old["adam"])
        self.auxiliary.load_state_dict(old["auxiliary"])
