"""A second implementation of Facet, written from docs/numerics.md and docs/stream.md with nothing but numpy.

    python3 docs/independent/facet.py PACK PYRAMID.safetensors STREAM.fcm DECODED.safetensors

Takes a pack, a pyramid, the stream that `facet encode` made of it and the features that `facet decode` restored, and checks bit by bit: the model's digest, both
integer tables, the stream (encoded anew: every byte) and the features (decoded anew: every bit). It shares no code with the Java implementation, knows no
vectors and no threads. It reads single images only.
"""
import functools
import hashlib
import json
import math
import pathlib
import re
import struct
import sys

import numpy as np

F32, F64 = np.float32, np.float64


# ---- numerics.md, 1: arithmetic


def fma(a, b, c):
    """a * b + c with one rounding to float32.

    The product of two floats is exact in float64. The sum is rounded there once; rounding it again to float32 goes wrong only if it lies exactly between two floats
    (or the result is subnormal), and then the first rounding is replaced by rounding to odd (Boldo and Melquiond, 2008), which loses nothing.
    """
    p = np.multiply(a, b, dtype=F64)
    c = np.broadcast_to(np.asarray(c, F64), p.shape)
    s = p + c
    hard = (s.view(np.int64) & 0x1FFFFFFF) == 0x10000000
    hard |= np.abs(s) < 2.0**-125
    if hard.any():
        ph, ch, sh = p[hard], c[hard], s[hard]
        t = sh - ph
        error = (ph - (sh - t)) + (ch - t)
        even = (error != 0) & (sh.view(np.int64) & 1 == 0)
        s[hard] = np.where(even, (sh.view(np.int64) + np.where((error > 0) == (sh > 0), 1, -1)).view(F64), sh)
    return s.astype(F32)


# ---- 2, 3: convolution


def leaky(x):
    return np.where(x < 0, F32(0.01) * x, x)


def relu(x):
    return np.where(x < 0, F32(0), x)


def direct(x, w, bias, stride, pad, taps):
    """(H, W, I) with w (O, I, k, k)."""
    o, n, k, _ = w.shape
    x = np.pad(x, ((pad, pad), (pad, pad), (0, 0)))
    h, wd = (x.shape[0] - k) // stride + 1, (x.shape[1] - k) // stride + 1
    acc = np.broadcast_to(bias, (h, wd, o))
    for tap in range(taps):
        ky, kx = divmod(tap, k)
        seen = x[ky : ky + (h - 1) * stride + 1 : stride, kx : kx + (wd - 1) * stride + 1 : stride]
        for i in range(n):
            acc = fma(seen[:, :, i, None], w[:, i, ky, kx], acc)
    return acc


P, Q = F32(0.75), F32(1.5)
P2, Q2, P3, Q3 = P * P, Q * Q, P * P * P, Q * Q * Q


def winograd_filter(w):
    """(O, I, 3, 3) to u[r][s] (O, I): float64, rounded once."""
    points = [0.0, 0.75, -0.75, 1.5, -1.5]
    g = np.zeros((6, 3))
    for r, p in enumerate(points):
        distance = 1.0
        for other in points:
            if other != p:
                distance *= p - other
        g[r] = 1 / distance, p / distance, p * p / distance
    g[5, 2] = 1
    w = w.astype(F64)
    half = [[g[r, 0] * w[:, :, 0, x] + g[r, 1] * w[:, :, 1, x] + g[r, 2] * w[:, :, 2, x] for x in range(3)] for r in range(6)]
    return [[(half[r][0] * g[s, 0] + half[r][1] * g[s, 1] + half[r][2] * g[s, 2]).astype(F32) for s in range(6)] for r in range(6)]


def winograd_input(x):
    x0, x1, x2, x3, x4, x5 = x
    even_p, odd_p, even_q, odd_q = fma(-Q2, x2, x4), fma(-Q2, x1, x3), fma(-P2, x2, x4), fma(-P2, x1, x3)
    return [
        fma(P2 * Q2, x0, fma(-(P2 + Q2), x2, x4)),
        fma(P, odd_p, even_p), fma(-P, odd_p, even_p), fma(Q, odd_q, even_q), fma(-Q, odd_q, even_q),
        fma(P2 * Q2, x1, fma(-(P2 + Q2), x3, x5)),
    ]  # fmt: skip


def winograd_output(m):
    m0, m1, m2, m3, m4, m5 = m
    sum_p, difference_p, sum_q, difference_q = m1 + m2, m1 - m2, m3 + m4, m3 - m4
    return [
        (m0 + sum_p) + sum_q,
        fma(Q, difference_q, P * difference_p),
        fma(Q2, sum_q, P2 * sum_p),
        fma(Q3, difference_q, fma(P3, difference_p, m5)),
    ]


def winograd(x, w, bias):
    h, wd, n = x.shape
    rows, columns = -(-h // 4), -(-wd // 4)
    x = np.pad(x, ((1, 4 * rows + 1 - h), (1, 4 * columns + 1 - wd), (0, 0)))
    tile = [[x[r : r + 4 * rows - 3 : 4, s : s + 4 * columns - 3 : 4].reshape(-1, n) for s in range(6)] for r in range(6)]
    down = [winograd_input([tile[r][s] for r in range(6)]) for s in range(6)]  # [s][r]
    v = [winograd_input([down[s][r] for s in range(6)]) for r in range(6)]  # [r][s]
    u = winograd_filter(w)
    m = [[None] * 6 for _ in range(6)]
    for r in range(6):
        for s in range(6):
            acc = np.zeros((rows * columns, w.shape[0]), F32)
            for i in range(n):
                acc = fma(v[r][s][:, i, None], u[r][s][:, i], acc)
            m[r][s] = acc
    down = [winograd_output([m[r][s] for r in range(6)]) for s in range(6)]
    y = np.empty((rows, 4, columns, 4, w.shape[0]), F32)
    for r in range(4):
        for s, values in enumerate(winograd_output([down[s][r] for s in range(6)])):
            y[:, r, :, s] = (values + bias).reshape(rows, columns, -1)
    return y.reshape(4 * rows, 4 * columns, -1)[:h, :wd]


class Network:
    """The layers of numerics.md 9, by the names of the checkpoint."""

    def __init__(self, weights):
        self.weights = weights

    def conv(self, key, x, k, stride=1, act=None, before=None, after=None, r=1, pad=None, taps=None):
        w, bias = self.weights[key + ".weight"], self.weights[key + ".bias"]
        assert w.shape[2:] == (k, k), key
        o, n = w.shape[:2]
        if k == 3 and stride == 1 and o >= 16 and n >= 16:
            y = winograd(x, w, bias)
        else:
            y = direct(x, w, bias, stride, k // 2 if pad is None else pad, taps or k * k)
        if r > 1:
            h, wd, _ = y.shape
            y = y.reshape(h, wd, o // r**2, r, r).transpose(0, 3, 1, 4, 2).reshape(h * r, wd * r, -1)
        y = y if before is None else y + before
        y = act(y) if act else y
        return y if after is None else y + after

    def gdn(self, key, x, inverse, after):
        beta, gamma = (np.maximum(self.weights[f"{key}.{name}"], bound) for name, bound in
                       (("beta", F32(float.fromhex("0x1.06255ap-10"))), ("gamma", F32(2.0**-18))))  # fmt: skip
        pedestal = F32(2.0**-36)
        beta, gamma = beta * beta - pedestal, gamma * gamma - pedestal
        square = x * x
        norm = np.broadcast_to(beta, x.shape)
        for j in range(x.shape[2]):
            norm = fma(square[:, :, j, None], gamma[:, j], norm)
        root = np.sqrt(norm)
        return (x * root if inverse else x / root) + after

    def unit(self, key, x):
        h = self.conv(key + ".conv.2", self.conv(key + ".conv.0", x, 1, act=relu), 3, act=relu)
        return self.conv(key + ".conv.4", h, 1, before=x, act=relu)

    def attention(self, key, x):
        a = b = x
        for i in range(3):
            a, b = self.unit(f"{key}.conv_a.{i}", a), self.unit(f"{key}.conv_b.{i}", b)
        return fma(a, sigmoid(self.conv(key + ".conv_b.3", b, 1)), x)

    def residual(self, key, x):
        return self.conv(key + ".conv2", self.conv(key + ".conv1", x, 3, act=leaky), 3, act=leaky, after=x)

    def down(self, key, x):
        h = self.conv(key + ".conv2", self.conv(key + ".conv1", x, 3, 2, act=leaky), 3)
        return self.gdn(key + ".gdn", h, False, self.conv(key + ".skip", x, 1, 2))

    def up(self, key, x):
        h = self.conv(key + ".conv", self.conv(key + ".subpel_conv.0", x, 3, r=2, act=leaky), 3)
        return self.gdn(key + ".igdn", h, True, self.conv(key + ".upsample.0", x, 3, r=2))

    def chain(self, key, x, *layers):
        for i, layer in enumerate(layers):
            x = layer(f"{key}.{i}", x)
        return x

    def mix(self, key, finer, coarser):
        h = self.conv(key + ".conv1.0", finer, 5, 2, act=leaky)
        return self.conv(key + ".conv2.0", np.concatenate([h, coarser], 2), 3, act=leaky, after=coarser)

    def g_a(self, p2, p3, p4, p5):
        join = lambda *xs: np.concatenate(xs, 2)
        y = self.chain("g_a.p2Encoder", p2, self.down, self.residual)
        y = self.chain("g_a.p3Encoder", join(y, p3), self.down, self.attention, self.residual)
        y = self.chain("g_a.p4Encoder", join(y, p4), self.down, self.residual)
        return self.chain("g_a.p5Encoder", join(y, p5), lambda key, x: self.conv(key, x, 3, 2), self.attention)

    def g_s(self, y):
        y = self.attention("g_s.decoder_attention", y)
        one = [self.residual, self.up]
        last = lambda key, x: self.conv(key + ".0", x, 3, r=2)
        p2 = self.chain("g_s.p2Decoder", y, *one, *one, self.attention, *one, self.residual, last)
        p3 = self.mix("g_s.fmb23", p2, self.chain("g_s.p3Decoder", y, *one, *one, self.attention, *one))
        p4 = self.mix("g_s.fmb34", p3, self.chain("g_s.p4Decoder", y, *one, *one))
        return p2, p3, p4, self.mix("g_s.fmb45", p4, self.chain("g_s.p5Decoder", y, *one))

    def h_a(self, y):
        for i, (stride, act) in enumerate([(1, leaky), (1, leaky), (2, leaky), (1, leaky), (2, None)]):
            y = self.conv(f"h_a.{2 * i}", y, 3, stride, act)
        return y

    def h_s(self, z):
        for key, r, act in (("0", 1, leaky), ("2.0", 2, leaky), ("4", 1, leaky), ("6.0", 2, leaky), ("8", 1, None)):
            z = self.conv("h_s." + key, z, 3, act=act, r=r)
        return z

    def gaussians(self, hyper, seen):
        """Scales and means of one position: hyper (2M), seen (5, 5, M), the neighbours decoded so far."""
        if "context_prediction.weight" in self.weights:
            x = np.concatenate([hyper, self.conv("context_prediction", seen, 5, pad=0, taps=12)[0, 0]])[None, None]
            for key, act in (("0", leaky), ("2", leaky), ("4", None)):
                x = self.conv("entropy_parameters." + key, x, 1, act=act)
            hyper = x[0, 0]
        return np.split(hyper, 2)


# ---- 5: elementary functions


def exp(x):
    r0 = F32(12582912)
    t = np.minimum(np.maximum(x, F32(-87)), F32(87))
    n = fma(t, F32(float.fromhex("0x1.715476p0")), r0) - r0
    r = fma(n, F32(-float.fromhex("0x1.7f7d1cp-20")), fma(n, F32(-float.fromhex("0x1.62e4p-1")), t))
    p = F32(1.9875691500e-4)
    for e in (1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1):
        p = fma(p, r, F32(e))
    return (fma(p, r * r, r) + F32(1)) * ((n.astype(np.int32) + 127) << 23).view(F32)


def sigmoid(x):
    return F32(1) / (F32(1) + exp(-x))


# ---- 6: tables


def quantized_cdf(pmf):
    frequencies = [math.floor(float(F32(p)) * 65536 + 0.5) for p in pmf]
    total = sum(frequencies)
    bins = [65536 * f // total for f in frequencies]
    bins[-1] += 65536 - sum(bins)
    for i, b in enumerate(bins):
        if b == 0:
            donor = min((v, k) for k, v in enumerate(bins) if v > 1)[1]
            bins[donor] -= 1
            bins[i] = 1
    return [0, *np.cumsum(bins).tolist()]


def gaussian_tables(scales):
    corrections = {0x41FCD287: (19, 691), 0x424ECD2F: (33, 413), 0x42F4B0DE: (47, 199)}
    phi = lambda t: 0.5 * math.erfc(-0.70710678118654752440 * t)
    rows, offsets = [], []
    for scale in scales:
        c = math.ceil(float(F32(scale * F32(6.1094102048693975))))
        s = float(scale)
        half = [phi((0.5 - k) / s) - phi((-0.5 - k) / s) for k in range(c + 1)]
        pmf = half[:0:-1] + half + [2 * phi((-0.5 - c) / s)]
        distance, frequency = corrections.get(int(scale.view(np.uint32)), (None, None))
        if distance is not None:
            pmf[c - distance] = pmf[c + distance] = frequency / 65536
        rows.append(quantized_cdf(pmf))
        offsets.append(-c)
    return rows, offsets


def factorized_tables(w):
    quantiles = w["entropy_bottleneck.quantiles"].reshape(-1, 3)
    softplus = lambda x: x if x > 20 else math.log1p(math.exp(x))
    sigmoid = lambda x: 1 / (1 + math.exp(-x))
    matrix = [np.vectorize(softplus)(w[f"entropy_bottleneck._matrix{k}"].astype(F64)) for k in range(5)]
    bias = [w[f"entropy_bottleneck._bias{k}"].astype(F64) for k in range(5)]
    gate = [np.vectorize(math.tanh)(w[f"entropy_bottleneck._factor{k}"].astype(F64)) for k in range(4)]

    def logit(c, x):
        v = [x]
        for k in range(5):
            out = []
            for o in range(matrix[k].shape[1]):
                total = 0.0
                for i, value in enumerate(v):
                    total += matrix[k][c, o, i] * value
                total += bias[k][c, o, 0]
                out.append(total + gate[k][c, o, 0] * math.tanh(total) if k < 4 else total)
            v = out
        return v[0]

    below = [max(0, math.ceil(q[1] - q[0])) for q in quantiles]
    length = [b + max(0, math.ceil(q[2] - q[1])) + 1 for b, q in zip(below, quantiles)]
    rows = []
    for c, (b, n) in enumerate(zip(below, length)):
        first, pmf = float(quantiles[c, 1]) - b, []
        for k in range(n):
            lower, upper = logit(c, first + k - 0.5), logit(c, first + k + 0.5)
            sign = -1 if lower + upper > 0 else 1
            pmf.append(abs(sigmoid(sign * upper) - sigmoid(sign * lower)))
        pmf.append(sigmoid(logit(c, first - 0.5)) + sigmoid(-logit(c, first + (max(length) - 1) + 0.5)))
        rows.append(quantized_cdf(pmf))
    return rows, [-b for b in below]


# ---- 7: borders


def reflected(x, height, width):
    for axis, size in ((0, height), (1, width)):
        n = x.shape[axis]
        i = np.arange(size) - (size - n) // 2
        j = i % (2 * (n - 1)) if n > 1 else 0 * i
        x = np.take(x, np.where(j < n, j, 2 * (n - 1) - j), axis)
    return x


def cropped(x, height, width):
    top, left = (x.shape[0] - height) // 2, (x.shape[1] - width) // 2
    return x[top : top + height, left : left + width]


# ---- stream.md: rANS, varints, checks


class Decoder:
    def __init__(self, data):
        n = len(data) if len(data) < 8 else 4 + len(data) % 4
        self.x, self.data = int.from_bytes(data[:n], "little"), data[n:]
        self.refill()

    def refill(self):
        if self.x < 1 << 31 and self.data:
            self.x = self.x << 32 | int.from_bytes(self.data[:4], "little")
            self.data = self.data[4:]

    def digit(self):
        d = self.x & 15
        self.x >>= 4
        self.refill()
        return d

    def symbol(self, cdf, offset):
        low = self.x & 0xFFFF
        b = int(np.searchsorted(cdf, low, "right")) - 1
        self.x = (cdf[b + 1] - cdf[b]) * (self.x >> 16) + low - cdf[b]
        self.refill()
        escape = len(cdf) - 2
        if b == escape:
            code = sum(self.digit() << 4 * i for i in range(self.digit()))
            b = -(code >> 1) - 1 if code & 1 else (code >> 1) + escape
        return b + offset

    def finish(self):
        assert self.x == 1 and not self.data, "the stream does not end where the symbols do"


class Encoder:
    def __init__(self):
        self.steps = []  # (start, frequency), or (digit, 0)

    def symbol(self, value, cdf, offset):
        b, escape = value - offset, len(cdf) - 2
        inside = 0 <= b < escape
        k = b if inside else escape
        self.steps.append((cdf[k], cdf[k + 1] - cdf[k]))
        if not inside:
            code = -2 * b - 1 if b < 0 else 2 * (b - escape)
            digits = -(-code.bit_length() // 4)
            self.steps += [(digits, 0), *((code >> 4 * d & 15, 0) for d in range(digits))]

    def finish(self):
        x, words = 1, []
        for start, frequency in reversed(self.steps):
            if x >= (frequency << 47 if frequency else 1 << 59):
                words.append(x & 0xFFFFFFFF)
                x >>= 32
            x = (x // frequency << 16) + x % frequency + start if frequency else x << 4 | start
        n = max(1, -(-x.bit_length() // 8))
        if n == 8:
            words.append(x & 0xFFFFFFFF)
            x, n = x >> 32, 4
        return x.to_bytes(n, "little") + b"".join(w.to_bytes(4, "little") for w in reversed(words))


def varint(n):
    out = b""
    while n >= 128:
        out, n = out + bytes([n & 127 | 128]), n >> 7
    return out + bytes([n])


@functools.cache
def crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = n >> 1 ^ (0x82F63B78 if n & 1 else 0)
        table.append(n)
    return table


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ crc_table()[(crc ^ byte) & 255]
    return crc ^ 0xFFFFFFFF


def halves(shapes):
    return all(b == ((a[0] + 1) // 2, (a[1] + 1) // 2) for a, b in zip(shapes, shapes[1:]))


def write_stream(model, steps, shapes, payload):
    assert halves(shapes), "this script writes ceil halves only"
    header = b"FCM" + bytes([1, {"lmsfc": 1, "lmsfc-gain": 2}[model.kind], 1, 0]) + model.digest[:4]
    record = varint(steps * 8 + 3) + varint(shapes[0][0]) + varint(shapes[0][1]) + varint(len(payload)) + payload
    return header + record + struct.pack(">I", crc32c(model.digest + header + record))


def read_stream(model, data):
    at = 11

    def number():
        nonlocal at
        n = shift = 0
        while True:
            n |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 128:
                return n

    assert data[:4] == b"FCM\1" and data[5:7] == b"\1\0" and data[7:11] == model.digest[:4]
    head = number()
    shapes = [(number(), number())]
    mask = number() if head & 7 == 4 else 0
    for i in range(3):
        h, w = shapes[-1]
        shapes.append((number(), number()) if mask >> i & 1 else ((h + 1) // 2, (w + 1) // 2))
    length = number()
    payload = data[at : at + length]
    assert struct.pack(">I", crc32c(model.digest + data[: at + length])) == data[at + length :], "frame check"
    return head >> 3, shapes, payload


# ---- packs and features


def read_safetensors(path):
    data = pathlib.Path(path).read_bytes()
    (n,) = struct.unpack("<Q", data[:8])
    kinds = {"F32": "<f4", "F16": "<f2", "F64": "<f8", "I8": "i1", "I32": "<i4", "I64": "<i8", "U8": "u1"}
    tensors = {}
    for name, t in json.loads(data[8 : 8 + n]).items():
        if name != "__metadata__":
            a, b = t["data_offsets"]
            tensors[name] = np.frombuffer(data[8 + n + a : 8 + n + b], kinds[t["dtype"]]).reshape(t["shape"])
    return tensors


def read_pyramid(path):
    """(H, W, C) levels."""
    tensors = read_safetensors(path)
    levels = [tensors[p].astype(F32) for p in ("p2", "p3", "p4", "p5")]
    return [np.ascontiguousarray(x.reshape(x.shape[-3:]).transpose(1, 2, 0)) for x in levels]


CONSTANT = re.compile(r".*(_reparam\.|likelihood_lower_bound|lower_bound_scale).*|(.*\.)?mask|(.*\.)?target|(.*\.)?scale_bound")
TABLE = re.compile(r"(.*\.)?(_quantized_cdf|_cdf_length|_offset|scale_table)")


class Model:
    def __init__(self, pack):
        pack = pathlib.Path(pack)
        self.about = json.loads((pack / "model.json").read_text())
        self.config, self.kind = self.about["codec"], self.about["kind"]
        tensors = {}
        for name in self.config["weights"]:
            tensors |= read_safetensors(pack / name)
        for name in [k for k in tensors if k + "_scale" in tensors and tensors[k].dtype == np.int8]:
            scale = tensors.pop(name + "_scale").astype(F32)
            tensors[name] = tensors[name].astype(F32) * scale.reshape(-1, *[1] * (tensors[name].ndim - 1))
        keep = {k: v for k, v in tensors.items() if not CONSTANT.fullmatch(k)}
        self.tensors = {k: v.astype(F32 if v.dtype.kind == "f" else np.int32) for k, v in keep.items()}
        self.digest = self.model_digest()
        self.network = Network({k: v for k, v in self.tensors.items() if not TABLE.fullmatch(k)})
        self.scales = self.tensors["gaussian_conditional.scale_table"]
        self.y_tables, self.z_tables = self.stored("gaussian_conditional"), self.stored("entropy_bottleneck")
        self.medians = self.tensors["entropy_bottleneck.quantiles"].reshape(-1, 3)[:, 1]

    def stored(self, name):
        cdf, length, offset = (self.tensors[f"{name}.{part}"] for part in ("_quantized_cdf", "_cdf_length", "_offset"))
        return [row[:n].tolist() for row, n in zip(cdf, length)], offset.tolist()

    def model_digest(self):
        """javadoc of dev.facet.codec.ModelDigest"""
        i32 = lambda *n: struct.pack(f"<{len(n)}i", *n)
        text = lambda s: i32(len(s.encode())) + s.encode()
        c = self.config
        sha = hashlib.sha256(b"facet-model-1" + text(self.kind) + i32(c["features"], c["latent"], c["context"], c["qualities"], len(self.tensors)))
        for name in sorted(self.tensors):
            t = self.tensors[name]
            sha.update(text(name) + i32(0 if t.dtype == F32 else 1, t.ndim, *t.shape) + t.tobytes())
        return sha.digest()

    def gain(self, name, steps):
        if name not in self.tensors:
            return None
        q, t = divmod(steps, 32)
        g = self.tensors[name]
        if t == 0:
            return g[q]
        t /= 32
        return np.array([math.exp((1 - t) * math.log(a) + t * math.log(b)) for a, b in zip(g[q].tolist(), g[q + 1].tolist())]).astype(F32)

    def walk_y(self, hyper, symbol_of):
        """Every position in coding order. symbol_of(means, rows, (y, x)) encodes or decodes M symbols. Returns y_hat."""
        h, w, m = *hyper.shape[:2], hyper.shape[2] // 2
        padded = np.zeros((h + 4, w + 4, m), F32)
        context = self.config["context"]
        order = lambda p: (p[1] + 3 * p[0], p[0]) if context else p
        for y, x in sorted(((y, x) for y in range(h) for x in range(w)), key=order):
            scales, means = self.network.gaussians(hyper[y, x], padded[y : y + 5, x : x + 5])
            rows = np.minimum(np.searchsorted(self.scales, scales, "left"), len(self.scales) - 1)
            padded[y + 2, x + 2] = np.array(symbol_of(means, rows, (y, x)), F32) + means
        return padded[2:-2, 2:-2]

    def encode(self, levels, steps):
        h, w = (-(-n // 64) * 64 for n in levels[0].shape[:2])
        y = self.network.g_a(*(reflected(x, h >> i, w >> i) for i, x in enumerate(levels)))
        gain = self.gain("gain", steps)
        y = y if gain is None else y * gain
        z = np.rint(self.network.h_a(y) - self.medians)
        out = Encoder()
        for value, c in zip(z.astype(int).ravel().tolist(), np.broadcast_to(np.arange(z.shape[2]), z.shape).ravel().tolist()):
            out.symbol(value, self.z_tables[0][c], self.z_tables[1][c])

        def code(means, rows, at):
            symbols = np.rint(y[at] - means).astype(int).tolist()
            for value, row in zip(symbols, rows):
                out.symbol(value, self.y_tables[0][row], self.y_tables[1][row])
            return symbols

        self.walk_y(self.network.h_s(z + self.medians), code)
        return write_stream(self, steps, [x.shape[:2] for x in levels], out.finish())

    def decode(self, stream):
        steps, shapes, payload = read_stream(self, stream)
        h, w = (-(-n // 64) for n in shapes[0])
        source = Decoder(payload)
        z = np.zeros((h, w, len(self.medians)), F32)
        for i in np.ndindex(*z.shape):
            z[i] = source.symbol(self.z_tables[0][i[2]], self.z_tables[1][i[2]])
        y = self.walk_y(
            self.network.h_s(z + self.medians),
            lambda means, rows, at: [source.symbol(self.y_tables[0][row], self.y_tables[1][row]) for row in rows],
        )
        source.finish()
        gain = self.gain("inverse_gain", steps)
        levels = self.network.g_s(y if gain is None else y * gain)
        return steps, [cropped(x, *shape) for x, shape in zip(levels, shapes)]


def main():
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    pack, pyramid, stream, decoded = sys.argv[1:]
    model, stream = Model(pack), pathlib.Path(stream).read_bytes()
    failed = []

    def check(what, same):
        print(f"{what}: {'the same' if same else 'DIFFERENT'}", flush=True)
        failed.extend([] if same else [what])

    check("model digest " + model.digest.hex()[:8], model.digest.hex() == model.about["digest"])
    check("64 Gaussian tables", gaussian_tables(model.scales) == model.y_tables)
    check(f"{len(model.medians)} tables of z", factorized_tables(model.tensors) == model.z_tables)
    steps, levels = model.decode(stream)
    digest = hashlib.sha256(b"".join(struct.pack("<3i", *x.shape) + x.tobytes() for x in levels)).hexdigest()
    expected = read_pyramid(decoded)
    check(f"features at quality {steps / 32:g}, {digest[:16]}", all(a.tobytes() == b.tobytes() for a, b in zip(levels, expected)))
    check(f"stream of {len(stream)} bytes", model.encode(read_pyramid(pyramid), steps) == stream)
    sys.exit(f"different: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
