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
import java.util.stream.Stream;

/** The files that a command was given. */
final class Inputs {
  private static final Set<String> IMAGES =
      Set.of("png", "jpg", "jpeg", "bmp", "gif", "webp", "ppm", "tif", "tiff");

  private Inputs() {}

  /** Files as they are, folders as the pyramid files in them, by name. */
  static List<Path> expand(List<Path> inputs) throws IOException, Failures.Failure {
    List<Path> files = new ArrayList<>();
    for (Path input : inputs) {
      if (Files.isDirectory(input)) {
        List<Path> inside;
        try (Stream<Path> all = Files.list(input)) {
          inside = all.filter(PyramidFiles::isPyramidName).sorted().toList();
        }
        if (inside.isEmpty()) {
          throw new Failures.Failure(input + ": the folder holds no .safetensors or .npz file");
        }
        files.addAll(inside);
      } else {
        files.add(input);
      }
    }
    return files;
  }

  static FeaturePyramid pyramid(Path file) throws IOException, Failures.Failure {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    String name = file.toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    if (IMAGES.contains(extension)) {
      throw new Failures.Failure(
          file
              + ": is an image, and this build encodes feature pyramids alone: run the backbone, save p2..p5 as"
              + " .safetensors or .npz, and encode that");
    }
    return PyramidFiles.read(file);
  }
}
