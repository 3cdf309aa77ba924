package dev.facet.codec;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import dev.facet.nn.internal.Unfinished;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Writes packs beside their target, then moves them there. */
final class PackWriter {
  private static final String WEIGHTS = "codec.safetensors";
  private static final String TABLES = "tables.safetensors";
  private static final String DETECTOR = "detector.safetensors";

  // The first moment that a zip can express; the same model must give the same bytes.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private PackWriter() {}

  static void write(Path target, ModelDescription description, Checkpoint weights)
      throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path fileName = absolute.getFileName();
    if (parent == null || fileName == null) {
      throw new ModelPackException(target, "is no name for a pack");
    }
    if (Files.exists(absolute)) {
      throw new ModelPackException(target, "exists already: remove it or give another name");
    }
    Files.createDirectories(parent);
    byte[] json =
        description.withWeightFiles(List.of(WEIGHTS)).toJson().getBytes(StandardCharsets.UTF_8);
    if (fileName.toString().endsWith(".zip")) {
      writeZip(absolute, json, weights);
    } else {
      writeFolder(absolute, json, weights);
    }
  }

  private static void writeFolder(Path target, byte[] json, Checkpoint weights) throws IOException {
    Path temporary = Files.createDirectory(Unfinished.beside(target));
    try {
      SafetensorsWriter.write(temporary.resolve(WEIGHTS), weights);
      publish(temporary, target, json);
    } finally {
      Unfinished.delete(temporary);
    }
  }

  /** Copies a pack's folder and adds a file of tables. */
  static void writeCopy(Path source, Path target, ModelDescription description, Checkpoint tables)
      throws IOException {
    List<String> files = new ArrayList<>(description.weightFiles());
    files.remove(TABLES);
    files.add(TABLES);
    writeCopy(source, target, description.withWeightFiles(files), TABLES, tables);
  }

  /** A pack of a detector, or a copy of a pack with another one. */
  static void writeDetector(
      @Nullable Path source, Path target, ModelDescription description, Checkpoint weights)
      throws IOException {
    if (source != null && !Files.isDirectory(source)) {
      throw new ModelPackException(source, "is not a folder: unpack it first");
    }
    Map<String, Object> section = new LinkedHashMap<>(description.detector());
    section.put("weights", List.of(DETECTOR));
    writeCopy(source, target, description.withDetector(section), DETECTOR, weights);
  }

  private static void writeCopy(
      @Nullable Path source,
      Path target,
      ModelDescription description,
      String added,
      Checkpoint tensors)
      throws IOException {
    Path absolute = target.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    if (parent == null || Files.exists(absolute)) {
      throw new ModelPackException(target, "exists already: remove it or give another name");
    }
    Files.createDirectories(parent);
    Path temporary = Files.createDirectory(Unfinished.beside(target));
    try {
      if (source != null) {
        copyFiles(source, temporary);
      }
      SafetensorsWriter.write(temporary.resolve(added), tensors);
      publish(temporary, absolute, description.toJson().getBytes(StandardCharsets.UTF_8));
    } finally {
      Unfinished.delete(temporary);
    }
  }

  private static void copyFiles(Path source, Path target) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(source)) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        if (Files.isRegularFile(file) && !name.equals(PackSource.DESCRIPTION)) {
          Files.copy(file, target.resolve(name));
        }
      }
    }
  }

  private static void publish(Path temporary, Path target, byte[] json) throws IOException {
    Files.write(temporary.resolve(PackSource.DESCRIPTION), json);
    Unfinished.finish(temporary, target);
  }

  private static void writeZip(Path target, byte[] json, Checkpoint weights) throws IOException {
    Path temporary = Unfinished.beside(target);
    try {
      try (OutputStream out =
              new BufferedOutputStream(
                  Files.newOutputStream(
                      temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW));
          ZipOutputStream zip = new ZipOutputStream(out)) {
        zip.putNextEntry(entry(PackSource.DESCRIPTION));
        zip.write(json);
        zip.closeEntry();
        zip.putNextEntry(entry(WEIGHTS));
        SafetensorsWriter.write(zip, weights);
        zip.closeEntry();
      }
      Unfinished.finish(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static ZipEntry entry(String name) {
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(TIME);
    return entry;
  }
}
