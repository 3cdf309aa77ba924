"""L-MSFC in plain PyTorch, without CompressAI: Kim et al., "End-to-end learnable multi-scale feature compression for VCM" (2023).

State-dict keys and shapes are those of the authors' release, so official checkpoints load with strict=True:
g_a = FENet, g_s = DRNet (section III), h_a / h_s = hyperprior, context_prediction + entropy_parameters = joint autoregressive
entropy model, entropy_bottleneck = factorised prior of z (Balle et al. 2018, Minnen et al. 2018, Cheng et al. 2020).

    levels p2..p5 (n, F, h, w) -> FENet -> y (n, M, h/16, w/16) -> h_a -> z (n, M, h/64, w/64)      (h, w of the padded p2)

`qualities` > 0 adds gain vectors (Cui et al. 2021): one net for many rates. y_g = y * gain[q] is what the entropy model sees,
DRNet gets y_hat_g * inverse_gain[q]; between two trained q both are interpolated geometrically.
"""
import math

import torch
import torch.nn.functional as F
from torch import nn

MULTIPLES = (64, 32, 16, 8)  # p2..p5 are reflect-padded to these
LEVEL_WEIGHT = 0.2  # of each of the five MSEs of the loss, p2..p6
PEDESTAL = 2.0**-36
POINTWISE = 2  # dilation of 1x1 kernels: means nothing there, but keeps torch off its single-threaded BLAS path, which is slow with a reference BLAS
SCALE_BOUND, LIKELIHOOD_BOUND = 0.11, 1e-9


class _AtLeast(torch.autograd.Function):
    """max(x, bound) whose gradient also passes where it pushes x back above the bound."""

    @staticmethod
    def forward(ctx, x, bound):
        ctx.save_for_backward(x, bound)
        return torch.max(x, bound)

    @staticmethod
    def backward(ctx, grad):
        x, bound = ctx.saved_tensors
        return ((x >= bound) | (grad < 0)) * grad, None


class LowerBound(nn.Module):
    def __init__(self, bound):
        super().__init__()
        self.register_buffer("bound", torch.tensor([float(bound)]))

    def forward(self, x):
        return _AtLeast.apply(x, self.bound)


class NonNegative(nn.Module):
    """Stored value v stands for max(v, bound)^2 - 2^-36, which is at least `minimum`."""

    def __init__(self, minimum=0.0):
        super().__init__()
        self.register_buffer("pedestal", torch.tensor([PEDESTAL]))
        self.lower_bound = LowerBound(math.sqrt(minimum + PEDESTAL))

    def stored(self, value):
        return torch.sqrt(torch.clamp_min(value + PEDESTAL, PEDESTAL))

    def forward(self, v):
        return self.lower_bound(v) ** 2 - self.pedestal


class GDN(nn.Module):
    """x / sqrt(beta_i + sum_j gamma_ij x_j^2); the inverse multiplies (Balle et al. 2016)."""

    def __init__(self, channels, inverse=False):
        super().__init__()
        self.inverse = inverse
        self.beta_reparam, self.gamma_reparam = NonNegative(1e-6), NonNegative()
        self.beta = nn.Parameter(self.beta_reparam.stored(torch.ones(channels)))
        self.gamma = nn.Parameter(self.gamma_reparam.stored(0.1 * torch.eye(channels)))

    def forward(self, x):
        norm = F.conv2d(x * x, self.gamma_reparam(self.gamma)[:, :, None, None], self.beta_reparam(self.beta), dilation=POINTWISE)
        return x * (torch.sqrt(norm) if self.inverse else torch.rsqrt(norm))


def conv3x3(i, o, stride=1):
    return nn.Conv2d(i, o, 3, stride, 1)


def conv1x1(i, o, stride=1):
    return nn.Conv2d(i, o, 1, stride, dilation=POINTWISE)


def subpel3x3(i, o, r):
    return nn.Sequential(conv3x3(i, o * r * r), nn.PixelShuffle(r))


class ResidualBlockWithStride(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.conv1, self.conv2, self.gdn, self.skip = conv3x3(i, o, 2), conv3x3(o, o), GDN(o), conv1x1(i, o, 2)

    def forward(self, x):
        return self.gdn(self.conv2(F.leaky_relu(self.conv1(x)))) + self.skip(x)


class ResidualBlockUpsample(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.subpel_conv, self.conv, self.igdn, self.upsample = subpel3x3(i, o, 2), conv3x3(o, o), GDN(o, True), subpel3x3(i, o, 2)

    def forward(self, x):
        return self.igdn(self.conv(F.leaky_relu(self.subpel_conv(x)))) + self.upsample(x)


class ResidualBlock(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv1, self.conv2 = conv3x3(c, c), conv3x3(c, c)

    def forward(self, x):
        return F.leaky_relu(self.conv2(F.leaky_relu(self.conv1(x)))) + x


class ResidualUnit(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.conv = nn.Sequential(conv1x1(c, c // 2), nn.ReLU(), conv3x3(c // 2, c // 2), nn.ReLU(), conv1x1(c // 2, c))

    def forward(self, x):
        return F.relu(self.conv(x) + x)


class AttentionBlock(nn.Module):
    """Simplified attention of Cheng et al. 2020. ReLU, not LeakyReLU."""

    def __init__(self, c):
        super().__init__()
        self.conv_a = nn.Sequential(ResidualUnit(c), ResidualUnit(c), ResidualUnit(c))
        self.conv_b = nn.Sequential(ResidualUnit(c), ResidualUnit(c), ResidualUnit(c), conv1x1(c, c))

    def forward(self, x):
        return x + self.conv_a(x) * torch.sigmoid(self.conv_b(x))


class FENet(nn.Module):
    """Fusion and encoding: each step halves the running latent's side and takes in the next level."""

    def __init__(self, f, m, n):
        super().__init__()
        self.p2Encoder = nn.Sequential(ResidualBlockWithStride(f, n), ResidualBlock(n))
        self.p3Encoder = nn.Sequential(ResidualBlockWithStride(f + n, n), AttentionBlock(n), ResidualBlock(n))
        self.p4Encoder = nn.Sequential(ResidualBlockWithStride(f + n, n), ResidualBlock(n))
        self.p5Encoder = nn.Sequential(conv3x3(f + n, m, 2), AttentionBlock(m))

    def forward(self, p2, p3, p4, p5):
        y = self.p2Encoder(p2)  # 1/2 of p2
        y = self.p3Encoder(torch.cat([y, p3], 1))  # 1/4
        y = self.p4Encoder(torch.cat([y, p4], 1))  # 1/8
        return self.p5Encoder(torch.cat([y, p5], 1))  # M, 1/16


class FeatureMixingBlock(nn.Module):
    """Bottom-up mixing: the finer reconstructed level corrects the coarser one."""

    def __init__(self, f):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(f, f, 5, 2, 2), nn.LeakyReLU())
        self.conv2 = nn.Sequential(conv3x3(2 * f, f), nn.LeakyReLU())

    def forward(self, high, low):
        return self.conv2(torch.cat([self.conv1(high), low], 1)) + low


class DRNet(nn.Module):
    """Decoding and reconstruction: four independent branches from the attended latent, then bottom-up mixing."""

    def __init__(self, f, m, n):
        super().__init__()

        def up(i, o):
            return [ResidualBlock(i), ResidualBlockUpsample(i, o)]

        self.p5Decoder = nn.Sequential(*up(m, f))
        self.p4Decoder = nn.Sequential(*up(m, n), *up(n, f))
        self.p3Decoder = nn.Sequential(*up(m, n), *up(n, n), AttentionBlock(n), *up(n, f))
        self.p2Decoder = nn.Sequential(*up(m, n), *up(n, n), AttentionBlock(n), *up(n, n), ResidualBlock(n), subpel3x3(n, f, 2))
        self.decoder_attention = AttentionBlock(m)
        self.fmb23, self.fmb34, self.fmb45 = FeatureMixingBlock(f), FeatureMixingBlock(f), FeatureMixingBlock(f)

    def forward(self, y_hat):
        y = self.decoder_attention(y_hat)
        p2 = self.p2Decoder(y)
        p3 = self.fmb23(p2, self.p3Decoder(y))
        p4 = self.fmb34(p3, self.p4Decoder(y))
        p5 = self.fmb45(p4, self.p5Decoder(y))
        return p2, p3, p4, p5


class MaskedConv2d(nn.Conv2d):
    """Type A: sees only positions before its own in raster order."""

    def __init__(self, i, o, kernel):
        super().__init__(i, o, kernel, padding=kernel // 2)
        mask = torch.ones_like(self.weight)
        mask[:, :, kernel // 2, kernel // 2 :] = 0
        mask[:, :, kernel // 2 + 1 :] = 0
        self.register_buffer("mask", mask)

    def forward(self, x):
        return F.conv2d(x, self.weight * self.mask, self.bias, padding=self.padding)


class _EntropyModel(nn.Module):
    def __init__(self):
        super().__init__()
        for name in ("_offset", "_quantized_cdf", "_cdf_length"):
            self.register_buffer(name, torch.IntTensor())  # tables are built by the reader, from a named variant
        self.likelihood_lower_bound = LowerBound(LIKELIHOOD_BOUND)


def noisy(x):
    """The training stand-in for rounding."""
    return x + torch.empty_like(x).uniform_(-0.5, 0.5)


class EntropyBottleneck(_EntropyModel):
    """Factorised prior: one learned cumulative per channel, five layers of 1, 3, 3, 3, 3, 1 units."""

    filters = (1, 3, 3, 3, 3, 1)

    def __init__(self, channels, tail_mass=1e-9, init_scale=10.0):
        super().__init__()
        scale = init_scale ** (1 / (len(self.filters) - 1))
        for k, (i, o) in enumerate(zip(self.filters, self.filters[1:])):
            setattr(self, f"_matrix{k}", nn.Parameter(torch.full((channels, o, i), math.log(math.expm1(1 / scale / o)))))
            setattr(self, f"_bias{k}", nn.Parameter(torch.empty(channels, o, 1).uniform_(-0.5, 0.5)))
            if o > 1:
                setattr(self, f"_factor{k}", nn.Parameter(torch.zeros(channels, o, 1)))
        self.quantiles = nn.Parameter(torch.tensor([-init_scale, 0.0, init_scale]).repeat(channels, 1, 1))
        target = math.log(2 / tail_mass - 1)
        self.register_buffer("target", torch.tensor([-target, 0.0, target]))

    def logits(self, x, frozen=False):  # x (C, 1, n)
        keep = (lambda t: t.detach()) if frozen else (lambda t: t)
        last = len(self.filters) - 2
        for k in range(last + 1):
            # C tiny products; written out because a batched matmul is slower here
            x = (F.softplus(keep(getattr(self, f"_matrix{k}")))[..., None] * x[:, None]).sum(2) + keep(getattr(self, f"_bias{k}"))
            if k < last:
                x = x + torch.tanh(keep(getattr(self, f"_factor{k}"))) * torch.tanh(x)
        return x

    def medians(self):
        return self.quantiles[:, 0, 1].detach().view(1, -1, 1, 1)

    def forward(self, z):  # (n, C, h, w)
        z_hat = noisy(z) if self.training else torch.round(z - self.medians()) + self.medians()
        rows = z_hat.transpose(0, 1).reshape(z.shape[1], 1, -1)
        lower, upper = self.logits(rows - 0.5), self.logits(rows + 0.5)
        sign = -torch.sign(lower + upper).detach()
        likelihood = torch.abs(torch.sigmoid(sign * upper) - torch.sigmoid(sign * lower))
        likelihood = self.likelihood_lower_bound(likelihood)
        return z_hat, likelihood.reshape(z.shape[1], z.shape[0], *z.shape[2:]).transpose(0, 1)

    def quantile_loss(self):
        """Pulls the quantiles to tail_mass / 2, 1/2, 1 - tail_mass / 2; moves nothing else."""
        return torch.abs(self.logits(self.quantiles, frozen=True) - self.target).sum()


class GaussianConditional(_EntropyModel):
    def __init__(self):
        super().__init__()
        self.register_buffer("scale_table", torch.Tensor())
        self.register_buffer("scale_bound", torch.tensor([SCALE_BOUND]))
        self.lower_bound_scale = LowerBound(SCALE_BOUND)

    def likelihood(self, values, scales):
        """Probability of the unit interval around `values`, which have mean 0."""
        scales, v = self.lower_bound_scale(scales), torch.abs(values)
        return self.likelihood_lower_bound(phi((0.5 - v) / scales) - phi((-0.5 - v) / scales))


def phi(x):
    return 0.5 * torch.erfc(-(2**-0.5) * x)


def bits(likelihood):
    return -torch.log2(likelihood).sum()


class Lmsfc(nn.Module):
    """features = F (the authors' N), latent = M. context: the autoregressive model; qualities: gain vectors (0 = none).
    hidden: channels of FENet and DRNet above the latent's resolution; M in the paper. Fewer make a fast codec of a wide latent."""

    def __init__(self, features=256, latent=128, context=True, qualities=0, hidden=None):
        super().__init__()
        m, hidden = latent, hidden or latent
        self.features, self.latent, self.context, self.qualities = features, latent, context, qualities
        self.entropy_bottleneck = EntropyBottleneck(m)
        self.g_a, self.g_s = FENet(features, m, hidden), DRNet(features, m, hidden)
        relu = nn.LeakyReLU
        self.h_a = nn.Sequential(conv3x3(m, m), relu(), conv3x3(m, m), relu(), conv3x3(m, m, 2), relu(), conv3x3(m, m), relu(), conv3x3(m, m, 2))
        self.h_s = nn.Sequential(
            conv3x3(m, m), relu(), subpel3x3(m, m, 2), relu(), conv3x3(m, m * 3 // 2), relu(),
            subpel3x3(m * 3 // 2, m * 3 // 2, 2), relu(), conv3x3(m * 3 // 2, m * 2),
        )  # fmt: skip
        self.gaussian_conditional = GaussianConditional()
        if context:
            self.entropy_parameters = nn.Sequential(
                conv1x1(4 * m, m * 10 // 3), relu(), conv1x1(m * 10 // 3, m * 8 // 3), relu(), conv1x1(m * 8 // 3, m * 2)
            )
            self.context_prediction = MaskedConv2d(m, 2 * m, 5)
        if qualities:
            self.gain, self.inverse_gain = nn.Parameter(torch.ones(qualities, m)), nn.Parameter(torch.ones(qualities, m))

    # ---- gain

    def gains(self, q):
        """gain and inverse gain (1, M, 1, 1) at quality q in 0 .. Q-1, geometric between the trained ones."""
        if not self.qualities:
            return 1.0, 1.0
        low = min(int(q), self.qualities - 1)
        part = q - low
        high = min(low + 1, self.qualities - 1)
        return [(t[low] if part == 0 else t[low] ** (1 - part) * t[high] ** part).view(1, -1, 1, 1) for t in (self.gain, self.inverse_gain)]

    # ---- the parts, in coding order

    def analyse(self, levels, q=0):
        return self.g_a(*[padded(x, n) for x, n in zip(levels, MULTIPLES)]) * self.gains(q)[0]

    def synthesise(self, y_hat, sizes, q=0):
        """sizes: (h, w) of p2..p5 before padding."""
        return [cropped(x, *size) for x, size in zip(self.g_s(y_hat * self.gains(q)[1]), sizes)]

    def scales_means(self, hyper, y_hat=None):
        """Scales first, means second (the authors' order)."""
        if self.context:
            hyper = self.entropy_parameters(torch.cat([hyper, self.context_prediction(y_hat)], 1))
        return hyper.chunk(2, 1)

    def forward(self, levels, q=0):
        """Training: noise for rounding. Returns the reconstructed levels and the likelihoods of y and z.

        In evaluation mode this is the authors' forward(): rounds y itself with context, round(y - mean) + mean without."""
        y = self.analyse(levels, q)
        z_hat, z_likelihood = self.entropy_bottleneck(self.h_a(y))
        hyper = self.h_s(z_hat)
        y_hat = noisy(y) if self.training else torch.round(y)
        scales, means = self.scales_means(hyper, y_hat)
        if not (self.training or self.context):
            y_hat = torch.round(y - means) + means
        y_likelihood = self.gaussian_conditional.likelihood(y_hat - means, scales)
        return self.synthesise(y_hat, [x.shape[2:] for x in levels], q), y_likelihood, z_likelihood

    @torch.no_grad()
    def code(self, y):
        """What a real encoder does with y (1, M, h, w): dict of z, z_hat, hyper, symbols, y_hat, scales, means, and the bits of y and z."""
        z = self.h_a(y)
        z_hat, z_likelihood = self.entropy_bottleneck(z)
        hyper = self.h_s(z_hat)
        if self.context:
            symbols, y_hat, scales, means = self.code_in_order(y, hyper)
        else:
            scales, means = self.scales_means(hyper)
            symbols = torch.round(y - means)
            y_hat = symbols + means
        y_bits = bits(self.gaussian_conditional.likelihood(symbols, scales)).item()
        return {"z": z, "z_hat": z_hat, "hyper": hyper, "symbols": symbols, "y_hat": y_hat, "scales": scales, "means": means,
                "y_bits": y_bits, "z_bits": bits(z_likelihood).item()}  # fmt: skip

    def code_in_order(self, y, hyper):
        """Position by position: each mean and scale depends on the positions before it. symbol = round(y - mean), y_hat = symbol + mean."""
        _, m, h, w = y.shape
        weight, bias = self.context_prediction.weight * self.context_prediction.mask, self.context_prediction.bias
        y_hat, out = F.pad(torch.zeros_like(y), (2, 2, 2, 2)), [torch.zeros_like(y) for _ in range(3)]
        for i in range(h):
            for j in range(w):
                seen = F.conv2d(y_hat[:, :, i : i + 5, j : j + 5], weight, bias)  # (1, 2M, 1, 1)
                here = self.entropy_parameters(torch.cat([hyper[:, :, i : i + 1, j : j + 1], seen], 1))
                scales, means = here[0, :m, 0, 0], here[0, m:, 0, 0]
                symbols = torch.round(y[0, :, i, j] - means)
                y_hat[0, :, i + 2, j + 2] = symbols + means
                for tensor, value in zip(out, (symbols, scales, means)):
                    tensor[0, :, i, j] = value
        return out[0], y_hat[:, :, 2:-2, 2:-2], out[1], out[2]


def arch_of(config):
    """The arguments of a net that fits a pack, of the codec section of its model.json."""
    return {k: config[k] for k in ("features", "latent", "context", "qualities")} | {"hidden": config.get("hidden")}


# where channels are two vectors of M, or of 2 M, one behind the other: the old ones are not simply the first
_PAIRS = {"entropy_parameters.0.weight": 1, "entropy_parameters.4.weight": 0, "entropy_parameters.4.bias": 0}
# what sees the running latent and behind it a level of the pyramid, which has F channels in both
_JOINED = {f"g_a.{layer}.weight" for layer in ("p3Encoder.0.conv1", "p3Encoder.0.skip", "p4Encoder.0.conv1", "p4Encoder.0.skip", "p5Encoder.0")}


@torch.no_grad()
def widen(model, state):
    """Gives a model the weights of a narrower one (smaller M or hidden) so that it does what that one did: nothing old reads a new
    channel, new ones start at random."""
    own = model.state_dict()
    for key, value in own.items():
        old = state.get(key)
        if old is None or not value.is_floating_point() or value.dim() != old.dim() or not value.numel() or key.endswith("mask"):
            continue
        at = [_kept(a, b, 2 if _PAIRS.get(key) == axis else 1, model.features if key in _JOINED and axis == 1 else 0) for axis, (a, b) in enumerate(zip(old.shape, value.shape))]
        if key.endswith("weight") and value.shape != old.shape:
            value[at[0]] = 0
        value[torch.meshgrid(*at, indexing="ij")] = old.to(value.dtype)
    model.load_state_dict(own)


def _kept(old, new, parts, last):
    """Where the channels of a narrower net are in a wider one's; `last`: how many are the last ones in both."""
    part = torch.arange((old - last) // parts)
    return torch.cat([part + k * ((new - last) // parts) for k in range(parts)] + [torch.arange(new - last, new)])


def reflected(size, multiple, device=None):
    """Indexes that reflect-pad `size` to a multiple, the smaller half in front; repeated reflection where the side is short."""
    length = -(-size // multiple) * multiple
    i = torch.arange(length, device=device) - (length - size) // 2
    if size == 1:
        return torch.zeros_like(i)
    i = i.remainder(2 * (size - 1))
    return torch.minimum(i, 2 * (size - 1) - i)


def padded(x, multiple):
    h, w = x.shape[2:]
    if h % multiple:
        x = x.index_select(2, reflected(h, multiple, x.device))
    return x.index_select(3, reflected(w, multiple, x.device)) if w % multiple else x


def cropped(x, h, w):
    top, left = (x.shape[2] - h) // 2, (x.shape[3] - w) // 2
    return x[:, :, top : top + h, left : left + w]


def with_p6(levels):
    return [*levels, levels[3][:, :, ::2, ::2]]


def distortion(levels, decoded):
    """Sum over p2..p6 of 0.2 * MSE, on maps without padding."""
    return sum(LEVEL_WEIGHT * F.mse_loss(b, a) for a, b in zip(with_p6(levels), with_p6(decoded)))
