"""L-MSFC of a pyramid whose fine levels have nothing of their own.

Without lateral connections (`--fade`, detector.fade_laterals) p2 and p3 are what the FPN's output convolutions make of p4's inner map,
scaled up. A codec of such a pyramid need not look at p2 and p3, and its decoder need only restore that inner map, at a sixteenth of
p2's positions: a step of 8 pictures takes 1.7 s of two cores where the whole codec takes 4.8 s for one, with its detector. What it learned then
becomes a whole L-MSFC (`whole`) in which the fine levels' layers do what the FPN does, and which learns on from there.
"""
import torch
import torch.nn.functional as F

import lmsfc

QUIET = -4.0  # bias of an attention gate that lets 2 % through


def doubled(x):
    """The FPN's way up: nearest neighbour."""
    return F.interpolate(x, scale_factor=2.0)


def start(codec, net, pictures):
    """The best that the codec's skips can do alone, in closed form: gradient descent takes thousands of steps to get there.
    pictures: inner map of p4, p4 and p5 of each, (F, h, w) and (F, h/2, w/2). Blocks, mixing and attention begin as the identity
    (Goyal et al. 2017, section 5.1), and each layer as the linear map of its input that says most about what is behind it: reduced-rank regression (Izenman 1975), in units of
    object_distortion."""
    for module in codec.modules():
        if isinstance(module, lmsfc.ResidualBlock):
            silent(module.conv2)
        elif isinstance(module, lmsfc.FeatureMixingBlock):
            silent(module.conv2[0])
        elif isinstance(module, lmsfc.AttentionBlock):
            shut(module)
        elif isinstance(module, lmsfc.ResidualBlockUpsample):
            silent(module.conv)
    with torch.no_grad():
        linear(codec, net, *[torch.stack(x).float() for x in zip(*pictures)])


def linear(codec, net, inner, p4, p5):
    g_a, g_s, (fine, middle) = codec.g_a, codec.g_s, [net.backbone.fpn.layer_blocks[k][0] for k in (1, 0)]
    running = g_a.p4Encoder[0].conv1.in_channels - codec.features
    seen = [p4, *[F.conv2d(inner, conv.weight.sum((2, 3), keepdim=True), conv.bias, dilation=lmsfc.POINTWISE) for conv in (fine, middle)]]

    # p4 -> r, half its side: what says most about p4, p3 and p2
    first = g_a.p4Encoder[0]
    weight, bias = reduced(windows(p4, 2), phases_of(torch.cat([unit(x) for x in seen], 1)), codec.features)
    silent(first.skip), silent(first.conv1), silent(first.conv2)
    r = F.conv2d(p4, weight.view(-1, codec.features, 3, 3), bias, 2, 1)
    first.conv1.weight[:, running:] = weight.view(-1, codec.features, 3, 3)
    away = 4 * r.transpose(0, 1).flatten(1).std(1)  # from the kink of the leaky ReLU
    first.conv1.bias.copy_(bias + away)
    first.conv2.weight[range(len(away)), range(len(away)), 1, 1] = 1
    first.conv2.bias.copy_(-away)
    first.gdn.gamma.copy_(first.gdn.gamma_reparam.stored(1e-5 * torch.eye(len(away))))

    # r and p5 -> y: what says most about both; p5 has a quarter of p4's values, so each counts four times
    both = torch.cat([r, p5], 1)
    weight, bias = reduced(windows(both, 2), phases_of(torch.cat([r, 2 * unit(p5)], 1)), codec.latent)
    weight, bias = weight / 5, bias / 5
    g_a.p5Encoder[0].weight.copy_(weight.view(-1, both.shape[1], 3, 3)), g_a.p5Encoder[0].bias.copy_(bias)
    y = g_a.p5Encoder(both)
    if codec.qualities:  # what a Wiener filter does with the noise of rounding
        power = y.transpose(0, 1).flatten(1).var(1)
        codec.inverse_gain.copy_(codec.gain * power / (codec.gain**2 * power + 1 / 12))

    # and back
    y = g_s.decoder_attention(y)
    upwards(g_s.p5Decoder[1], y, p5)
    for branch, what in ((g_s.p4Decoder, p4), (g_s.p3Decoder, inner)):
        upwards(branch[1], y, r)
        upwards(branch[3], branch[1](y), what)


def upwards(block, x, target):
    """Makes the skip of a ResidualBlockUpsample the regression of `target`, twice its side, on x."""
    conv = block.upsample[0]
    weight, bias = regression(windows(x, 1), phases_of(target))
    # phases are outermost in `phases_of`, innermost in a pixel shuffle
    weight, bias = (t.view(4, -1, *t.shape[1:]).transpose(0, 1).flatten(0, 1) for t in (weight, bias))
    conv.weight.copy_(weight.view_as(conv.weight)), conv.bias.copy_(bias)


def unit(x):
    """Channels in the units in which object_distortion counts errors."""
    rows = x.transpose(0, 1).flatten(1)
    variance = rows.var(1)
    return (x - rows.mean(1).view(1, -1, 1, 1)) / (variance + 0.1 * variance.mean()).sqrt().view(1, -1, 1, 1)


def windows(x, stride):
    """What a 3x3 convolution sees, a row for each of its output positions (n h w, C 9)."""
    return F.unfold(x, 3, padding=1, stride=stride).transpose(1, 2).flatten(0, 1)


def phases_of(x):
    """The four values of each square of 2x2, a row for each square (n h/2 w/2, 4 C)."""
    return torch.cat([x[:, :, a::2, b::2].permute(0, 2, 3, 1).flatten(0, 2) for a in (0, 1) for b in (0, 1)], 1)


def product(a, b):
    """a @ b as a convolution, for the sake of torch without a BLAS (detector.without_blas)."""
    return F.conv2d(b[None, :, :, None], a[:, :, None, None].contiguous(), dilation=lmsfc.POINTWISE)[0, :, :, 0]


def regression(x, y):
    """Weight (out, in) and bias of the linear map from rows x to rows y with the least squares."""
    x_mean, y_mean = x.mean(0), y.mean(0)
    x, y = x - x_mean, y - y_mean
    square = product(x.t(), x)
    square.diagonal().add_(1e-4 * square.diagonal().mean())
    weight = torch.linalg.solve(square.double(), product(x.t(), y).double()).float().t()
    return weight, y_mean - (weight * x_mean).sum(1)


def reduced(x, y, rank):
    """Weight (rank, in) and bias of the `rank` numbers that say most about y, of all linear ones of x; their mean is 0."""
    weight, _ = regression(x, y)
    x_mean = x.mean(0)
    said = product(x - x_mean, weight.t())
    _, vectors = torch.linalg.eigh(product(said.t(), said).double())
    weight = product(vectors[:, -rank:].float().t(), weight)
    return weight, -(weight * x_mean).sum(1)


@torch.no_grad()
def silent(conv):
    conv.weight.zero_(), conv.bias.zero_()


@torch.no_grad()
def shut(attention):
    gate = attention.conv_b[-1]
    gate.weight.mul_(0.1), gate.bias.fill_(QUIET)


class Coarse(lmsfc.Lmsfc):
    """The same parameters as an Lmsfc; of them p2Encoder, p3Encoder, p2Decoder, the end of p3Decoder and the mixing blocks are not used.
    Needs the FPN's output convolutions: `see(net)`."""

    def __init__(self, features, latent, context=True, qualities=0, hidden=None):
        super().__init__(features, latent, context, qualities, hidden)
        if (hidden or latent) != features:
            raise SystemExit(f"a coarse codec needs as many channels above the latent's resolution as the pyramid has: {hidden or latent}, {features}")

    def see(self, net):
        """net: the detector, or its weight average. Not a part of this module: neither copied nor trained with it."""
        self.__dict__["blocks"] = [block[0] for block in net.backbone.fpn.layer_blocks]
        return self

    def encode(self, p4, p5):
        none = p4.new_zeros(len(p4), self.g_a.p4Encoder[0].conv1.in_channels - self.features, *p4.shape[2:])
        return self.g_a.p5Encoder(torch.cat([self.g_a.p4Encoder(torch.cat([none, p4], 1)), p5], 1))

    def decode(self, y_hat):
        """p4, p5 and the inner map of p4."""
        y = self.g_s.decoder_attention(y_hat)
        return self.g_s.p4Decoder(y), self.g_s.p5Decoder(y), self.g_s.p3Decoder[:4](y)

    def analyse(self, levels, q=0):
        return self.encode(*[lmsfc.padded(x, n) for x, n in zip(levels[2:], lmsfc.MULTIPLES[2:])]) * self.gains(q)[0]

    def synthesise(self, y_hat, sizes, q=0):
        return [lmsfc.cropped(x, *size) for x, size in zip(self.pyramid(*self.decode(y_hat * self.gains(q)[1])), sizes)]

    def pyramid(self, p4, p5, inner):
        """p2..p5."""
        p3 = doubled(inner)
        return [self.blocks[0](doubled(p3)), self.blocks[1](p3), p4, p5]


@torch.no_grad()
def whole(coarse, net):
    """The weights of an Lmsfc that does what a coarse codec does (up to the gates), in the coarse codec's own unused layers: DRNet's branches of p2 and p3 become the
    FPN's convolutions in the form of subpixel convolutions, FENet does not look at p2 and p3 yet."""
    g_a, g_s = coarse.g_a, coarse.g_s
    running = g_a.p4Encoder[0].conv1.in_channels - coarse.features
    for conv in (g_a.p4Encoder[0].conv1, g_a.p4Encoder[0].skip):
        conv.weight[:, :running] = 0
    for block in (g_s.fmb23, g_s.fmb34, g_s.fmb45):
        silent(block.conv2[0])
    for a, b in zip(g_s.p2Decoder[:4], g_s.p3Decoder[:4]):
        a.load_state_dict(b.state_dict())
    for attention, block in ((g_s.p3Decoder[4], g_s.p3Decoder[5]), (g_s.p2Decoder[4], g_s.p2Decoder[5]), (None, g_s.p2Decoder[7])):
        silent(block.conv2)
        if attention:
            shut(attention)
    copy = torch.zeros_like(net.backbone.fpn.layer_blocks[0][0].weight)
    copy[range(len(copy)), range(len(copy)), 1, 1] = 1
    for up, kernel, bias in (
        (g_s.p3Decoder[6], net.backbone.fpn.layer_blocks[1][0].weight, net.backbone.fpn.layer_blocks[1][0].bias),
        (g_s.p2Decoder[6], copy, 0.0),
    ):
        silent(up.conv)
        phases(up.upsample[0], kernel, bias)
    phases(g_s.p2Decoder[8][0], net.backbone.fpn.layer_blocks[0][0].weight, net.backbone.fpn.layer_blocks[0][0].bias)
    return coarse.state_dict()


def phases(conv, kernel, bias):
    """A 3x3 convolution of a map doubled by nearest neighbour, as the 3x3 convolution of the map itself that a pixel shuffle by 2 follows:
    output pixel (2i + a, 2j + b) sees the doubled map at 2i + a + u, which is row i + floor((a + u) / 2) of the map, u = -1, 0, 1."""
    for a in (0, 1):
        for b in (0, 1):
            part = conv.weight[2 * a + b :: 4]
            part.zero_()
            for u in (-1, 0, 1):
                for v in (-1, 0, 1):
                    part[:, :, 1 + (a + u) // 2, 1 + (b + v) // 2] += kernel[:, :, 1 + u, 1 + v]
            conv.bias[2 * a + b :: 4] = bias
