package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A program that reads its standard input and writes its standard output. {@code -Ddev.facet.tool.NAME=/path} names the file; else it is
 * looked for in PATH.
 */
final class Tool {
  static final String PROPERTY = "dev.facet.tool.";
  private static final long MINUTES = 10;
  private static final int MAX_MESSAGES = 1 << 16;
  private static final int CHUNK = 1 << 16;

  private final String name;
  private final Path program;

  private Tool(String name, Path program) {
    this.name = name;
    this.program = program;
  }

  /**
   * Looks for a program.
   *
   * @param names that it has on different systems, the first for the property
   * @throws VideoCodecException if there is none
   */
  static Tool find(String... names) throws VideoCodecException {
    String path = System.getProperty(PROPERTY + names[0]);
    if (path != null) {
      Path program = Path.of(path);
      if (!Files.isExecutable(program)) {
        throw new VideoCodecException("-D" + PROPERTY + names[0] + "=" + path + " is no program");
      }
      return new Tool(names[0], program);
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      for (String name : names) {
        try {
          for (String suffix : List.of("", ".exe")) {
            Path program = Path.of(folder, name + suffix);
            if (!folder.isBlank() && Files.isRegularFile(program) && Files.isExecutable(program)) {
              return new Tool(name, program);
            }
          }
        } catch (InvalidPathException e) {
          // no folder of this system
        }
      }
    }
    throw new VideoCodecException("no program " + String.join(" or ", names));
  }

  String name() {
    return name;
  }

  /** What a run wrote. */
  @SuppressWarnings("ArrayRecordComponent") // handed on at once
  record Output(byte[] bytes, String messages) {}

  /**
   * Runs.
   *
   * @param input what it reads
   * @param maxOutput bytes; more are an error
   * @throws VideoCodecException if it cannot be started, fails, writes too much, or takes longer than ten minutes
   */
  Output run(List<String> arguments, byte[] input, long maxOutput) throws VideoCodecException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    Process process;
    try {
      process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new VideoCodecException(name + " cannot be started: " + e.getMessage(), e);
    }
    try {
      FutureTask<Integer> writing = start("writes to", () -> write(process, input));
      FutureTask<String> messages = start("listens to", () -> messages(process));
      FutureTask<byte[]> reading = start("reads from", () -> read(process, maxOutput));
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new VideoCodecException(name + " has not ended after " + MINUTES + " minutes");
      }
      byte[] output = reading.get();
      String said = messages.get();
      if (output.length > maxOutput) {
        throw new VideoCodecException(
            String.format(Locale.ROOT, "%s writes more than %d bytes", name, maxOutput));
      }
      if (process.exitValue() != 0) {
        throw new VideoCodecException(
            String.format(Locale.ROOT, "%s fails (%d): %s", name, process.exitValue(), last(said)));
      }
      writing.cancel(
          true); // one that did not read all that it was given has ended well all the same
      return new Output(output, said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VideoCodecException(name + " was interrupted", e);
    } catch (ExecutionException e) {
      throw new VideoCodecException(name + ": " + e.getCause(), e);
    } finally {
      process.destroyForcibly();
    }
  }

  private <T> FutureTask<T> start(String does, java.util.concurrent.Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, "facet " + does + " " + name);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static int write(Process process, byte[] input) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input);
      return input.length;
    } catch (IOException e) {
      return -1; // it ended early: its exit code says why
    }
  }

  /** Stops one byte behind the limit, so that the process cannot fill the memory. */
  private static byte[] read(Process process, long limit) {
    try (InputStream in = process.getInputStream()) {
      ByteArrayOutputStream out = new ByteArrayOutputStream(CHUNK);
      byte[] chunk = new byte[CHUNK];
      for (int n = in.read(chunk); n >= 0 && out.size() <= limit; n = in.read(chunk)) {
        out.write(chunk, 0, n);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String messages(Process process) {
    try (InputStream in = process.getErrorStream()) {
      byte[] first = in.readNBytes(MAX_MESSAGES);
      in.transferTo(OutputStream.nullOutputStream());
      return new String(first, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  private static String last(String messages) {
    List<String> lines = messages.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return lines.isEmpty() ? "it says nothing" : lines.getLast();
  }
}
