"""AP at IoU 0.5: greedy matching by score, 101-point interpolated precision, mean over the classes (COCO's definition)."""
import numpy as np
import torch
from torchvision.ops import box_iou


def ap50(results, classes, threshold=0.5):
    """results: list of (detections, truth), dicts of boxes / labels (/ scores). Returns mean AP and {class: AP}."""
    table = {}
    for label in range(1, classes + 1):
        scores, hits, total = [], [], 0
        for found, truth in results:
            goals = truth["boxes"][truth["labels"] == label]
            pick = found["labels"] == label
            boxes, score = found["boxes"][pick], found["scores"][pick]
            order = torch.argsort(score, descending=True)
            total += len(goals)
            free = torch.ones(len(goals), dtype=torch.bool)
            overlap = box_iou(boxes, goals) if len(goals) and len(boxes) else torch.zeros(len(boxes), 0)
            for i in order.tolist():
                hit = False
                if len(goals):
                    best = (overlap[i] * free).argmax().item()
                    hit = bool(free[best]) and overlap[i, best].item() >= threshold
                    if hit:
                        free[best] = False
                scores.append(score[i].item())
                hits.append(hit)
        if total:
            table[label] = interpolated(np.array(scores), np.array(hits, bool), total)
    return float(np.mean(list(table.values()))), table


def interpolated(scores, hits, total):
    if not len(scores):
        return 0.0
    hits = hits[np.argsort(-scores, kind="stable")]
    right = np.cumsum(hits)
    precision, recall = right / np.arange(1, len(hits) + 1), right / total
    precision = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, np.linspace(0, 1, 101), side="left")
    return float(np.mean([precision[i] if i < len(precision) else 0.0 for i in at]))
