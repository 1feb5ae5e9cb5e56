package dev.acceld.reset;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.reset.ResetFailedException.Cause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One reset of a function without its driver. All writes are made by one thread, one after the
 * other, so that the driver is bound also after an unbinding that comes back late.
 */
final class ResetWorker {
  private final HostFs host;
  private final FunctionReset functions;
  private final DriverBinding drivers;
  private final PciAddress at;
  private final Duration within;
  private final FutureTask<List<String>> task = new FutureTask<>(this::work);
  private volatile String file = "";
  private volatile boolean givenUp;

  ResetWorker(
      HostFs host, FunctionReset functions, DriverBinding drivers, PciAddress at, Duration within) {
    this.host = host;
    this.functions = functions;
    this.drivers = drivers;
    this.at = at;
    this.within = within;
  }

  /** Whether nothing of it is under way any more. */
  boolean isDone() {
    return task.isDone();
  }

  /** The file that it writes to, or has written to last. */
  String file() {
    return file;
  }

  /** Runs it; the first call only. Comes back when it is done or given up. */
  List<String> run(Duration bindWithin) throws ResetFailedException, InterruptedException {
    start();
    try {
      return await(within);
    } catch (TimeoutException e) {
      String slow = file;
      givenUp = true; // it goes on with the binding
      return afterwards(slow, bindWithin);
    } catch (InterruptedException e) {
      givenUp = true;
      settle(bindWithin);
      throw e;
    }
  }

  private void start() {
    try {
      Thread.ofPlatform().daemon().name("pci-reset").start(task);
    } catch (OutOfMemoryError e) { // no thread to be had
      boolean unused = task.cancel(false);
      throw e;
    }
  }

  /** So that nobody begins another reset meanwhile, as far as there is time. */
  private void settle(Duration time) throws InterruptedException {
    try {
      List<String> unused = await(time);
    } catch (ResetFailedException | TimeoutException e) {
      // Who was interrupted wants to know no more; a function without a driver is seen later.
    }
  }

  private List<String> afterwards(String slow, Duration bindWithin)
      throws ResetFailedException, InterruptedException {
    try {
      return await(bindWithin);
    } catch (TimeoutException e) {
      throw new ResetFailedException(
          "the write to "
              + slow
              + " does not return"
              + (slow.equals(file) ? "" : ", nor that to " + file));
    }
  }

  private List<String> await(Duration time)
      throws ResetFailedException, InterruptedException, TimeoutException {
    try {
      return task.get(Math.max(1, time.toNanos()), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ResetFailedException failed
          ? failed
          : new ResetFailedException("internal error: " + e.getCause());
    }
  }

  private List<String> work() throws ResetFailedException {
    Optional<String> inTheWay =
        drivers.foreign(at).or(() -> VirtualFunctions.refusal(host, at)); // again: it may be new
    if (inTheWay.isPresent()) {
      throw new ResetFailedException(inTheWay.get(), Cause.UNSUPPORTED);
    }
    Optional<String> driver = drivers.driver(at);
    List<String> said = new ArrayList<>();
    ResetFailedException first = null;
    try {
      if (driver.isPresent()) {
        write(DriverBinding.unbind(driver.get()), at.toString());
        said.add(driver.get() + " was unbound from " + at);
      }
      if (givenUp) {
        throw new ResetFailedException("the write to " + file + " took too long");
      }
      file = functions.file(at);
      said.add(functions.resetNow(at));
    } catch (ResetFailedException e) {
      first = e;
    }
    try {
      bind(driver); // whatever came of it: without a driver nobody can use it
      said.add(
          driver
              .map(name -> name + " was bound to " + at)
              .orElse("the kernel was asked to bind a driver to " + at));
    } catch (ResetFailedException e) {
      if (first == null) {
        throw e;
      }
      first.addSuppressed(e);
    }
    if (first != null) {
      throw first;
    }
    return said;
  }

  private void bind(Optional<String> driver) throws ResetFailedException {
    try {
      write(driver.map(DriverBinding::bind).orElse(DriverBinding.PROBE), at.toString());
    } catch (ResetFailedException e) {
      // A driver that never let go refuses to be bound twice: all is as it should be.
      if (drivers.driver(at).isEmpty()) {
        throw e;
      }
    }
  }

  private void write(String path, String text) throws ResetFailedException {
    file = path;
    SysfsWrite.writeNow(host.root().resolve(path.substring(1)), text);
  }
}
