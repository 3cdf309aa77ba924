package dev.facet.eval.experiment;

import dev.facet.eval.dataset.Category;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Classes of a network and categories of labels are the same where their names are. */
final class ClassNames {
  private ClassNames() {}

  /** For each class of a network, the index of the category of this name, or -1. */
  static int[] match(List<String> classes, List<Category> categories) {
    List<String> names = categories.stream().map(c -> plain(c.name())).toList();
    return classes.stream().mapToInt(name -> names.indexOf(plain(name))).toArray();
  }

  /**
   * The same, if there is any match.
   *
   * @param who begins the message: "the detector of x finds"
   * @throws IllegalArgumentException if there is none
   */
  static int[] require(String who, List<String> classes, List<Category> categories) {
    int[] indexes = match(classes, categories);
    if (Arrays.stream(indexes).allMatch(index -> index < 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s %s, the pictures are labelled with %s: name another pack with --model",
              who,
              classes,
              categories.stream().map(Category::name).toList()));
    }
    return indexes;
  }

  private static String plain(String name) {
    return name.strip().toLowerCase(Locale.ROOT);
  }
}
