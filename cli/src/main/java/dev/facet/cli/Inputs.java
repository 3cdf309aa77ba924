package dev.facet.cli;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.PyramidFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files that a command was given. */
final class Inputs {
  /** Also those that nobody here reads, so that the answer is about pictures. */
  private static final Set<String> IMAGES =
      Set.of(
          "png", "jpg", "jpeg", "bmp", "gif", "webp", "ppm", "tif", "tiff", "wbmp", "heic", "avif");

  private Inputs() {}

  /** Files as they are, folders as the pyramid files in them, by name. */
  static List<Path> expand(List<Path> inputs) throws IOException, Failures.Failure {
    return expand(inputs, PyramidFiles::isPyramidName, ".safetensors or .npz file");
  }

  /** Files as they are, folders as the pyramid files and pictures in them, by name. */
  static List<Path> expandWithImages(List<Path> inputs) throws IOException, Failures.Failure {
    return expand(
        inputs,
        file -> PyramidFiles.isPyramidName(file) || isImage(file),
        ".safetensors or .npz file and no picture");
  }

  private static List<Path> expand(List<Path> inputs, Predicate<Path> wanted, String what)
      throws IOException, Failures.Failure {
    List<Path> files = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        List<Path> inside;
        try (Stream<Path> all = Files.list(input)) {
          inside = all.filter(wanted).sorted().toList();
        }
        if (inside.isEmpty()) {
          throw new Failures.Failure(input + ": the folder holds no " + what);
        }
        files.addAll(inside);
      } else {
        files.add(input);
      }
    }
    return files;
  }

  /** Whether the name is that of a picture. */
  static boolean isImage(Path file) {
    String name = file.toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return IMAGES.contains(extension);
  }

  static FeaturePyramid pyramid(Path file) throws IOException, Failures.Failure {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    if (isImage(file)) {
      throw new Failures.Failure(
          file + ": is an image, a feature pyramid (.safetensors or .npz) is needed here");
    }
    return PyramidFiles.read(file);
  }
}
