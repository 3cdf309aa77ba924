package dev.facet.nn.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tells the formats apart by their first bytes. */
final class Formats {
  private static final int TAR_MAGIC_AT = 257;

  /** A pickled integer: a legacy file of PyTorch begins with one, its magic number. */
  private static final byte LONG1 = (byte) 0x8a;

  private Formats() {}

  static Checkpoint read(ByteSource source, Limits limits, StateDict.Scope scope)
      throws CheckpointException {
    if (source.size() < 9) {
      throw new CheckpointException(
          source.name(), -1, "has only " + source.size() + " bytes; that is no checkpoint");
    }
    byte[] start = source.read(0, Math.min(source.size(), 512), "the file");
    ByteBuffer head = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
    int magic = head.getInt(0);
    // First, because a header length may begin with the bytes of any other magic number.
    if (head.get(8) == '{' && head.getInt(4) == 0) {
      return SafetensorsReader.read(source, limits);
    }
    if (magic == ZipDirectory.LOCAL_HEADER) {
      ZipDirectory zip = ZipDirectory.read(source, limits);
      return zip.hasTorchPickle()
          ? TorchZipReader.read(source, zip, limits, scope)
          : Npz.read(source, zip, limits);
    }
    if ((magic & 0xFFFF_FFFFL) == Npy.MAGIC) {
      return Checkpoint.of(source.name(), List.of(Npy.read(source, "array", limits)));
    }
    if (head.get(0) == (byte) 0x80) {
      return head.get(2) == LONG1
          ? TorchLegacyReader.read(source, limits, scope)
          : NumpyPickleReader.read(source, limits, scope);
    }
    if (start.length > TAR_MAGIC_AT + 5
        && new String(start, TAR_MAGIC_AT, 5, StandardCharsets.US_ASCII).equals("ustar")) {
      throw new CheckpointException(
          source.name(),
          -1,
          "is a tar checkpoint of PyTorch before 0.2; save it again with a newer" + " PyTorch");
    }
    throw new CheckpointException(
        source.name(),
        0,
        "is neither safetensors nor PyTorch (.pth, .pt) nor NumPy (.npy, .npz, .pkl)");
  }
}
