"""Error of Winograd F(4x4, 3x3) in float32 for several interpolation points 0, +-a, +-b, infinity.

    python3 docs/design/winograd_points.py        (numpy only; about a minute)

Random inputs after a LeakyReLU, weights uniform with variance 1 / fan_in, 192 input channels. Prints the largest and the
root-mean-square error against float64, relative to the largest output, and those of direct summation.
"""
import numpy as np

F32 = np.float32


def matrices(a, b):
    """B^T, G and A^T for the points 0, a, -a, b, -b, infinity."""
    points = [0, a, -a, b, -b]
    a2, b2 = a * a, b * b
    bt = np.array([[a2 * b2, 0, -(a2 + b2), 0, 1, 0],
                   [0, -a * b2, -b2, a, 1, 0],
                   [0, a * b2, -b2, -a, 1, 0],
                   [0, -b * a2, -a2, b, 1, 0],
                   [0, b * a2, -a2, -b, 1, 0],
                   [0, a2 * b2, 0, -(a2 + b2), 0, 1]])
    g, at = np.zeros((6, 3)), np.zeros((4, 6))
    for i, p in enumerate(points):
        g[i] = np.array([1, p, p * p]) / np.prod([p - q for q in points if q != p])
        at[:, i] = [1, p, p * p, p ** 3]
    g[5, 2] = at[3, 5] = 1
    return bt, g, at


def transform(m, x, axis):
    """m applied along one axis, every operation rounded to float32."""
    lines = []
    for row in m.astype(F32):
        total = None
        for k in np.flatnonzero(row):
            term = (np.take(x, k, axis) * row[k]).astype(F32)
            total = term if total is None else (total + term).astype(F32)
        lines.append(total)
    return np.stack(lines, axis)


def errors(a, b, channels=192, tiles=64, outputs=64):
    rng = np.random.default_rng(0)
    bt, g, at = matrices(a, b)
    x = rng.standard_normal((tiles, channels, 6, 6)).astype(F32)
    x = np.where(x > 0, x, F32(0.01) * x).astype(F32)
    w = (rng.uniform(-1, 1, (outputs, channels, 3, 3)) * np.sqrt(3 / (9 * channels))).astype(F32)
    u = np.einsum('ij,ocjk,lk->ocil', g, w.astype(np.float64), g).astype(F32)
    v = transform(bt, transform(bt, x, 2), 3)
    m = np.zeros((tiles, outputs, 6, 6), F32)
    for c in range(channels):
        m = (m + v[:, None, c] * u[None, :, c]).astype(F32)
    winograd = transform(at, transform(at, m, 2), 3)
    exact = np.zeros((tiles, outputs, 4, 4))
    direct = np.zeros((tiles, outputs, 4, 4), F32)
    for i in range(3):
        for j in range(3):
            patch = x[:, :, i:i + 4, j:j + 4]
            exact += np.einsum('tcij,oc->toij', patch.astype(np.float64), w[:, :, i, j].astype(np.float64))
            for c in range(channels):
                direct = (direct + patch[:, None, c] * w[None, :, c, i, j, None, None]).astype(F32)
    top = np.abs(exact).max()
    e, d = np.abs(winograd - exact) / top, np.abs(direct - exact) / top
    return e.max(), np.sqrt((e ** 2).mean()), d.max(), np.sqrt((d ** 2).mean())


if __name__ == '__main__':
    print('   a      b     Winograd max, rms      direct max, rms')
    for a, b in [(1, 2), (.5, 1), (.5, 1.5), (.5, 2), (.625, 1.25), (.625, 1.5), (2 ** -.5, 2 ** .5), (.75, 1.25), (.75, 1.5)]:
        print('%.4f %.4f   %.2e %.2e   %.2e %.2e' % (a, b, *errors(a, b)))
