package dev.acceld.probe.nvidia;

import dev.acceld.host.HostFs;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.ProbeFailedException;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.mig.MigSelector;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One look through NVIDIA's library, as the agent's own, on a thread that is left behind when the
 * driver hangs. GPUs that are released are not opened.
 */
final class NvmlLook {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Path driverRoot;
  private final HostFs host;
  private final Releases releases;
  private final boolean operationalEvents;

  NvmlLook(Path driverRoot, HostFs host, Releases releases, boolean operationalEvents) {
    this.operationalEvents = operationalEvents;
    this.driverRoot = driverRoot;
    this.host = host;
    this.releases = releases;
  }

  /**
   * What there is.
   *
   * @throws IOException when the library does not answer; the message says what it did instead
   */
  Discovery discover() throws IOException {
    FutureTask<Discovery> look = new FutureTask<>(this::look);
    Thread.ofPlatform().daemon().name("nvml-look").start(look);
    try {
      return look.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          "NVIDIA's library has not responded within "
              + PATIENCE.toSeconds()
              + " s: the driver or a GPU hangs",
          e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      String why =
          cause instanceof ProbeUnavailableException || cause instanceof ProbeFailedException
              ? cause.getMessage()
              : String.valueOf(cause);
      throw new IOException(why, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Discovery look() throws ProbeUnavailableException, ProbeFailedException {
    NvidiaProbe probe =
        new NvidiaProbe(driverRoot, host, releases, MigSelector.NONE, operationalEvents);
    try {
      return probe.discover();
    } finally {
      probe.close();
    }
  }
}
