package dev.acceld.dra.cluster.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Threads on which requests run, so that a caller is free at its deadline whatever the peer does:
 * name resolution, connect, TLS and every byte of the answer are inside. A few at once; the others
 * wait in order, and their waiting counts. Without work there is no thread. Any thread may call.
 */
public final class ApiWorkers {
  /** Each needs memory for TLS and for what it reads: the agent's heap is small. */
  public static final int AT_ONCE = 8;

  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          20,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          task -> Thread.ofPlatform().daemon().name("api-request").unstarted(task));

  ApiWorkers() {
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Runs a request on a thread of its own and waits for it until the deadline.
   *
   * @param deadline in {@link System#nanoTime}
   * @throws SocketTimeoutException at the deadline, when the request has been cut off, or has not
   *     begun because others are under way
   */
  <T> T run(Callable<T> request, Exchange exchange, long deadline) throws IOException {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          exchange.begin();
          try {
            return request.call();
          } finally {
            exchange.end();
          }
        });
    try {
      pool.execute(task);
    } catch (OutOfMemoryError e) {
      throw new IOException("cannot start a thread for the request; check the limit of threads", e);
    }
    try {
      return task.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      boolean begun = drop(task, exchange);
      throw new SocketTimeoutException(
          begun
              ? "it was canceled while " + exchange.phase()
              : AT_ONCE + " other requests were in progress");
    } catch (InterruptedException e) {
      drop(task, exchange);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the caller was interrupted");
    } catch (ExecutionException e) {
      throw thrown(e);
    }
  }

  private boolean drop(FutureTask<?> task, Exchange exchange) {
    boolean begun = exchange.abort();
    task.cancel(false);
    pool.remove(task);
    return begun;
  }

  private static IOException thrown(ExecutionException e) {
    switch (e.getCause()) {
      case IOException io -> {
        return io;
      }
      case RuntimeException r -> throw r;
      case Error error -> throw error;
      case null, default -> {
        return new IOException(String.valueOf(e.getMessage()), e);
      }
    }
  }
}
