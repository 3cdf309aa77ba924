"""Faster R-CNN on a ResNet + FPN, from torchvision's pieces and with torchvision's state-dict key names.

`--depth 10` is ResNet-18 with one BasicBlock for each stage. The pyramid is p2..p5 (strides 4..32) with `width` channels and
torchvision's `pool` level p6 = p5[::2, ::2], as in L-MSFC (Kim et al. 2023, section III).
"""
import json

import torch
import torch.nn.functional as F
from torch import nn
from torchvision.models.detection import FasterRCNN
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.models.detection.backbone_utils import BackboneWithFPN
from torchvision.models.detection.image_list import ImageList
from torchvision.models.detection.faster_rcnn import FastRCNNPredictor, TwoMLPHead
from torchvision.ops import MultiScaleRoIAlign
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

import tensors

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
BLOCKS = {10: (BasicBlock, [1, 1, 1, 1]), 18: (BasicBlock, [2, 2, 2, 2]), 50: (Bottleneck, [3, 4, 6, 3])}
LEVELS = ["p2", "p3", "p4", "p5"]
RATIOS = [0.5, 1.0, 2.0]


class Linear(nn.Linear):
    """nn.Linear computed as a 1x1 convolution. Same parameters, same keys."""

    def forward(self, x):
        rows = x.t()[None, :, :, None]  # (1, in, n, 1)
        return F.conv2d(rows, self.weight[:, :, None, None], self.bias, dilation=2)[0, :, :, 0].t()


def without_blas(model):
    """Distribution builds of torch come with a reference BLAS, tens of times slower than their convolutions. Linear layers and
    (with one thread) 1x1 convolutions end there; a dilation, which means nothing for a 1x1 kernel, keeps the latter away."""
    for module in model.modules():
        if type(module) is nn.Linear:
            module.__class__ = Linear
        elif isinstance(module, nn.Conv2d) and module.kernel_size == (1, 1):
            module.dilation = (2, 2)
    return model


def build(classes, depth=10, width=128, hidden=256, long_side=320, anchors=(16, 32, 64, 128, 256), canonical=224):
    """A detector for `classes` object classes. The longer image side is scaled to `long_side`, then padded to 32. Boxes are classified by p4 from
    `canonical` pixels (the root of their area) on, by p3 from half of it, and so on (Lin et al. 2017, eq. 1)."""
    block, counts = BLOCKS[depth]
    body = ResNet(block, counts)
    channels = [c * block.expansion for c in (64, 128, 256, 512)]
    backbone = BackboneWithFPN(body, {f"layer{i + 1}": str(i) for i in range(4)}, channels, width)
    model = FasterRCNN(
        backbone,
        min_size=long_side,
        max_size=long_side,
        image_mean=MEAN,
        image_std=STD,
        rpn_anchor_generator=AnchorGenerator(tuple((a,) for a in anchors), (tuple(RATIOS),) * len(anchors)),
        box_roi_pool=MultiScaleRoIAlign(["0", "1", "2", "3"], 7, 2, canonical_scale=canonical),
        box_head=TwoMLPHead(width * 7 * 7, hidden),
        box_predictor=FastRCNNPredictor(hidden, classes + 1),
        rpn_pre_nms_top_n_train=1000,
        rpn_post_nms_top_n_train=300,
        box_batch_size_per_image=64,
    )
    return without_blas(model)


def of_checkpoint(checkpoint):
    """The detector of a file written by train_detector.py, in evaluation mode."""
    model = build(len(checkpoint["classes"]), **checkpoint["arch"])
    model.load_state_dict(checkpoint["model"])
    return model.eval()


def of_pack(pack):
    """The pack's detector in PyTorch, in evaluation mode."""
    section = json.loads((pack / "model.json").read_text())["detector"]
    weights = {}
    for name in section["weights"]:
        weights.update(tensors.read(pack / name))
    weights = tensors.dequantized(weights)
    depth = int(section["arch"].split("resnet")[1].split("-")[0])
    net = build(
        len(section["classes"]),
        depth=depth,
        width=weights["backbone.fpn.layer_blocks.0.0.weight"].shape[0],
        hidden=weights["roi_heads.box_head.fc6.weight"].shape[0],
        long_side=section["input"]["long_side"],
        anchors=section["anchors"]["sizes"],
        canonical=section.get("canonical_scale", 224),
    )
    missing, unexpected = net.load_state_dict(weights, strict=False)
    wrong = [k for k in missing if not k.endswith("num_batches_tracked")] + unexpected
    if wrong:
        raise SystemExit(f"{pack}: weights do not fit: {wrong[:3]}")
    return net.eval()


def load(path):
    checkpoint = torch.load(path, map_location="cpu")
    return of_checkpoint(checkpoint), checkpoint


@torch.no_grad()
def pyramid(model, image, resize=True):
    """p2..p5 of one image (3, H, W), as the head sees them: list of (1, F, h, w)."""
    transform = model.transform
    batch = transform([image])[0].tensors if resize else transform.batch_images([transform.normalize(image)], transform.size_divisible)
    levels = model.backbone(batch)
    return [levels[str(i)] for i in range(4)]


def named(levels):
    """p2..p5 as torchvision's heads take them, with the pool level."""
    return {**{str(i): x for i, x in enumerate(levels)}, "pool": levels[3][:, :, ::2, ::2]}


@torch.no_grad()
def detect(model, image, levels):
    """Detections for one image (3, H, W) from the given p2..p5 instead of the backbone's own: boxes, labels, scores."""
    batch, _ = model.transform([image])
    features = named(levels)
    proposals, _ = model.rpn(batch, features)
    found, _ = model.roi_heads(features, proposals, batch.image_sizes)
    return model.transform.postprocess(found, batch.image_sizes, [image.shape[1:]])[0]


def options(p):
    """What makes a pyramid that codes well."""
    p.add_argument("--canonical", type=int, default=224, help="side of the boxes that the head classifies by p4; smaller: coarser levels")
    p.add_argument("--freeze", type=int, default=0, help="the stem and so many stages stay as they are (1: a third of the detector's time, 4: the whole backbone but for the pyramid)")
    p.add_argument("--energy", type=float, default=0.0, help="weight of the features' mean square: what the detector does not need goes, and with it the bits and errors of it")
    p.add_argument("--fade", type=int, default=0, help="over so many steps p2 and p3 lose their lateral connections (see fade_laterals); 0: they keep them")


def freeze(net, stages):
    """Takes the stem and the first stages out of the training. Returns them."""
    body = net.backbone.body
    parts = [body.conv1, body.bn1, body.layer1, body.layer2, body.layer3, body.layer4]
    return [part.requires_grad_(False) for part in parts[: stages + 2 if stages else 0]]


def energy(levels):
    """Mean square of the features, all levels alike."""
    return sum(x.square().mean() for x in levels) / len(levels)


@torch.no_grad()
def fade_laterals(net, mean_net, step, steps):
    """Takes the lateral connections of p2 and p3 away little by little, until at `steps` both levels are what top-down convolutions make
    of p4. What a block of 64 x 64 pixels says is then F * (4 * 4 + 2 * 2) numbers instead of F * 340, for a latent of M."""
    rest = max(0.0, 1 - (step + 1) / steps) / max(1e-9, 1 - step / steps)
    for lateral, mean in zip(net.backbone.fpn.inner_blocks[:2], mean_net.backbone.fpn.inner_blocks[:2]):
        for live, average in zip(lateral.parameters(), mean.parameters()):
            average.copy_(live.mul_(rest))


def head_parts(model):
    """What runs on the server: proposals and boxes from a pyramid."""
    return {"rpn": model.rpn, "roi_heads": model.roi_heads}


def head_state(model):
    return {f"{name}.{key}": value for name, part in head_parts(model).items() for key, value in part.state_dict().items()}


def task_loss(model, levels, targets):
    """The training loss of the head (RPN, then boxes; torchvision's sum of four) on p2..p5 (n, F, h, w), decoded ones for instance.

    targets: dicts of boxes (pixels of the padded picture, that is 4 x p2) and labels."""
    features = named(levels)
    size = (4 * levels[0].shape[2], 4 * levels[0].shape[3])
    pictures = ImageList(levels[0].new_empty(len(levels[0]), 1, *size), [size] * len(levels[0]))
    proposals, first = model.rpn(pictures, features, targets)
    _, second = model.roi_heads(features, proposals, pictures.image_sizes, targets)
    return sum(first.values()) + sum(second.values())
