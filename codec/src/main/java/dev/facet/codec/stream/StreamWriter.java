package dev.facet.codec.stream;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes a sequence frame by frame, needing no more than the frame at hand; {@link #single} writes a single
 * image. Not thread-safe.
 */
public final class StreamWriter implements Closeable {
  private final OutputStream out;
  private final StreamIdentity identity;
  private final FeatureDigestSize digestSize;
  private final boolean indexed;
  private final List<Integer> lengths = new ArrayList<>();
  private @Nullable StreamHeader header;
  private byte[] seed = {};
  private long bytes;
  private boolean closed;

  /**
   * A writer of a sequence. Nothing is written before the first frame.
   *
   * @param out stays open when this is closed
   * @param indexed whether to end with an index
   */
  public StreamWriter(
      OutputStream out, StreamIdentity identity, FeatureDigestSize digestSize, boolean indexed) {
    this.out = out;
    this.identity = identity;
    this.digestSize = digestSize;
    this.indexed = indexed;
  }

  /**
   * The stream of a single image.
   *
   * @throws IllegalArgumentException if the frame does not have the codec's levels or the digest's size
   */
  public static byte[] single(
      StreamIdentity identity, FeatureDigestSize digestSize, StreamFrame frame) {
    requireFits(identity, digestSize, frame);
    StreamHeader header = Records.header(identity, digestSize, false, false, frame);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(Records.encode(header));
    out.writeBytes(record(frame, header, Records.seed(identity, header), 0));
    return out.toByteArray();
  }

  /**
   * Writes the next frame. The first one's shapes and quality are the ones that later frames repeat at no
   * cost.
   *
   * @throws IllegalArgumentException if the frame does not have the codec's levels or the digest's size,
   *     or says the size of its picture where the first one does not, or the other way round
   * @throws IllegalStateException if this is closed
   */
  public void write(StreamFrame frame) throws IOException {
    if (closed) {
      throw new IllegalStateException("the stream is closed");
    }
    requireFits(identity, digestSize, frame);
    StreamHeader current = header;
    if (current == null) {
      current = Records.header(identity, digestSize, true, indexed, frame);
      seed = Records.seed(identity, current);
      put(Records.encode(current));
      header = current;
    }
    if (frame.picture().isPresent() != current.pictures()) {
      throw new IllegalArgumentException(
          "either all frames of a sequence say the size of their picture, or none");
    }
    byte[] record = record(frame, current, seed, lengths.size());
    put(record);
    lengths.add(record.length);
  }

  /** Frames so far. */
  public int frames() {
    return lengths.size();
  }

  /** Bytes so far. */
  public long bytes() {
    return bytes;
  }

  /** Writes the end record and flushes. Without any frame the stream stays empty, which no reader accepts. */
  @Override
  public void close() throws IOException {
    if (!closed && header != null) {
      put(Records.end(seed, lengths, indexed));
      out.flush();
    }
    closed = true;
  }

  private void put(byte[] part) throws IOException {
    out.write(part);
    bytes += part.length;
  }

  private static byte[] record(StreamFrame frame, StreamHeader header, byte[] seed, int number) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(frame.payload().length + 64);
    out.writeBytes(Records.frameHead(frame, header));
    out.writeBytes(frame.payload());
    out.writeBytes(frame.featureDigest());
    CRC32C crc = new CRC32C();
    crc.update(seed);
    crc.update(out.toByteArray());
    Records.writeU32(out, Records.frameCheck((int) crc.getValue(), number));
    return out.toByteArray();
  }

  private static void requireFits(
      StreamIdentity identity, FeatureDigestSize digestSize, StreamFrame frame) {
    if (!identity.codec().takes(frame.shapes().size())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d levels, %s has %s",
              frame.shapes().size(),
              identity.codec().kind(),
              identity.codec().levelRange()));
    }
    if (frame.featureDigest().length != digestSize.bytes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a digest of %d bytes, %d were announced",
              frame.featureDigest().length,
              digestSize.bytes()));
    }
  }
}
