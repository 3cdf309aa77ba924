package dev.facet.nn;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the pieces of an operation on a fixed number of threads. Pieces partition outputs, never a sum, so that neither
 * their number nor their order can change a bit.
 */
public final class Parallel implements AutoCloseable {
  /**
   * How long the caller looks for the others to end before it sleeps: pieces are alike, and to be woken takes longer. Operations follow
   * each other at once, so workers do the same, in the pool's way.
   */
  private static final long SPIN_NANOS = 50_000;

  private final int threads;
  private final ExecutorService workers;

  /**
   * @param threads including the calling one
   */
  public Parallel(int threads) {
    this.threads = threads;
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ForkJoinPool(
            Math.max(1, threads - 1),
            pool -> {
              ForkJoinWorkerThread worker =
                  ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
              worker.setName("facet-worker-" + number.incrementAndGet());
              return worker;
            },
            null,
            true);
  }

  public int threads() {
    return threads;
  }

  /** {@link #forEach(int, IntConsumer)}, or the same on the calling thread alone where sharing would cost more. */
  public void forEach(int pieces, boolean share, IntConsumer body) {
    if (share) {
      forEach(pieces, body);
    } else {
      for (int i = 0; i < pieces; i++) {
        body.accept(i);
      }
    }
  }

  /**
   * Calls {@code body} with every number from 0 to pieces - 1, in any order, and returns when all have returned. The
   * calling thread takes part.
   *
   * @throws RuntimeException the first one that a piece threw
   */
  public void forEach(int pieces, IntConsumer body) {
    int helpers = Math.min(threads, pieces) - 1;
    if (helpers <= 0) {
      for (int i = 0; i < pieces; i++) {
        body.accept(i);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    CountDownLatch done = new CountDownLatch(helpers);
    Runnable work =
        () -> {
          try {
            for (int i = next.getAndIncrement(); i < pieces; i = next.getAndIncrement()) {
              body.accept(i);
            }
          } catch (Throwable t) { // an Error in a worker must reach the caller too
            failure.compareAndSet(null, t);
            next.set(pieces);
          }
        };
    for (int i = 0; i < helpers; i++) {
      workers.execute(() -> {
        work.run();
        done.countDown();
      });
    }
    work.run();
    awaitUninterruptibly(done);
    // no pattern switch: its bootstrap takes tens of milliseconds of a program's start
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    } else if (thrown != null) {
      throw new IllegalStateException(thrown);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch done) {
    long start = System.nanoTime();
    while (done.getCount() > 0 && System.nanoTime() - start < SPIN_NANOS) {
      Thread.onSpinWait();
    }
    boolean interrupted = false;
    while (true) {
      try {
        done.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    workers.shutdown();
  }
}
