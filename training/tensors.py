"""safetensors, read and written: u64 header length, JSON header padded to 8 bytes, little-endian data."""
import json
import os
import pathlib
import struct

import numpy as np
import torch

NAMES = {torch.float32: "F32", torch.float16: "F16", torch.float64: "F64", torch.int32: "I32", torch.int64: "I64", torch.uint8: "U8", torch.int8: "I8"}
SCALE = "_scale"  # what the names of a quantized tensor's factors end with (docs/models.md)
TYPES = {name: dtype for dtype, name in NAMES.items()}


def write(path, tensors):
    header, end, blobs = {}, 0, []
    for name, t in tensors.items():
        blob = t.detach().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": NAMES[t.dtype], "shape": list(t.shape), "data_offsets": [end, end + len(blob)]}
        end += len(blob)
        blobs.append(blob)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(str(path) + ".part", "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        f.writelines(blobs)
    os.replace(str(path) + ".part", path)


def read(path):
    """name -> tensor, memory-mapped: nothing is copied until it is used. Treat the tensors as read-only."""
    with open(path, "rb") as f:
        (size,) = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(size))
    data = np.memmap(path, mode="c", dtype=np.uint8, offset=8 + size) if os.path.getsize(path) > 8 + size else np.zeros(0, np.uint8)
    out = {}
    for name, entry in header.items():
        if name != "__metadata__":
            a, b = entry["data_offsets"]
            dtype = TYPES[entry["dtype"]]
            out[name] = torch.frombuffer(data[a:b], dtype=dtype).reshape(entry["shape"]) if b > a else torch.empty(entry["shape"], dtype=dtype)
    return out


def dequantized(weights):
    """Floats for all tensors, and for pairs of integers and factors what they stand for."""
    out = {}
    for name, value in weights.items():
        scale = weights.get(name + SCALE)
        if value.dtype == torch.int8 and scale is not None:
            out[name] = value.float() * scale.view(-1, *[1] * (value.dim() - 1))
        elif not (name.endswith(SCALE) and weights.get(name[: -len(SCALE)], value).dtype == torch.int8):
            out[name] = value.float() if value.is_floating_point() else value
    return out


def save(path, content):
    """torch.save, then a rename: never half a checkpoint."""
    torch.save(content, str(path) + ".part")
    os.replace(str(path) + ".part", path)


@torch.no_grad()
def average(mean, live, keep):
    """Moves the weight average `mean` towards the model in training."""
    for a, b in zip(mean.state_dict().values(), live.state_dict().values()):
        a.lerp_(b, 1 - keep) if a.is_floating_point() else a.copy_(b)


def weights_of(path):
    """The weights of a checkpoint (.pt of the training scripts), a .safetensors file or a folder of them (a pack)."""
    path, weights = pathlib.Path(path), {}
    if path.suffix == ".pt":
        weights = torch.load(path, map_location="cpu")["model"]
    for part in [path] if path.suffix == ".safetensors" else sorted(path.glob("*.safetensors")):
        weights.update(read(part))
    return dequantized(weights)


def initialise(model, path):
    """Gives a model whatever a file has (see weights_of) under the same name in the same shape. Returns the names of what it has not."""
    weights, own = weights_of(path), model.state_dict()
    same = {k: v.to(own[k].dtype) for k, v in weights.items() if k in own and own[k].shape == v.shape}
    model.load_state_dict(same, strict=False)
    print(f"{len(same)} of {len(own)} tensors from {path}", flush=True)
    return [key for key in own if key not in same]
