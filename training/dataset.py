"""Labelled photographs: a YOLO folder (images/ + labels/, `class cx cy w h`, relative) or a COCO JSON file.

Both become a list of `Sample`: path, boxes (n, 4) float32 in pixels as x1 y1 x2 y2, labels (n) int64 with 1 = first class
(0 is the background of torchvision's detectors). EXIF rotation is ignored, as the labels ignore it.
"""
import collections
import dataclasses
import json
import pathlib
import random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp"}


@dataclasses.dataclass
class Sample:
    path: pathlib.Path
    boxes: np.ndarray
    labels: np.ndarray
    pixels: np.ndarray = None  # (H, W, 3) uint8, kept after the first read

    def image(self, keep=True):
        """float32 tensor (3, H, W), RGB, 0..1."""
        pixels = self.pixels
        if pixels is None:
            with Image.open(self.path) as picture:
                pixels = np.asarray(picture.convert("RGB"))
            if keep:
                self.pixels = pixels
        return torch.from_numpy(pixels.copy()).permute(2, 0, 1).float().div_(255)


def read(folder, classes=None):
    """Read a data set: a `.json` file in COCO's format (images beside it or in images/), or a YOLO folder."""
    folder = pathlib.Path(folder)
    return read_coco(folder) if folder.suffix == ".json" else read_yolo(folder, classes)


def read_yolo(folder, classes=None):
    samples = []
    names = classes or yolo_names(folder)
    for path in images_in(folder / "images"):
        with Image.open(path) as picture:
            width, height = picture.size
        label_file = folder / "labels" / (path.stem + ".txt")
        rows = [line.split() for line in label_file.read_text().splitlines() if line.strip()] if label_file.exists() else []
        table = np.array([[float(v) for v in row[:5]] for row in rows], np.float32).reshape(-1, 5)
        centre, size = table[:, 1:3], table[:, 3:5]
        boxes = np.concatenate([centre - size / 2, centre + size / 2], 1) * np.array([width, height] * 2, np.float32)
        samples.append(Sample(path, *proper(boxes, table[:, 0].astype(np.int64) + 1)))
    return samples, names


def yolo_names(folder):
    """Class names from the `names: [...]` line of data.yaml in the folder or its parent."""
    for place in (folder / "data.yaml", folder.parent / "data.yaml"):
        if place.exists():
            for line in place.read_text().splitlines():
                if line.startswith("names:"):
                    return json.loads(line[len("names:"):].replace("'", '"'))
    raise SystemExit(f"no class names: {folder} has no data.yaml with a one-line names list")


def read_coco(path):
    data = json.loads(path.read_text())
    categories = sorted(data["categories"], key=lambda c: c["id"])
    label = {c["id"]: i + 1 for i, c in enumerate(categories)}
    boxes = {image["id"]: [] for image in data["images"]}
    for annotation in data["annotations"]:
        if not annotation.get("iscrowd"):
            x, y, w, h = annotation["bbox"]
            boxes[annotation["image_id"]].append([x, y, x + w, y + h, label[annotation["category_id"]]])
    samples = []
    for image in data["images"]:
        places = [path.parent / image["file_name"], path.parent / "images" / image["file_name"]]
        table = np.array(boxes[image["id"]], np.float32).reshape(-1, 5)
        samples.append(Sample(next(p for p in places if p.exists()), *proper(table[:, :4], table[:, 4].astype(np.int64))))
    return samples, [c["name"] for c in categories]


def alike(samples):
    """Those whose pictures have the most frequent size: views of them can be stacked."""
    sizes = []
    for sample in samples:
        with Image.open(sample.path) as picture:
            sizes.append(picture.size)
    size, count = collections.Counter(sizes).most_common(1)[0]
    if count < len(samples):
        print(f"{count} of {len(samples)} pictures are {size[0]} x {size[1]}; the others are left out", flush=True)
    return [sample for sample, own in zip(samples, sizes) if own == size]


def images_in(folder):
    return sorted(p for p in pathlib.Path(folder).iterdir() if p.suffix.lower() in SUFFIXES)


def proper(boxes, labels):
    """Drop boxes without an area: they make the loss infinite."""
    keep = ((boxes[:, 2:] - boxes[:, :2]) > 1).all(1)
    return boxes[keep], labels[keep]


def resize(image, scale):
    """The resize of torchvision's detectors: bilinear, half-pixel centres, no antialiasing, size floored."""
    return F.interpolate(image[None], scale_factor=scale, mode="bilinear", recompute_scale_factor=True, align_corners=False)[0]


def whole(sample, long_side, rng=random):
    """The picture at its size in use, perhaps flipped, and its target: for generated scenes, of which there are as many as one wants."""
    image = sample.image(keep=False)
    view = resize(image, long_side / max(image.shape[1:]))
    boxes = torch.from_numpy(sample.boxes) * torch.tensor([view.shape[2] / image.shape[2], view.shape[1] / image.shape[1]] * 2)
    if rng.random() < 0.5:
        view, boxes = view.flip(2), torch.stack([view.shape[2] - boxes[:, 2], boxes[:, 1], view.shape[2] - boxes[:, 0], boxes[:, 3]], 1)
    return view, {"boxes": boxes, "labels": torch.from_numpy(sample.labels)}


def augmented(sample, long_side, canvas, rng=random, keep=True, octaves=(-0.32, 0.68)):
    """One training view: random scale (2^octaves times `long_side`), flip and colour, a random crop of canvas = (width, height).

    Returns image (3, height, width) and a torchvision target. A box is kept when a third of it is inside the crop."""
    image = sample.image(keep)
    _, height, width = image.shape
    scale = long_side / max(height, width) * 2 ** rng.uniform(*octaves)
    view = resize(image, scale)
    _, h, w = view.shape
    boxes = torch.from_numpy(sample.boxes) * torch.tensor([w / width, h / height] * 2)
    width, height = canvas
    left, top = rng.randint(min(0, w - width), max(0, w - width)), rng.randint(min(0, h - height), max(0, h - height))
    view = F.pad(view, (-left, left + width - w, -top, top + height - h))  # negative pads crop, positive ones add black
    boxes = boxes - torch.tensor([left, top] * 2, dtype=torch.float32)
    inside = torch.minimum(boxes.clamp(min=0), torch.tensor([width, height] * 2))
    area = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    seen = (inside[:, 2:] - inside[:, :2]).prod(1)
    keep = (seen > area / 3) & ((inside[:, 2:] - inside[:, :2]) > 2).all(1)
    boxes, labels = inside[keep], torch.from_numpy(sample.labels)[keep]
    if rng.random() < 0.5:
        view, boxes = view.flip(2), torch.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], 1)
    view = view * torch.tensor([rng.uniform(0.85, 1.15) for _ in range(3)]).view(3, 1, 1) * rng.uniform(0.7, 1.3)
    grey = view.mean()
    view = ((view - grey) * rng.uniform(0.75, 1.25) + grey).clamp(0, 1)
    return view, {"boxes": boxes, "labels": labels}
