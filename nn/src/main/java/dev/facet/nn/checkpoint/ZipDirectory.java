package dev.facet.nn.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a zip archive, read from its central directory.
 *
 * <p>Own code instead of java.util.zip.ZipFile: it reads from memory as well as from files, forbids
 * entries that overlap (a 40 kB file of overlapping entries can otherwise unfold to gigabytes) and
 * bounds what deflated entries may unfold to.
 */
final class ZipDirectory {
  static final int LOCAL_HEADER = 0x04034b50;
  private static final int CENTRAL_HEADER = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64_LOCATOR = 0x07064b50;
  private static final int END_64 = 0x06064b50;
  private static final int END_SIZE = 22;
  private static final int LONGEST_COMMENT = 0xFFFF;

  // PyTorch never deflates and NumPy only on request, so this is generous: real weights and
  // features
  // shrink to a half at best, while a bomb shrinks a thousandfold.
  private static final long INFLATED_FREE = 64L << 20;
  private static final long INFLATED_RATIO = 32;

  /** One entry; {@code limit} is the offset that its data cannot pass. */
  record Entry(
      String name, int method, long crc, long packed, long size, long header, long limit) {}

  private final ByteSource source;
  private final Map<String, Entry> entries = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private final boolean verifyChecksums;
  private long inflatedLeft;

  private ZipDirectory(ByteSource source, Limits limits) {
    this.source = source;
    this.verifyChecksums = limits.verifyChecksums();
    this.inflatedLeft = INFLATED_FREE + INFLATED_RATIO * source.size();
  }

  static ZipDirectory read(ByteSource source, Limits limits) throws CheckpointException {
    ZipDirectory zip = new ZipDirectory(source, limits);
    zip.readEntries(limits);
    return zip;
  }

  /** Names in the order of the directory. */
  List<String> names() {
    return names;
  }

  @Nullable Entry find(String name) {
    return entries.get(name);
  }

  boolean hasTorchPickle() {
    return names.stream().anyMatch(n -> n.equals("data.pkl") || n.endsWith("/data.pkl"));
  }

  /** The content of an entry, inflated if need be and checked against its CRC-32. */
  byte[] content(Entry entry) throws CheckpointException {
    ByteBuffer local = buffer(entry.header, 30, "the header of entry " + entry.name);
    if (local.getInt(0) != LOCAL_HEADER) {
      throw fault(
          entry.header, "there is no zip entry " + entry.name + " where the directory says");
    }
    if (local.getShort(8) != entry.method) {
      throw fault(entry.header, "entry " + entry.name + " and the directory differ in the method");
    }
    long start = entry.header + 30 + unsigned(local, 26) + unsigned(local, 28);
    if (start > entry.limit || entry.packed > entry.limit - start) {
      throw fault(entry.header, "entry " + entry.name + " runs into the next one");
    }
    byte[] bytes;
    if (entry.method == 0) {
      bytes = source.read(start, entry.size, "entry " + entry.name);
    } else {
      inflatedLeft -= entry.size;
      if (inflatedLeft < 0) {
        throw fault(
            entry.header,
            "entry "
                + entry.name
                + " unfolds to "
                + entry.size
                + " bytes, more than a file of "
                + source.size()
                + " bytes may");
      }
      bytes = inflate(entry, source.read(start, entry.packed, "entry " + entry.name));
    }
    checkCrc(entry, bytes);
    return bytes;
  }

  private void checkCrc(Entry entry, byte[] bytes) throws CheckpointException {
    if (!verifyChecksums) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != entry.crc) {
      throw fault(
          entry.header,
          "entry "
              + entry.name
              + " fails its CRC-32: the file is damaged, or was"
              + " saved with torch.serialization.set_crc32_options(False) and has to be read with"
              + " verifyChecksums off");
    }
  }

  private byte[] inflate(Entry entry, byte[] packed) throws CheckpointException {
    byte[] bytes = ByteSource.allocate(entry.size, source.name(), "entry " + entry.name);
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(packed);
      int done = 0;
      while (done < bytes.length) {
        int n = inflater.inflate(bytes, done, bytes.length - done);
        if (n == 0) {
          break;
        }
        done += n;
      }
      // The end mark may still be unread when the last byte is out.
      boolean more = !inflater.finished() && inflater.inflate(new byte[1]) > 0;
      if (done < bytes.length || more || !inflater.finished()) {
        throw fault(entry.header, "entry " + entry.name + " does not unfold to its size");
      }
      return bytes;
    } catch (DataFormatException e) {
      throw new CheckpointException(
          source.name(), entry.header, "entry " + entry.name + " is damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private void readEntries(Limits limits) throws CheckpointException {
    long end = findEnd();
    ByteBuffer tail = buffer(end, END_SIZE, "the end of the zip directory");
    long count = unsigned(tail, 10);
    long size = tail.getInt(12) & 0xFFFF_FFFFL;
    long start = tail.getInt(16) & 0xFFFF_FFFFL;
    if (count == 0xFFFF || size == 0xFFFF_FFFFL || start == 0xFFFF_FFFFL) {
      ByteBuffer locator = buffer(end - 20, 20, "the zip64 locator");
      if (locator.getInt(0) != END_64_LOCATOR) {
        throw fault(end, "the zip64 locator is missing");
      }
      end = locator.getLong(8);
      ByteBuffer end64 = buffer(end, 56, "the zip64 directory end");
      if (end64.getInt(0) != END_64) {
        throw fault(end, "the zip64 directory end is missing");
      }
      count = end64.getLong(32);
      size = end64.getLong(40);
      start = end64.getLong(48);
    }
    // A storage per tensor, optimizer state included, and a few small entries.
    long most = 4L * limits.maxTensors() + 64;
    if (count < 0 || count > most) {
      throw fault(end, Long.toUnsignedString(count) + " zip entries, over the limit of " + most);
    }
    if (size < 0 || size > limits.maxHeaderBytes()) {
      throw fault(end, "a zip directory of " + Long.toUnsignedString(size) + " bytes");
    }
    if (start < 0 || start > end || size > end - start) {
      throw fault(end, "the zip directory does not lie before its end mark");
    }
    List<Entry> list = parseDirectory(start, size, (int) count);
    list.sort(Comparator.comparingLong(Entry::header));
    long limit = start;
    for (int i = list.size() - 1; i >= 0; i--) {
      Entry e = list.get(i);
      if (e.header > limit - 30 || e.packed > limit - 30 - e.header) {
        throw fault(e.header, "zip entry " + e.name + " overlaps the next one or the directory");
      }
      entries.put(e.name, new Entry(e.name, e.method, e.crc, e.packed, e.size, e.header, limit));
      limit = e.header;
    }
  }

  private List<Entry> parseDirectory(long start, long size, int count) throws CheckpointException {
    byte[] directory = source.read(start, size, "the zip directory");
    ByteBuffer in = ByteBuffer.wrap(directory).order(ByteOrder.LITTLE_ENDIAN);
    List<Entry> list = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int at = in.position();
      if (in.remaining() < 46 || in.getInt(at) != CENTRAL_HEADER) {
        throw fault(start + at, "the zip directory ends or is damaged at entry " + i);
      }
      int nameLength = unsigned(in, at + 28);
      int extraLength = unsigned(in, at + 30);
      int commentLength = unsigned(in, at + 32);
      if (in.remaining() - 46 < nameLength + extraLength + commentLength) {
        throw fault(start + at, "entry " + i + " leaves the zip directory");
      }
      String name = new String(directory, at + 46, nameLength, StandardCharsets.UTF_8);
      int method = unsigned(in, at + 10);
      long[] sizes = {
        in.getInt(at + 24) & 0xFFFF_FFFFL,
        in.getInt(at + 20) & 0xFFFF_FFFFL,
        in.getInt(at + 42) & 0xFFFF_FFFFL
      };
      readZip64(in, at + 46 + nameLength, extraLength, sizes);
      if ((in.getShort(at + 8) & 1) != 0) {
        throw fault(start + at, "zip entry " + name + " is encrypted");
      }
      boolean stored = method == 0 && sizes[0] == sizes[1];
      if (sizes[0] < 0 || sizes[1] < 0 || sizes[2] < 0 || !(stored || method == 8)) {
        throw fault(start + at, "zip entry " + name + " is neither stored nor deflated");
      }
      if (!seen.add(name)) {
        throw fault(start + at, "two zip entries are named " + name);
      }
      long crc = in.getInt(at + 16) & 0xFFFF_FFFFL;
      list.add(new Entry(name, method, crc, sizes[1], sizes[0], sizes[2], 0));
      names.add(name);
      in.position(at + 46 + nameLength + extraLength + commentLength);
    }
    if (in.hasRemaining()) {
      throw fault(start + in.position(), "the zip directory has more entries than it says");
    }
    return list;
  }

  /** Replaces saturated 32 bit values (size, packed size, header offset) by their 64 bit ones. */
  private static void readZip64(ByteBuffer in, int start, int length, long[] values) {
    int at = start;
    int end = start + length;
    while (end - at >= 4) {
      int id = unsigned(in, at);
      int fieldEnd = at + 4 + unsigned(in, at + 2);
      if (fieldEnd > end) {
        return;
      }
      if (id == 1) {
        int field = at + 4;
        for (int i = 0; i < values.length; i++) {
          if (values[i] == 0xFFFF_FFFFL && fieldEnd - field >= 8) {
            values[i] = in.getLong(field);
            field += 8;
          }
        }
        return;
      }
      at = fieldEnd;
    }
  }

  private long findEnd() throws CheckpointException {
    long from = Math.max(0, source.size() - END_SIZE - LONGEST_COMMENT);
    ByteBuffer tail = buffer(from, source.size() - from, "the end of the zip file");
    for (int at = tail.capacity() - END_SIZE; at >= 0; at--) {
      if (tail.getInt(at) == END && unsigned(tail, at + 20) == tail.capacity() - at - END_SIZE) {
        return from + at;
      }
    }
    throw fault(source.size(), "the zip directory is missing; the file is truncated");
  }

  private ByteBuffer buffer(long offset, long length, String field) throws CheckpointException {
    return ByteBuffer.wrap(source.read(offset, length, field)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int unsigned(ByteBuffer in, int at) {
    return in.getShort(at) & 0xFFFF;
  }

  private CheckpointException fault(long offset, String reason) {
    return new CheckpointException(source.name(), offset, reason);
  }
}
