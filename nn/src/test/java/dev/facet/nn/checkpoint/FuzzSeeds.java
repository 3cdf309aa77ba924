package dev.facet.nn.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;

/** Writes the seed inputs of {@link CheckpointFuzzTest} anew; to be run in nn after a change to {@link Samples}. */
final class FuzzSeeds {
  private FuzzSeeds() {}

  /** Needs no arguments. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of("src/test/resources/dev/facet/nn/checkpoint/CheckpointFuzzTestInputs");
    write(folder.resolve("safetensors/valid"), Samples.safetensors());
    write(folder.resolve("zip/stored"), Samples.torchZip("big", ZipEntry.STORED));
    write(folder.resolve("zip/deflated"), Samples.torchZip("little", ZipEntry.DEFLATED));
    write(folder.resolve("zip/npz"), Samples.npz(ZipEntry.STORED));
    write(folder.resolve("legacy/valid"), Samples.legacy());
    write(folder.resolve("pickle/valid"), Pickles.simple());
    write(folder.resolve("pickle/cycle"), new Pickles().op(']', 'q', 0, 'h', 0, 'a').stop());
    write(
        folder.resolve("pickle/call"),
        new Pickles().global("os", "system").text("x").op(0x85, 'R').stop());
    write(folder.resolve("legacy/numpy"), Samples.pkl());
    write(folder.resolve("npy/valid"), Samples.npy());
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
