package dev.facet.nn.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file or an array with bounds-checked random access. */
final class ByteSource implements Closeable {
  // The largest array that every JVM can make.
  static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  private final String name;
  private final @Nullable FileChannel channel;

  /** The bytes, if no channel has them: an array or a mapped file. */
  private final MemorySegment memory;

  private final long size;

  private ByteSource(String name, @Nullable FileChannel channel, MemorySegment memory, long size) {
    this.name = name;
    this.channel = channel;
    this.memory = memory;
    this.size = size;
  }

  static ByteSource of(String name, byte[] bytes) {
    return new ByteSource(name, null, MemorySegment.ofArray(bytes), bytes.length);
  }

  /** A file that is mapped into memory; views of it last as long as they are used. */
  static ByteSource map(Path path, Limits limits) throws CheckpointException {
    try (ByteSource file = open(path, limits)) {
      if (file.channel == null || file.size == 0) {
        return of(file.name, new byte[0]);
      }
      MemorySegment mapped =
          file.channel.map(FileChannel.MapMode.READ_ONLY, 0, file.size, Arena.ofAuto());
      return new ByteSource(file.name, null, mapped, file.size);
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException | UnsupportedOperationException e) {
      // a file system without maps
      return of(path.toString(), readAll(path, limits));
    }
  }

  private static byte[] readAll(Path path, Limits limits) throws CheckpointException {
    try (ByteSource file = open(path, limits)) {
      return file.read(0, file.size, "the file");
    }
  }

  static ByteSource open(Path path, Limits limits) throws CheckpointException {
    String name = path.toString();
    if (!Files.isRegularFile(path)) {
      throw new CheckpointException(
          name, -1, Files.exists(path) ? "is not a regular file" : "there is no such file");
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      ByteSource source = new ByteSource(name, channel, MemorySegment.NULL, channel.size());
      try {
        source.checkSize(limits);
      } catch (CheckpointException e) {
        source.close();
        throw e;
      }
      return source;
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(name, -1, "cannot be opened: " + e.getMessage(), e);
    }
  }

  void checkSize(Limits limits) throws CheckpointException {
    if (size > limits.maxFileBytes()) {
      throw new CheckpointException(
          name, -1, size + " bytes, over the limit of " + limits.maxFileBytes());
    }
  }

  String name() {
    return name;
  }

  long size() {
    return size;
  }

  /** The given range, without a copy where the bytes are in memory; {@code field} names it in errors. */
  ByteBuffer view(long offset, long length, String field) throws CheckpointException {
    if (channel != null) {
      return ByteBuffer.wrap(read(offset, length, field));
    }
    checkRange(offset, length, field);
    if (length > MAX_ARRAY) {
      throw tooLarge(length, name, field);
    }
    return memory.asSlice(offset, length).asByteBuffer();
  }

  private void checkRange(long offset, long length, String field) throws CheckpointException {
    if (offset < 0 || length < 0 || offset > size || length > size - offset) {
      throw new CheckpointException(
          name,
          offset,
          field
              + " needs "
              + Long.toUnsignedString(length)
              + " bytes, but the file ends at byte "
              + size
              + "; it is truncated or damaged");
    }
  }

  /** A copy of the given range; {@code field} names it in errors. */
  byte[] read(long offset, long length, String field) throws CheckpointException {
    checkRange(offset, length, field);
    byte[] bytes = allocate(length, name, field);
    if (channel == null) {
      MemorySegment.copy(memory, offset, MemorySegment.ofArray(bytes), 0, length);
      return bytes;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new CheckpointException(name, offset, "the file shrank while it was read");
        }
      }
    } catch (CheckpointException e) {
      throw e;
    } catch (IOException e) {
      throw new CheckpointException(name, offset, "cannot be read: " + e.getMessage(), e);
    }
    return bytes;
  }

  /**
   * Allocates an array whose length was already checked against the file. A real file can still be
   * larger than the heap: that is the user's to fix and no reason to die.
   */
  static byte[] allocate(long length, String name, String field) throws CheckpointException {
    if (length > MAX_ARRAY) {
      throw tooLarge(length, name, field);
    }
    try {
      return new byte[(int) length];
    } catch (OutOfMemoryError e) {
      throw new CheckpointException(
          name,
          -1,
          field
              + " needs "
              + length
              + " bytes of memory, more than the heap has left of "
              + Runtime.getRuntime().maxMemory()
              + "; start Java with a larger -Xmx",
          e);
    }
  }

  private static CheckpointException tooLarge(long length, String name, String field) {
    return new CheckpointException(
        name, -1, field + " has " + length + " bytes; a single tensor may have 2 GiB at most");
  }

  @Override
  public void close() throws CheckpointException {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new CheckpointException(name, -1, "cannot be closed: " + e.getMessage(), e);
      }
    }
  }
}
