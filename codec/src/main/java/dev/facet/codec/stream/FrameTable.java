package dev.facet.codec.stream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where the frames of a stream in memory are. Found from the index, if there is an intact one; else by
 * walking from record to record, and behind a damaged length by looking for the next two records whose checks
 * are right.
 */
final class FrameTable {
  /** Frames that one stretch of damage can swallow. */
  private static final int MAX_LOST = 1024;

  /** Work that looking for records may cost: this many bytes, and this many times the stream. */
  private static final long BASE_BUDGET = 1L << 26;

  private static final int BUDGET_FACTOR = 64;

  /** What an attempt costs beyond its bytes, in bytes. */
  private static final int ATTEMPT = 256;

  /** A frame's place, or why it is lost. */
  private record Entry(long start, long end, @Nullable StreamException lost) {}

  private final List<Entry> entries = new ArrayList<>();
  private @Nullable StreamException tail;

  private FrameTable() {}

  static FrameTable of(
      byte[] bytes, StreamHeader header, byte @Nullable [] seed, StreamLimits limits)
      throws StreamException {
    FrameTable table = new FrameTable();
    if (header.sequence()) {
      if (!(header.indexed() && table.readIndex(bytes, header, seed, limits))) {
        new Walk(table, bytes, header, seed, limits).run();
      }
    } else {
      Records.ReadFrame frame = readAt(bytes, header.bytes(), header, seed, limits);
      Objects.requireNonNull(frame, "a single image has no end record");
      if (seed != null && frame.number() != 0) {
        throw Records.damaged(frame, 0);
      }
      table.entries.add(new Entry(frame.start(), frame.end(), null));
      if (frame.end() != bytes.length) {
        throw trailing(frame.end());
      }
    }
    return table;
  }

  int size() {
    return entries.size();
  }

  long start(int index) {
    return entries.get(index).start();
  }

  long end(int index) {
    return entries.get(index).end();
  }

  StreamFrame read(
      byte[] bytes, StreamHeader header, byte @Nullable [] seed, StreamLimits limits, int index)
      throws StreamException {
    Entry entry = entries.get(Objects.checkIndex(index, entries.size()));
    if (entry.lost() != null) {
      throw entry.lost();
    }
    Records.ReadFrame frame = readAt(bytes, entry.start(), header, seed, limits);
    if (frame == null || frame.end() != entry.end()) {
      throw new StreamException.Corrupt(
          entry.start(),
          "frame",
          String.format(Locale.ROOT, "frame %d has not the length that the index says", index));
    }
    if (seed != null && frame.number() != index) {
      throw Records.damaged(frame, index);
    }
    return frame.frame();
  }

  List<StreamException> damage(
      byte[] bytes, StreamHeader header, byte @Nullable [] seed, StreamLimits limits) {
    List<StreamException> damage = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        read(bytes, header, seed, limits, i);
      } catch (StreamException e) {
        damage.add(e);
      }
    }
    if (tail != null) {
      damage.add(tail);
    }
    return damage;
  }

  /** True if the end record is intact and its index fills the stream exactly. */
  private boolean readIndex(
      byte[] bytes, StreamHeader header, byte @Nullable [] seed, StreamLimits limits)
      throws StreamException {
    int sizeAt = bytes.length - 2 * Records.CRC_BYTES;
    if (sizeAt < header.bytes()) {
      return false;
    }
    try {
      long size = Integer.toUnsignedLong(new StreamInput(bytes, sizeAt).u32("index size"));
      long start = bytes.length - size;
      if (start < header.bytes() || start >= sizeAt || bytes[(int) start] != Records.END) {
        return false;
      }
      Records.ReadEnd end = readEndAt(bytes, start, header, seed, limits);
      long at = header.bytes();
      for (int length : end.lengths()) {
        if (length == 0) {
          return false;
        }
        entries.add(new Entry(at, at + length, null));
        at += length;
      }
      if (at == start && end.end() == bytes.length) {
        return true;
      }
    } catch (StreamException.LimitExceeded e) {
      throw e;
    } catch (IOException e) {
      // damaged: the walk says where
    }
    entries.clear();
    return false;
  }

  private static Records.@Nullable ReadFrame readAt(
      byte[] bytes, long at, StreamHeader header, byte @Nullable [] seed, StreamLimits limits)
      throws StreamException {
    try {
      return Records.readFrame(new StreamInput(bytes, (int) at), header, seed, limits);
    } catch (StreamException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static Records.ReadEnd readEndAt(
      byte[] bytes, long at, StreamHeader header, byte @Nullable [] seed, StreamLimits limits)
      throws IOException {
    StreamInput in = new StreamInput(bytes, (int) at);
    in.startCheck(seed == null ? new byte[0] : seed);
    in.u8("frame head");
    return Records.readEnd(in, header, at, seed != null, limits);
  }

  private static StreamException trailing(long at) {
    return new StreamException.Corrupt(at, "end", "bytes follow the end of the stream");
  }

  /** From record to record. */
  private static final class Walk {
    private static final int END_HERE = Integer.MIN_VALUE;
    private static final int NOTHING = -1;

    private final FrameTable table;
    private final byte[] bytes;
    private final StreamHeader header;
    private final byte @Nullable [] seed;
    private final StreamLimits limits;
    private long budget;
    private long at;
    private boolean done;

    Walk(
        FrameTable table,
        byte[] bytes,
        StreamHeader header,
        byte @Nullable [] seed,
        StreamLimits limits) {
      this.table = table;
      this.bytes = bytes;
      this.header = header;
      this.seed = seed;
      this.limits = limits;
      budget = BASE_BUDGET + (long) BUDGET_FACTOR * bytes.length;
      at = header.bytes();
    }

    void run() throws StreamException {
      while (!done) {
        step();
      }
    }

    private void step() throws StreamException {
      int number = table.entries.size();
      Records.ReadFrame frame = null;
      StreamException problem = null;
      try {
        frame = readAt(bytes, at, header, seed, limits);
        if (frame == null) {
          end(number);
          return;
        }
        if (seed != null && frame.number() != number) {
          problem = Records.damaged(frame, number);
        }
      } catch (StreamException e) {
        problem = e;
      }
      if (frame != null && problem == null) {
        add(at, frame.end(), null);
        return;
      }
      Objects.requireNonNull(problem, "no frame and no problem");
      long behind = frame == null ? -1 : frame.end();
      if (seed == null || !(resume(behind, number, problem) || search(number, problem))) {
        table.tail = problem;
        done = true;
      }
    }

    private void add(long start, long end, @Nullable StreamException lost) throws StreamException {
      if (table.entries.size() == limits.maxFrames()) {
        throw new StreamException.LimitExceeded(
            start, "frames", "more than the limit of " + limits.maxFrames());
      }
      table.entries.add(new Entry(start, end, lost));
      at = end;
    }

    private void end(int number) throws StreamException {
      try {
        Records.ReadEnd end = readEndAt(bytes, at, header, seed, limits);
        if (end.frames() != number) {
          throw new StreamException.Corrupt(
              at,
              "frame count",
              String.format(Locale.ROOT, "%d, but %d frames came", end.frames(), number));
        }
        if (end.end() != bytes.length) {
          throw trailing(end.end());
        }
        done = true;
      } catch (StreamException e) {
        throw e;
      } catch (IOException e) {
        throw new IllegalStateException("reading from memory", e);
      }
    }

    /** The payload alone is damaged: the next record is where the length says. */
    private boolean resume(long behind, int number, StreamException problem)
        throws StreamException {
      if (behind < 0 || !isExpected(behind, number + 1)) {
        return false;
      }
      add(at, behind, problem);
      return true;
    }

    /** The length is damaged: looks for two records in a row whose checks are right. */
    private boolean search(int number, StreamException problem) throws StreamException {
      for (long start = at + 1; start < bytes.length && budget > 0; start++) {
        int found = numberAt(start);
        boolean isEnd = found == END_HERE;
        if (!isEnd
            && (found <= number
                || found > number + MAX_LOST
                || !isExpected(endOf(start), found + 1))) {
          continue;
        }
        int next = isEnd ? endCount(start) : found;
        if (next <= number || next > number + MAX_LOST) {
          continue;
        }
        long damaged = at;
        for (int lost = number; lost < next; lost++) {
          add(damaged, lost == next - 1 ? start : damaged, problem);
        }
        return true;
      }
      return false;
    }

    /** Whether frame {@code number} begins here, or the end behind as many frames. */
    private boolean isExpected(long start, int number) {
      int found = numberAt(start);
      return found == number || (found == END_HERE && endCount(start) == number);
    }

    /** The number of the frame that begins here, END_HERE if an intact end does, else NOTHING. */
    private int numberAt(long start) {
      budget -= ATTEMPT;
      try {
        Records.ReadFrame frame = readAt(bytes, start, header, seed, limits);
        if (frame == null) {
          return endCount(start) >= 0 ? END_HERE : NOTHING;
        }
        budget -= frame.end() - frame.start();
        return Math.max(frame.number(), NOTHING);
      } catch (StreamException e) {
        return NOTHING;
      }
    }

    private long endOf(long start) {
      try {
        Records.ReadFrame frame = readAt(bytes, start, header, seed, limits);
        return frame == null ? start : frame.end();
      } catch (StreamException e) {
        return start;
      }
    }

    /** The number of frames of an intact end record that ends the stream, or NOTHING. */
    private int endCount(long start) {
      try {
        Records.ReadEnd end = readEndAt(bytes, start, header, seed, limits);
        return end.end() == bytes.length ? end.frames() : NOTHING;
      } catch (IOException e) {
        return NOTHING;
      }
    }
  }
}
