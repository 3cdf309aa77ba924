package dev.facet.codec.stream;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream front to back, one frame in memory at a time. Not thread-safe.
 *
 * <p>Without an identity it reads what a stream says about itself, and cannot tell whether the bytes are
 * intact: every check is seeded with the model's digest.
 */
public final class StreamReader implements Closeable {
  private final InputStream source;
  private final StreamInput in;
  private final StreamLimits limits;
  private final StreamHeader header;
  private byte @Nullable [] seed;
  private int frames;
  private boolean ended;
  private @Nullable StreamException broken;

  private StreamReader(InputStream source, StreamLimits limits) throws IOException {
    this.source = source;
    this.in = new StreamInput(source);
    this.limits = limits;
    this.header = Records.readHeader(in, limits);
  }

  /**
   * Reads the header.
   *
   * @param in closed with this reader
   * @throws StreamException if it is no header of a Facet stream
   * @throws IOException if {@code in} throws it
   */
  public static StreamReader open(InputStream in, StreamLimits limits) throws IOException {
    return new StreamReader(in, limits);
  }

  /** What the stream says about itself. */
  public StreamHeader header() {
    return header;
  }

  /**
   * From here on, checks every frame.
   *
   * @throws StreamException if the stream was made with another codec, profile or model
   */
  public void bind(StreamIdentity identity) throws StreamException {
    identity.check(header);
    seed = Records.seed(identity, header);
  }

  /** Frames read so far, damaged ones included. */
  public int frames() {
    return frames;
  }

  /**
   * The next frame, or null behind the last one.
   *
   * <p>If the frame's check fails, the exception loses this frame alone: the next call goes on behind it,
   * where its length says. Every other exception is final, and further calls repeat it; {@link StreamFile}
   * can find frames behind such damage.
   *
   * @throws StreamException if the frame, or the end, is damaged or missing
   * @throws IOException if the source throws it
   */
  public @Nullable StreamFrame next() throws IOException {
    if (broken != null) {
      throw broken;
    }
    if (ended) {
      return null;
    }
    Records.ReadFrame read;
    try {
      read = advance();
    } catch (StreamException e) {
      broken = e;
      throw e;
    }
    if (read == null) {
      return null;
    }
    int number = frames++;
    if (seed != null && read.number() != number) {
      throw Records.damaged(read, number);
    }
    return read.frame();
  }

  private Records.@Nullable ReadFrame advance() throws IOException {
    long start = in.offset();
    if (!header.sequence() && frames == 1) {
      requireEnd();
      return null;
    }
    if (frames == limits.maxFrames()) {
      // the end record may still follow
      Records.ReadFrame more = Records.readFrame(in, header, seed, limits);
      if (more != null) {
        throw new StreamException.LimitExceeded(
            start, "frames", "more than the limit of " + limits.maxFrames());
      }
      readEnd(start);
      return null;
    }
    Records.ReadFrame read = Records.readFrame(in, header, seed, limits);
    if (read == null) {
      readEnd(start);
    }
    return read;
  }

  private void readEnd(long start) throws IOException {
    Records.ReadEnd end = Records.readEnd(in, header, start, seed != null, limits);
    if (end.frames() != frames) {
      throw new StreamException.Corrupt(
          start,
          "frame count",
          String.format(Locale.ROOT, "%d, but %d frames came", end.frames(), frames));
    }
    requireEnd();
  }

  private void requireEnd() throws IOException {
    ended = true;
    if (!in.atEnd()) {
      throw new StreamException.Corrupt(in.offset(), "end", "bytes follow the end of the stream");
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
