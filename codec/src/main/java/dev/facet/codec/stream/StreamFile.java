package dev.facet.codec.stream;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A whole stream in memory, any frame at any time. Damage loses the frames that it touches and no others
 * (docs/stream.md, "Damage"). Thread-safe.
 */
public final class StreamFile {
  private final byte[] bytes;
  private final StreamHeader header;
  private final byte @Nullable [] seed;
  private final StreamLimits limits;
  private final FrameTable table;

  private StreamFile(
      byte[] bytes,
      StreamHeader header,
      byte @Nullable [] seed,
      StreamLimits limits,
      FrameTable table) {
    this.bytes = bytes;
    this.header = header;
    this.seed = seed;
    this.limits = limits;
    this.table = table;
  }

  /**
   * Opens a stream of a known model.
   *
   * @param bytes not copied
   * @throws StreamException if the header is damaged, or names another codec, profile or model
   */
  public static StreamFile open(byte[] bytes, StreamIdentity identity, StreamLimits limits)
      throws StreamException {
    return create(bytes, identity, limits);
  }

  /**
   * Opens a stream to see what it says about itself. Without the model's digest nothing is checked but
   * structure.
   *
   * @param bytes not copied
   * @throws StreamException if the header is damaged
   */
  public static StreamFile openUnchecked(byte[] bytes, StreamLimits limits) throws StreamException {
    return create(bytes, null, limits);
  }

  private static StreamFile create(
      byte[] bytes, @Nullable StreamIdentity identity, StreamLimits limits) throws StreamException {
    StreamHeader header = readHeader(bytes, limits);
    byte[] seed = null;
    if (identity != null) {
      identity.check(header);
      seed = Records.seed(identity, header);
    }
    FrameTable table = FrameTable.of(bytes, header, seed, limits);
    return new StreamFile(bytes, header, seed, limits, table);
  }

  /**
   * The header alone.
   *
   * @throws StreamException if it is damaged
   */
  public static StreamHeader readHeader(byte[] bytes, StreamLimits limits) throws StreamException {
    try {
      return Records.readHeader(new StreamInput(bytes, 0), limits);
    } catch (StreamException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  /** What the stream says about itself. */
  public StreamHeader header() {
    return header;
  }

  /** Whether every frame that {@link #frame} returns has passed its check. */
  public boolean isChecked() {
    return seed != null;
  }

  /** Number of frames, damaged ones included; without those behind a {@linkplain #damage() lost} end. */
  public int frameCount() {
    return table.size();
  }

  /** Bytes of all headers, shapes, lengths, digests, checks and the index: everything but payloads. */
  public long overheadBytes() throws StreamException {
    long payload = 0;
    for (int i = 0; i < frameCount(); i++) {
      payload += frame(i).payload().length;
    }
    return bytes.length - payload;
  }

  /** Position of a frame's record from the start of the stream. */
  public long offset(int index) {
    return table.start(index);
  }

  /** Bytes of a frame's record: head, payload, digest and check. */
  public long recordBytes(int index) {
    return table.end(index) - table.start(index);
  }

  /**
   * A frame as coded.
   *
   * @throws StreamException if this frame is damaged
   * @throws IndexOutOfBoundsException if there is no such frame
   */
  public StreamFrame frame(int index) throws StreamException {
    return table.read(bytes, header, seed, limits, index);
  }

  /** What is wrong with the stream, in its order; empty if it is intact. */
  public List<StreamException> damage() {
    return table.damage(bytes, header, seed, limits);
  }

  /**
   * Returns if no byte is damaged.
   *
   * @throws StreamException the first damage
   */
  public void requireIntact() throws StreamException {
    List<StreamException> damage = damage();
    if (!damage.isEmpty()) {
      throw damage.getFirst();
    }
  }
}
