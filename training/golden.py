"""The formulas of the golden vectors (README.md section 1 of the golden folder): weights and pyramids from hashes, in float64."""
import numpy as np
import torch

U = np.uint64


def key_hash(key):
    h = 0xCBF29CE484222325
    for byte in key.encode():
        h = ((h ^ byte) * 0x100000001B3) & (2**64 - 1)
    return h


def uniform(key, count, seed):
    """u(key, i, seed) for i in 0..count-1: FNV-1a of the key, one splitmix64 step, 24 bits."""
    with np.errstate(over="ignore"):
        x = U(key_hash(key)) + np.arange(count, dtype=U) * U(0x9E3779B97F4A7C15) + U(int(seed)) + U(0x9E3779B97F4A7C15)
        x = (x ^ (x >> U(30))) * U(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> U(27))) * U(0x94D049BB133111EB)
        x ^= x >> U(31)
    return (x >> U(40)).astype(np.float64) / 2.0**24


def tensor(e):
    """One entry of recipe.json."""
    shape, fill = e["shape"], e["fill"]
    n = int(np.prod(shape))
    kind = {"f32": np.float32, "i32": np.int32, "i64": np.int64}[e["dtype"]]
    i = np.arange(n)
    u = uniform(e["key"], n, e["seed"]) if "seed" in e else None
    if fill in ("weight", "weight_split"):
        bound = (2 * u - 1) * np.sqrt(3 / e["fan_in"])
        v = bound * (e["gain"] if fill == "weight" else np.where(i // e["fan_in"] < e["split"], e.get("gain0"), e.get("gain1")))
    elif fill == "affine":
        v = e["c"] + (2 * u - 1) * e["a"]
    elif fill == "scale_bias":
        t = u * u
        v = np.where(i < e["split"], e["c"] + e["a"] * ((t * t) * t), (2 * u - 1) * e["b"])
    elif fill == "gdn_gamma":
        ch = e.get("ch", shape[0])
        v = np.where(i // ch == i % ch, e["d"] + (2 * u - 1) * e["dd"], (u - e["q"]) * e["o"])
    elif fill == "eb_quantiles":
        u = u.reshape(-1, 3)
        middle = (2 * u[:, 1] - 1) * e["m"]
        v = np.stack([middle - (e["lo"] + u[:, 0] * e["w"]), middle, middle + (e["lo"] + u[:, 2] * e["w"])], 1)
    elif fill == "mask_a":
        kernel = shape[2] * shape[3]
        v = (i % kernel < kernel // 2).astype(np.float64)
    elif fill == "const":
        v = np.full(n, e["value"])
    elif fill in ("list", "empty"):
        v = np.array(e.get("values", []), np.float64)
    else:
        raise ValueError(fill)
    return torch.from_numpy(np.asarray(v).astype(kind).reshape(shape))


def state_dict(recipe):
    return {e["key"]: tensor(e) for e in recipe["entries"]}


def field(key, c, h, w, seed, step=8, s=2.0, n=0.5):
    gh, gw = (h - 1) // step + 2, (w - 1) // step + 2
    lattice = (2 * uniform(key + ".lat", c * gh * gw, seed) - 1).reshape(c, gh, gw)
    noise = (2 * uniform(key + ".noise", c * h * w, seed) - 1).reshape(c, h, w)
    y, x = np.arange(h), np.arange(w)
    fy, fx = ((y % step) / float(step))[:, None], ((x % step) / float(step))[None]
    a, b = y // step, x // step
    top = (1 - fx) * lattice[:, a][:, :, b] + fx * lattice[:, a][:, :, b + 1]
    bottom = (1 - fx) * lattice[:, a + 1][:, :, b] + fx * lattice[:, a + 1][:, :, b + 1]
    return s * ((1 - fy) * top + fy * bottom) + n * noise


def pyramid(key, seed, channels, h, w):
    """p2..p5 as (1, C, h, w) float32."""
    levels = []
    for level in range(2, 6):
        levels.append(torch.from_numpy(field(f"{key}.p{level}", channels, h, w, seed).astype(np.float32))[None])
        h, w = (h + 1) // 2, (w + 1) // 2
    return levels
