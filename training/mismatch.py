"""What float networks do to a decoder on another machine: python mismatch.py PACK [--pictures N] [--side N]

Codes formula pyramids with the pack's networks in PyTorch, entropy coding included (that of docs/independent/facet.py), then decodes the streams in processes
of their own, in which oneDNN may use fewer instructions or another number of threads: what another processor would do. Prints for each of them how many pictures lose
their symbols, and how many decode to other feature bits. --facet does the same with ./facet. docs/why-bit-exact.md has the result.
"""
import argparse
import functools
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types

import numpy as np
import torch
import torch.nn.functional as F

import golden
import lmsfc
import tensors

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "docs" / "independent"))
import facet  # noqa: E402

# as the encoder; fewer instructions; other threads
PLACES = [({}, 1), ({}, 2), ({"ONEDNN_MAX_CPU_ISA": "AVX2"}, 1), ({"ONEDNN_MAX_CPU_ISA": "AVX"}, 1), ({"ONEDNN_MAX_CPU_ISA": "SSE41"}, 1)]
LIMIT = 2**31 - 1
RESTORED = 2  # pictures whose features are restored in every case; the others only where symbols are lost
JVMS = [
    "-Ddev.facet.threads=1", "-Ddev.facet.threads=2", "-XX:UseAVX=2", "-XX:UseAVX=1", "-Ddev.facet.vectorBits=128", "-Ddev.facet.backend=scalar",
]  # fmt: skip


def load(source, folder):
    """The coder's side (scales, tables, medians) and the networks, of a pack or of golden formula weights."""
    if not (source / "recipe.json").exists():
        model = facet.Model(source)
        config = {**model.config, "qualities": model.config["qualities"] if "gain" in model.tensors else 0}
        net = lmsfc.Lmsfc(**lmsfc.arch_of(config)).eval()
        missing, unknown = net.load_state_dict({k: torch.from_numpy(v.copy()) for k, v in model.network.weights.items()}, strict=False)
        assert not unknown, unknown
        assert all(facet.CONSTANT.fullmatch(k) or facet.TABLE.fullmatch(k) or "gaussian_conditional" in k for k in missing), missing
        return model, net
    recipe = json.loads((source / "recipe.json").read_text())
    state = golden.state_dict(recipe)
    net = lmsfc.Lmsfc(recipe["N"], recipe["M"], recipe["context_model"]).eval()
    net.load_state_dict(state, strict=True)
    scales = np.exp(np.linspace(np.log(0.11), np.log(256), 64)).astype(np.float32)
    stored = folder / "tables.json"
    if not stored.exists():
        weights = {k: v.numpy() for k, v in state.items()}
        stored.write_text(json.dumps([facet.gaussian_tables(scales), facet.factorized_tables(weights)]))
    y_tables, z_tables = json.loads(stored.read_text())
    medians = state["entropy_bottleneck.quantiles"][:, 0, 1].numpy()
    return types.SimpleNamespace(config={"features": recipe["N"]}, scales=scales, y_tables=y_tables, z_tables=z_tables, medians=medians), net


def pyramid(model, number, side):
    return golden.pyramid("mismatch", number, model.config["features"], side, side * 3 // 2)


def walk(model, net, hyper, code):
    """The context loop in the authors' order. code(position, scales, means) gives the symbols."""
    _, m, h, w = hyper.shape
    m //= 2
    weight, bias = net.context_prediction.weight * net.context_prediction.mask, net.context_prediction.bias
    y_hat = torch.zeros(1, m, h + 4, w + 4)
    for i in range(h):
        for j in range(w):
            seen = F.conv2d(y_hat[:, :, i : i + 5, j : j + 5], weight, bias)
            here = net.entropy_parameters(torch.cat([hyper[:, :, i : i + 1, j : j + 1], seen], 1))[0, :, 0, 0]
            rows = np.minimum(np.searchsorted(model.scales, here[:m].numpy(), "left"), len(model.scales) - 1)
            y_hat[0, :, i + 2, j + 2] = code((i, j), rows, here[m:]) + here[m:]
    return y_hat[:, :, 2:-2, 2:-2]


def restored(net, y_hat, levels, quality):
    return torch.cat([x.flatten() for x in net.synthesise(y_hat, [x.shape[2:] for x in levels], quality)])


def encode(model, net, levels, quality, restore):
    y = net.analyse(levels, quality)
    medians = torch.from_numpy(model.medians.copy()).view(1, -1, 1, 1)
    z = torch.round(net.h_a(y) - medians)
    out, coded = facet.Encoder(), []
    for c, plane in enumerate(z[0].int().tolist()):
        for value in sum(plane, []):
            out.symbol(value, model.z_tables[0][c], model.z_tables[1][c])

    def code(at, rows, means):
        symbols = torch.round(y[0, :, at[0], at[1]] - means)
        for value, row in zip(symbols.int().tolist(), rows):
            out.symbol(value, model.y_tables[0][row], model.y_tables[1][row])
        coded.extend(symbols.int().tolist())
        return symbols

    y_hat = walk(model, net, net.h_s(z + medians), code)
    result = {"y_hat": y_hat, "payload": torch.frombuffer(bytearray(out.finish()), dtype=torch.uint8), "symbols": torch.tensor(coded, dtype=torch.int32)}
    if restore:
        result["decoded"] = restored(net, y_hat, levels, quality)
    return result


def decode(model, net, stored, levels, quality, restore):
    h, w = (-(-n // 64) for n in levels[0].shape[2:])
    source, coded = facet.Decoder(stored["payload"].numpy().tobytes()), []
    z = torch.zeros(1, len(model.medians), h, w)
    for c in range(z.shape[1]):
        for i in range(h * w):
            z[0, c, i // w, i % w] = source.symbol(model.z_tables[0][c], model.z_tables[1][c])

    def code(at, rows, means):
        # garbage has escapes of any length
        symbols = [max(-LIMIT, min(LIMIT, source.symbol(model.y_tables[0][row], model.y_tables[1][row]))) for row in rows]
        coded.extend(symbols)
        return torch.tensor(symbols, dtype=torch.float32)

    medians = torch.from_numpy(model.medians.copy()).view(1, -1, 1, 1)
    y_hat = walk(model, net, net.h_s(z + medians), code)
    wrong = torch.tensor(coded, dtype=torch.int32) != stored["symbols"]
    result = {"wrong": int(wrong.sum()), "first": int(wrong.int().argmax()), "symbols": wrong.numel()}
    if restore or wrong.any():
        decoded = restored(net, y_hat, levels, quality)
        right = stored["decoded"] if "decoded" in stored else restored(net, stored["y_hat"], levels, quality)
        result |= {"bits": torch.equal(right, decoded), "error": ((right - decoded).abs().max() / right.abs().max()).item()}
    return result


@torch.no_grad()
def work(o):
    """One process: encodes all pictures, or decodes them and prints a line of JSON for each."""
    torch.set_num_threads(o.threads)
    model, net = load(o.pack, o.folder)
    for number in range(o.pictures):
        levels, file = pyramid(model, number, o.side), o.folder / f"{number}.safetensors"
        if o.work == "encode" and not file.exists():
            tensors.write(file, encode(model, net, levels, o.quality, number < RESTORED))
        if o.work == "decode":
            print(json.dumps(decode(model, net, tensors.read(file), levels, o.quality, number < RESTORED)), flush=True)


def run(o, what, env, threads):
    command = [sys.executable, __file__, str(o.pack), "--work", what, "--folder", str(o.folder), "--threads", str(threads)]
    command += ["--pictures", str(o.pictures), "--side", str(o.side), "--quality", str(o.quality)]
    # PASSIVE: on a busy machine, threads that wait in a loop for each other wait long
    clean = {k: v for k, v in os.environ.items() if k != "ONEDNN_MAX_CPU_ISA"} | {"OMP_WAIT_POLICY": "PASSIVE"}
    result = subprocess.run(command, env=clean | env, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in result.stdout.splitlines()]


def pytorch(o):
    run(o, "encode", *PLACES[0])
    sizes = [tensors.read(o.folder / f"{n}.safetensors")["payload"].numel() for n in range(o.pictures)]
    print(f"PyTorch {torch.__version__}, {o.pictures} streams of {min(sizes)} to {max(sizes)} bytes")
    print("| decoder | pictures that lose their symbols | from symbol | error of their features | pictures restored from the right symbols | with other bits | largest error |")
    print("|---|---|---|---|---|---|---|")
    span = lambda values, form: (form % min(values) + (" to " + form % max(values) if len(values) > 1 else "")) if values else "-"
    for env, threads in PLACES:
        rows = run(o, "decode", env, threads)
        name = f"{env.get('ONEDNN_MAX_CPU_ISA', 'as the encoder')}, {threads} thread{'s' if threads > 1 else ''}"
        lost, fine = [r for r in rows if r["wrong"]], [r for r in rows if not r["wrong"] and "bits" in r]
        print(f"| {name} | {len(lost)} of {len(rows)} | {span([r['first'] for r in lost], '%d')} | {span([r['error'] for r in lost], '%.1e')}"
              f" | {len(fine)} | {sum(not r['bits'] for r in fine)} | {max(r['error'] for r in fine):.1e} |", flush=True)  # fmt: skip


def launch(options, *args):
    """./facet with options for its JVM."""
    subprocess.run([HERE.parent / "facet", *args], env=os.environ | {"FACET_JAVA_OPTS": options}, check=True, stdout=subprocess.DEVNULL)


def java(o):
    """The same pyramids through ./facet, one sequence; every JVM decodes the stream of the first."""
    model = facet.Model(o.pack)
    files = []
    for number in range(o.pictures):
        files.append(o.folder / f"in{number}.safetensors")
        tensors.write(files[-1], dict(zip(("p2", "p3", "p4", "p5"), pyramid(model, number, o.side))))
    stream = None
    print("| JVM | SHA-256 of the stream it encodes | of the features it decodes |\n|---|---|---|")
    for number, options in enumerate(JVMS):
        facet_command = functools.partial(launch, options)
        own, back = o.folder / "own.fcm", o.folder / f"back{number}"
        facet_command("encode", *files, "-o", own, "--model", o.pack, "--quality", str(o.quality))
        stream = stream or own.read_bytes()
        (o.folder / "first.fcm").write_bytes(stream)
        facet_command("decode", o.folder / "first.fcm", "-o", back, "--model", o.pack)
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(back.iterdir())))
        print(f"| {options} | {hashlib.sha256(own.read_bytes()).hexdigest()[:16]} | {digest.hexdigest()[:16]} |", flush=True)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("pack", type=pathlib.Path, help="or the folder of a golden recipe.json, such as ../shared/golden/a/ar128")
    p.add_argument("--pictures", type=int, default=48)
    p.add_argument("--side", type=int, default=120, help="rows of p2, which has half as many columns more")
    p.add_argument("--quality", type=float, default=5)
    p.add_argument("--facet", action="store_true", help="run ./facet instead of PyTorch")
    p.add_argument("--work", choices=("encode", "decode"), help=argparse.SUPPRESS)
    p.add_argument("--folder", type=pathlib.Path, help="keeps the streams here, and takes those that are there")
    p.add_argument("--threads", type=int, help=argparse.SUPPRESS)
    o = p.parse_args()
    if o.work:
        work(o)
        return
    with tempfile.TemporaryDirectory() as folder:
        o.folder = o.folder or pathlib.Path(folder)
        o.folder.mkdir(exist_ok=True)
        (java if o.facet else pytorch)(o)


if __name__ == "__main__":
    main()
