package dev.acceld.probe.nvidia.driver;

import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The kernel module {@code nvidia-uvm}, without which CUDA does not work. Outside of containers the
 * first user of CUDA has it loaded by {@code nvidia-modprobe}; in a container nobody can, so that
 * the first pod after a boot would fail. Thread-safe.
 */
public final class UvmModule {
  private static final String PROGRAM = "/usr/bin/nvidia-modprobe";
  private static final long PATIENCE_SECONDS = 10;

  /** Runs a command and says how it ended. */
  @FunctionalInterface
  public interface Runner {
    /** Empty text when it ended well, else why not. */
    String run(List<String> command) throws InterruptedException;
  }

  private final DriverRoot root;
  private final BooleanSupplier loaded;
  private final Runner runner;

  /**
   * Runs nothing yet.
   *
   * @param root below which {@code nvidia-modprobe} is looked for
   * @param loaded whether the module is loaded; asked before and after an attempt, on any thread
   * @param runner runs {@code nvidia-modprobe}, such as {@link #start}
   */
  public UvmModule(DriverRoot root, BooleanSupplier loaded, Runner runner) {
    this.root = root;
    this.loaded = loaded;
    this.runner = runner;
  }

  /**
   * Loads it if it is not.
   *
   * @throws AccessRefusedException when it cannot be loaded from here
   */
  public synchronized void require() throws AccessRefusedException {
    if (loaded.getAsBoolean()) {
      return;
    }
    String trouble = load();
    if (!loaded.getAsBoolean()) {
      throw new AccessRefusedException(
          "kernel module nvidia-uvm, which CUDA needs, is not loaded ("
              + trouble
              + "); run 'nvidia-modprobe -u -c 0' or 'modprobe nvidia-uvm' on the node, or request"
              + " driver capabilities without 'compute'");
    }
  }

  private String load() {
    Path seen = root.seen().resolve(PROGRAM.substring(1));
    if (!Files.isExecutable(seen)) {
      return "there is no " + seen + " to load it with";
    }
    // Below a root of its own it must find its own loader and libraries.
    List<String> command =
        root.seen().equals(Path.of("/"))
            ? List.of(PROGRAM, "-u", "-c", "0")
            : List.of("chroot", root.seen().toString(), PROGRAM, "-u", "-c", "0");
    try {
      String trouble = runner.run(command);
      return String.join(" ", command) + ": " + (trouble.isEmpty() ? "no effect" : trouble);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the agent is shutting down";
    }
  }

  /** Starts processes. */
  public static String start(List<String> command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return "not finished after " + PATIENCE_SECONDS + " s";
      }
      return process.exitValue() == 0 ? "" : "exit status " + process.exitValue();
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
