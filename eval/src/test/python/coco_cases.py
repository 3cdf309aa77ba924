"""Writes coco-cases.json, the cases of CocoEvaluatorTest: random truths and detections, and what pycocotools says of them.

    python3 coco_cases.py ../resources/dev/facet/eval/metric/coco-cases.json

Needs numpy and pycocotools; the same seed gives the same file.
"""
import contextlib
import io
import json
import random
import sys

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

SIDES = (6, 20, 32, 50, 96, 150, 260)  # of boxes: 32 and 96 are the borders between small, medium and large


def truth(rng, images, categories, per_image, size=640, integers=False):
    """A COCO data set; ids in no order and with gaps, some crowds, areas smaller than the box as those of masks are."""
    image_ids = rng.sample(range(1, 10 * images + 1), images)
    annotations = []
    for image in image_ids:
        for _ in range(rng.randint(0, per_image)):
            box = random_box(rng, size, integers)
            fill = 1 if integers else rng.uniform(0.5, 1)
            annotations.append({"image_id": image, "category_id": rng.choice(categories), "bbox": box,
                                "area": round(box[2] * box[3] * fill, 2), "iscrowd": int(rng.random() < 0.08)})
    rng.shuffle(annotations)
    return dataset(image_ids, size, categories, annotations)


def dataset(image_ids, size, categories, annotations):
    for i, annotation in enumerate(annotations):
        annotation["id"] = i + 1
    return {"images": [{"id": i, "file_name": f"{i}.png", "width": size, "height": size} for i in image_ids],
            "categories": [{"id": c, "name": f"class {c}"} for c in categories], "annotations": annotations}


def random_box(rng, size, integers):
    w, h = (rng.choice(SIDES) if integers else rng.choice(SIDES) * rng.uniform(0.7, 1.4) for _ in range(2))
    x, y = rng.uniform(0, size - w), rng.uniform(0, size - h)
    return [round(v) if integers else round(v, 2) for v in (x, y, w, h)]


def found(rng, data, categories, noise, false, integers=False, hit=0.85):
    """Detections: most objects, some twice, displaced; others from nowhere. Scores of two digits, so that many tie."""
    results = []
    size = data["images"][0]["width"]
    for annotation in data["annotations"]:
        for _ in range(rng.choice((1, 1, 1, 2, 4 if annotation["iscrowd"] else 2))):
            if rng.random() < hit and annotation["category_id"] in categories:
                x, y, w, h = annotation["bbox"]
                moved = [x + rng.gauss(0, noise) * w, y + rng.gauss(0, noise) * h,
                         w * np.exp(rng.gauss(0, noise)), h * np.exp(rng.gauss(0, noise))]
                box = [max(1, round(v)) if integers else round(float(v), 2) for v in moved]
                results.append(result(annotation["image_id"], annotation["category_id"], box, rng.betavariate(4, 2)))
    for image in data["images"]:
        for _ in range(rng.randint(0, false)):
            results.append(result(image["id"], rng.choice(categories), random_box(rng, size, integers), rng.betavariate(2, 3)))
    rng.shuffle(results)
    return results


def result(image, category, box, score):
    return {"image_id": image, "category_id": category, "bbox": box, "score": round(score, 2)}


def masks(rng, images, categories, size):
    """Ellipses with ragged edges, and detections that are displaced ones; RLE with plain counts."""
    def ellipse(x, y, a, b):
        rows, columns = np.mgrid[:size, :size]
        return ((columns - x) / a) ** 2 + ((rows - y) / b) ** 2 < 1 + 0.2 * np.array(
            [rng.random() for _ in range(size * size)]).reshape(size, size)

    def rle(mask):
        flat = mask.ravel(order="F").astype(int)
        change = np.flatnonzero(np.diff(flat)) + 1
        edges = np.concatenate([[0], change, [flat.size]])
        counts = np.diff(edges).tolist()
        return {"size": [size, size], "counts": ([0] if flat[0] else []) + counts}

    annotations, results = [], []
    for image in range(1, images + 1):
        for _ in range(rng.randint(0, 4)):
            category = rng.choice(categories)
            x, y, a, b = rng.uniform(10, size - 10), rng.uniform(10, size - 10), rng.uniform(4, size / 3), rng.uniform(4, size / 3)
            mask = ellipse(x, y, a, b)
            rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            box = [columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1]
            annotations.append({"image_id": image, "category_id": category, "bbox": [int(v) for v in box], "area": int(mask.sum()),
                                "iscrowd": int(rng.random() < 0.15), "segmentation": rle(mask)})
            for _ in range(rng.choice((0, 1, 1, 2))):
                near = ellipse(x + rng.gauss(0, a / 6), y + rng.gauss(0, b / 6), a * rng.uniform(0.8, 1.2), b * rng.uniform(0.8, 1.2))
                if near.any():
                    results.append({"image_id": image, "category_id": category, "segmentation": rle(near),
                                    "score": round(rng.random(), 2)})
    return dataset(list(range(1, images + 1)), size, categories, annotations), results


def judged(name, kind, data, results):
    """The case, with the twelve numbers and [AP, AP at IoU 0.5] of each class by ascending id; -1 where there is no object."""
    reference = COCO()
    reference.dataset = json.loads(json.dumps(data))
    evaluation = None
    with contextlib.redirect_stdout(io.StringIO()):
        reference.createIndex()
        evaluation = COCOeval(reference, reference.loadRes(json.loads(json.dumps(results))), kind)
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    precision = evaluation.eval["precision"][:, :, :, 0, 2]  # all areas, 100 detections
    classes = [[mean(precision[:, :, k]), mean(precision[0, :, k])] for k in range(precision.shape[2])]
    return {"name": name, "kind": kind, "truth": data, "results": results, "summary": [float(v) for v in evaluation.stats],
            "classes": classes}


def mean(values):
    return float(values[values > -1].mean()) if (values > -1).any() else -1.0


def cases():
    rng = random.Random(20260101)
    five = [7, 3, 90, 12, 1]
    # class 12 is never found, class 55 has no object, class 1 is all crowds
    data = truth(rng, 45, five, 12)
    data["categories"].append({"id": 55, "name": "class 55"})
    for annotation in data["annotations"]:
        annotation["iscrowd"] = 1 if annotation["category_id"] == 1 else annotation["iscrowd"]
    yield judged("mixed", "bbox", data, found(rng, data, [7, 3, 90, 1, 55], 0.08, 8))
    data = truth(rng, 4, [1, 2], 60)
    yield judged("more than 100 detections", "bbox", data, found(rng, data, [1, 2], 0.1, 260))
    data = truth(rng, 30, [2, 1, 5], 8, integers=True)
    yield judged("whole pixels", "bbox", data, found(rng, data, [1, 2, 5], 0.06, 4, integers=True))
    data = truth(rng, 20, [1, 2, 3], 6)
    yield judged("nearly perfect", "bbox", data, found(rng, data, [1, 2, 3], 0.005, 0, hit=1))
    data = truth(rng, 12, [4, 8], 5)
    yield judged("one detection", "bbox", data, found(rng, data, [4, 8], 0.05, 2)[:1])
    yield judged("masks", "segm", *masks(rng, 14, [1, 2, 3], 56))


if __name__ == "__main__":
    with open(sys.argv[1], "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases()) + "\n]\n")
