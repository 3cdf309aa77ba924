package dev.facet.eval.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a run knows: for each codec (or other condition) a book of its {@link Journal}, and there one result by picture and
 * quality. Thread-safe once its books are open.
 */
final class Results<T extends Results.Entry> implements AutoCloseable {
  /** The unit in which results are kept. */
  interface Entry {
    /** Its number, from 0. */
    int picture();

    /** In steps of 1/32, or whatever tells results of a picture under one condition apart. */
    int quality();
  }

  private record Place(int picture, int quality) {}

  private final Journal journal;
  private final Class<T> type;
  private final List<Journal.Book<T>> books = new ArrayList<>();
  private final List<Map<Place, T>> known = new ArrayList<>();

  Results(Journal journal, Class<T> type) {
    this.journal = journal;
    this.type = type;
  }

  /**
   * Opens one more book.
   *
   * @param name for people, letters, digits and {@code .-_}
   * @param key everything that its results depend on
   * @return its number, from 0
   * @throws IOException if its file cannot be read or made
   */
  int open(String name, String key) throws IOException {
    Journal.Book<T> book = journal.open(name, key, type);
    books.add(book);
    Map<Place, T> map = new ConcurrentHashMap<>();
    book.pieces().forEach(piece -> map.put(new Place(piece.picture(), piece.quality()), piece));
    known.add(map);
    return known.size() - 1;
  }

  @Nullable T get(int book, int picture, int quality) {
    return known.get(book).get(new Place(picture, quality));
  }

  void add(int book, T piece) throws IOException {
    books.get(book).add(piece);
    known.get(book).put(new Place(piece.picture(), piece.quality()), piece);
  }

  /** Of one book and quality, in the order of the pictures, of which all must have been measured. */
  List<T> of(int book, int quality, int pictures) {
    return IntStream.range(0, pictures)
        .mapToObj(i -> Objects.requireNonNull(get(book, i, quality)))
        .toList();
  }

  @Override
  public void close() throws IOException {
    for (Journal.Book<T> book : books) {
      book.close();
    }
  }
}
