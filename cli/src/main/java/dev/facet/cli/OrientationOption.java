package dev.facet.cli;

import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** {@code --ignore-orientation}. */
final class OrientationOption {
  @Option(
      names = "--ignore-orientation",
      description =
          "Takes the pixels of a JPEG as stored, without the EXIF orientation: labels of data sets often do.")
  private boolean ignored;

  Picture read(Path file) throws IOException {
    return Picture.read(file, !ignored);
  }
}
