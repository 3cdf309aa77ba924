"""Tests of what the trainings have in common: python3 -m unittest discover -s training

Whether lmsfc.py computes what the authors' code does is check_golden.py's question, whether Facet computes what a pack says that of its own tests.
"""
import json
import pathlib
import random
import tempfile
import unittest

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

import coarse
import dataset
import detector
import export
import lmsfc
import tensors
from average_precision import ap50
from train_joint import object_distortion, yielding

MODELS = pathlib.Path(__file__).resolve().parent.parent / "models"


def pyramid(features=8, height=32, width=48, n=1):
    """p2..p5 of noise."""
    return [torch.randn(n, features, height >> k, width >> k) for k in range(4)]


class Case(unittest.TestCase):
    def setUp(self):
        torch.set_num_threads(1)
        torch.manual_seed(5)

    def close(self, a, b, relative=1e-5):
        self.assertEqual(a.shape, b.shape)
        self.assertLessEqual((a - b).abs().max().item(), relative * b.abs().max().item())


class Tensors(Case):
    def test_written_is_read(self):
        given = {"a": torch.randn(3, 4), "b": torch.arange(5, dtype=torch.int8), "none": torch.zeros(0), "h": torch.randn(2).half()}
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.safetensors"
            tensors.write(path, given)
            got = tensors.read(path)
            self.assertEqual(list(got), list(given))
            for name, value in given.items():
                self.assertEqual(got[name].dtype, value.dtype)
                self.assertTrue(torch.equal(got[name], value), name)

    def test_i8_is_within_half_a_step_and_fine_parts_are_not_i8(self):
        state = lmsfc.Lmsfc(8, 6, True, 3).state_dict()
        packed = export.stored(state, "i8")
        back = tensors.dequantized(packed)
        quantized = [name for name, value in packed.items() if value.dtype == torch.int8]
        self.assertIn("g_s.p5Decoder.1.conv.weight", quantized)
        for name, value in back.items():
            if name in quantized:
                step = packed[name + tensors.SCALE].view(-1, *[1] * (value.dim() - 1))
                self.assertTrue(((value - state[name]).abs() <= 0.5001 * step).all(), name)
            elif export.FINE.search(name) and value.dim() > 1:
                self.close(value, state[name], 1e-3)
            else:
                self.assertTrue(torch.equal(value, state[name]), name)


class Widening(Case):
    def test_a_wider_codec_does_what_the_narrow_one_did(self):
        narrow, wide = lmsfc.Lmsfc(8, 6, True, 3, hidden=8).eval(), lmsfc.Lmsfc(8, 10, True, 3, hidden=12).eval()
        lmsfc.widen(wide, narrow.state_dict())
        levels = pyramid()
        with torch.no_grad():
            y, z = [f.analyse(levels, 1) for f in (narrow, wide)]
            self.close(z[:, :6], y)
            self.close(wide.h_a(z)[:, :6], narrow.h_a(y))
            sizes = [x.shape[2:] for x in levels]
            for a, b in zip(narrow.synthesise(torch.round(y), sizes, 1), wide.synthesise(torch.round(z), sizes, 1)):
                self.close(b, a)
            for a, b in zip(narrow.scales_means(narrow.h_s(narrow.h_a(y)), y), wide.scales_means(wide.h_s(wide.h_a(z)), z)):
                self.close(b[:, :6], a)

    def test_shipped_packs_can_be_trained_on(self):
        folders = [path.parent for path in MODELS.glob("*/model.json") if "codec" in json.loads(path.read_text())]
        self.assertTrue(folders)
        for folder in folders:
            codec = lmsfc.Lmsfc(**lmsfc.arch_of(json.loads((folder / "model.json").read_text())["codec"]))
            net, weights = detector.of_pack(folder), tensors.weights_of(folder)
            lmsfc.widen(codec, weights)
            for name, value in [*codec.state_dict().items(), *net.state_dict().items()]:
                if not export.CONSTANT.search(name):
                    self.assertTrue(torch.equal(value, weights[name].float()), f"{folder.name}: {name}")


class Coarse(Case):
    def setUp(self):
        super().setUp()
        self.net = detector.build(3, width=8, hidden=16).eval()
        self.codec = coarse.Coarse(8, 6, True, 3, hidden=8).eval().see(self.net)

    def test_needs_no_fine_levels(self):
        levels = pyramid()
        with torch.no_grad():
            a, b = self.codec.analyse(levels), self.codec.analyse([torch.zeros_like(x) for x in levels[:2]] + levels[2:])
        self.assertTrue(torch.equal(a, b))

    def test_whole_is_an_lmsfc_that_does_the_same(self):
        levels = pyramid()
        sizes = [x.shape[2:] for x in levels]
        with torch.no_grad():
            y = torch.round(5 * self.codec.analyse(levels))
            want = self.codec.synthesise(y, sizes)
            plain = lmsfc.Lmsfc(8, 6, True, 3, hidden=8).eval()
            plain.load_state_dict(coarse.whole(self.codec, self.net))
            self.close(plain.analyse(levels), self.codec.analyse(levels))
            got = plain.synthesise(y, sizes)
        for a, b, relative in zip(got, want, (0.1, 0.1, 1e-5, 1e-5)):  # p2 and p3 up to what the gates let through
            self.close(a, b, relative)

    def test_phases(self):
        kernel, bias, up = torch.randn(5, 4, 3, 3), torch.randn(5), torch.nn.Conv2d(4, 20, 3, padding=1)
        x = torch.randn(1, 4, 7, 6)
        with torch.no_grad():
            coarse.phases(up, kernel, bias)
            got, want = F.pixel_shuffle(up(x), 2), F.conv2d(coarse.doubled(x), kernel, bias, padding=1)
        self.close(got, want)

    def test_reduced_rank_regression_finds_a_map_of_that_rank(self):
        x = torch.randn(500, 12)
        target = x @ torch.randn(12, 3) @ torch.randn(3, 9) + 1
        weight, bias = coarse.reduced(x, target, 3)
        said = x @ weight.t() + bias
        again, offset = coarse.regression(said, target)
        self.close(said @ again.t() + offset, target, 1e-2)
        self.assertLess(said.mean(0).abs().max().item(), 1e-3)


class Losses(Case):
    def test_yielding_changes_no_value_and_no_mean_or_scale(self):
        levels = [x.requires_grad_() for x in pyramid(n=2)]
        given = yielding(levels, 0.5)
        for a, b in zip(given, levels):
            self.close(a, b)
        sum((x * torch.randn_like(x)).sum() for x in given).backward()
        for x in levels:
            grown = ((x - x.mean((0, 2, 3), keepdim=True)) * x.grad).sum((0, 2, 3))
            self.assertGreater(x.grad.abs().max().item(), 0.1)
            self.assertLess(x.grad.sum((0, 2, 3)).abs().max().item(), 1e-3)
            self.assertLess(grown.abs().max().item(), 1e-2)

    def test_distortion_counts_objects_more(self):
        levels, targets = pyramid(), [{"boxes": torch.tensor([[8.0, 8.0, 40.0, 40.0]])}]
        inside, outside = [x.clone() for x in levels], [x.clone() for x in levels]
        inside[0][:, :, 2:10, 2:10] += 1
        outside[0][:, :, 20:28, 20:28] += 1
        self.assertEqual(object_distortion(levels, levels, targets).item(), 0)
        self.assertGreater(object_distortion(levels, inside, targets).item(), 5 * object_distortion(levels, outside, targets).item())


class Precision(Case):
    def test_of_three_detections(self):
        truth = {"boxes": torch.tensor([[0.0, 0, 10, 10], [20, 20, 30, 30]]), "labels": torch.tensor([1, 1])}
        boxes = torch.tensor([[0.0, 0, 10, 10], [50, 50, 60, 60], [20, 20, 30, 31]])
        found = {"boxes": boxes, "labels": torch.tensor([1, 1, 1]), "scores": torch.tensor([0.9, 0.8, 0.7])}
        value, table = ap50([(found, truth)], 2)
        # precision 1 up to a recall of a half (51 of 101 points), then 2/3
        self.assertAlmostEqual(value, (51 + 50 * 2 / 3) / 101)
        self.assertEqual(list(table), [1])  # a class without objects does not count


class Data(Case):
    def sample(self):
        pixels = np.zeros((64, 96, 3), np.uint8)
        pixels[20:40, 30:60] = 255
        return dataset.Sample(None, np.array([[30, 20, 60, 40]], np.float32), np.array([2]), pixels)

    def test_boxes_follow_their_objects(self):
        rng, kept = random.Random(1), 0
        for _ in range(40):
            views = [dataset.augmented(self.sample(), 96, (64, 64), rng, True, (-0.5, 0.5)), dataset.whole(self.sample(), 128, rng)]
            for view, target in views:
                bright = view.mean(0) > 0.5 * (view.max() + view.min())
                for x1, y1, x2, y2 in target["boxes"].tolist():
                    rows, columns = torch.nonzero(bright.any(1)), torch.nonzero(bright.any(0))
                    for want, got in ((x1, columns.min()), (y1, rows.min()), (x2, columns.max() + 1), (y2, rows.max() + 1)):
                        self.assertLessEqual(abs(want - got.item()), 2)
                    kept += 1
        self.assertGreater(kept, 50)

    def test_alike(self):
        with tempfile.TemporaryDirectory() as name:
            samples = []
            for k, size in enumerate([(40, 20), (20, 40), (40, 20)]):
                samples.append(dataset.Sample(pathlib.Path(name) / f"{k}.png", None, None))
                Image.new("RGB", size).save(samples[-1].path)
            self.assertEqual([s.path.stem for s in dataset.alike(samples)], ["0", "2"])

    def test_coco(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "images").mkdir()
            Image.new("RGB", (40, 20)).save(folder / "images" / "a.png")
            boxes = [{"image_id": 7, "category_id": 9, "bbox": [1, 2, 10, 5]}, {"image_id": 7, "category_id": 4, "bbox": [1, 2, 10, 0]}]
            content = {"images": [{"id": 7, "file_name": "a.png"}], "annotations": boxes, "categories": [{"id": 9, "name": "bus"}, {"id": 4, "name": "car"}]}
            (folder / "annotations.json").write_text(json.dumps(content))
            (sample,), classes = dataset.read(folder / "annotations.json")
        self.assertEqual(classes, ["car", "bus"])
        self.assertEqual((sample.boxes.tolist(), sample.labels.tolist()), ([[1, 2, 11, 7]], [2]))  # the one without an area is gone


if __name__ == "__main__":
    unittest.main()
