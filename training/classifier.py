"""Narrow VGG16 and ResNet-50 with torchvision's state-dict key names, and crops of labelled objects to train and test them on.

`width` 16 is a quarter of the published networks' channels. A pooling before VGG's first fully connected layer brings the map to
2 x 2 (published: 7 x 7 of 224 pixels).
"""
import numpy as np
import torch
from PIL import Image
from torch import nn
from torchvision.models.resnet import Bottleneck

import dataset
from detector import MEAN, STD, without_blas

CONTEXT = 1.25  # side of the square that is cut, over the box's longer side
GROUPS = (2, 2, 3, 3, 3)
BLOCKS = (3, 4, 6, 3)
VGG_SIDE = 2


class Vgg16(nn.Module):
    """torchvision.models.vgg16 with `width`, 2, 4, 8 and 8 `width` channels and fully connected layers of `hidden`."""

    def __init__(self, classes, width, hidden):
        super().__init__()
        layers, channels = [], 3
        for group, count in enumerate(GROUPS):
            for _ in range(count):
                out = width * min(8, 2**group)
                layers += [nn.Conv2d(channels, out, 3, padding=1), nn.ReLU(inplace=True)]
                channels = out
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(VGG_SIDE)
        self.classifier = nn.Sequential(
            nn.Linear(channels * VGG_SIDE**2, hidden), nn.ReLU(inplace=True), nn.Dropout(),
            nn.Linear(hidden, hidden), nn.ReLU(inplace=True), nn.Dropout(), nn.Linear(hidden, classes))
        for layer in self.features:
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
                nn.init.zeros_(layer.bias)

    def forward(self, x):
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


class ResNet50(nn.Module):
    """torchvision.models.resnet50 with stages of 4, 8, 16 and 32 `width` channels."""

    def __init__(self, classes, width, hidden):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        channels = width
        for stage, count in enumerate(BLOCKS):
            planes, blocks = width * 2**stage, []
            for i in range(count):
                stride = 2 if stage > 0 and i == 0 else 1
                skip = None
                if i == 0:
                    skip = nn.Sequential(nn.Conv2d(channels, 4 * planes, 1, stride=stride, bias=False), nn.BatchNorm2d(4 * planes))
                blocks.append(Bottleneck(channels, planes, stride, skip))
                channels = 4 * planes
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.maxpool(self.bn1(self.conv1(x)).relu())
        for stage in range(4):
            x = getattr(self, f"layer{stage + 1}")(x)
        return self.fc(x.mean((2, 3)))


NETWORKS = {"vgg16": Vgg16, "resnet50": ResNet50}


def build(classes, arch, width, hidden, side):
    """`side`: of the crops, for whoever makes them; both networks take any."""
    del side
    return without_blas(NETWORKS[arch](classes, width, hidden))


def crops(path, least):
    """Squares around the objects of a data set whose longer side has at least `least` pixels, twice as large as the box, black beyond the
    picture: list of (uint8 (S, S, 3), longer side of the box in it, label from 0)."""
    found = []
    for sample in dataset.read(path)[0]:
        with Image.open(sample.path) as picture:
            picture = picture.convert("RGB")
        for (x1, y1, x2, y2), label in zip(sample.boxes.tolist(), sample.labels.tolist()):
            longer = max(x2 - x1, y2 - y1)
            if longer >= least:
                cut = picture.crop([round(v) for v in ((x1 + x2) / 2 - longer, (y1 + y2) / 2 - longer, (x1 + x2) / 2 + longer, (y1 + y2) / 2 + longer)])
                shrink = min(1, 256 / cut.width)
                if shrink < 1:
                    cut = cut.resize((256, 256), Image.BILINEAR)
                found.append((np.asarray(cut), longer * shrink, label - 1))
    return found


def view(crop, side, jitter=None):
    """What the network sees of a crop: normalised (3, side, side). `jitter`: a random.Random for place, size, mirror and light."""
    pixels, longer, _ = crop
    half, x, y = CONTEXT * longer / 2, pixels.shape[1] / 2, pixels.shape[0] / 2
    if jitter:
        half *= jitter.uniform(0.85, 1.25)
        x += jitter.uniform(-0.12, 0.12) * longer
        y += jitter.uniform(-0.12, 0.12) * longer
    cut = Image.fromarray(pixels).crop([round(v) for v in (x - half, y - half, x + half, y + half)])
    image = torch.from_numpy(np.asarray(cut.resize((side, side), Image.BILINEAR)).copy()).permute(2, 0, 1).float() / 255
    if jitter:
        if jitter.random() < 0.5:
            image = image.flip(2)
        image = (image * jitter.uniform(0.8, 1.25)).clamp(0, 1)
    return (image - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)


def load(path):
    checkpoint = torch.load(path, map_location="cpu")
    model = build(len(checkpoint["classes"]), **checkpoint["arch"])
    model.load_state_dict(checkpoint["model"])
    return model.eval(), checkpoint
