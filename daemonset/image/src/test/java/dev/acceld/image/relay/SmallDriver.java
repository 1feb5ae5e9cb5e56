package dev.acceld.image.relay;

import dev.acceld.device.HealthReport;
import dev.acceld.dra.claim.ClaimService;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.kubelet.HealthFeed;
import dev.acceld.dra.kubelet.KubeletPlugin;
import dev.acceld.dra.kubelet.KubeletPluginObserver;
import dev.acceld.dra.kubelet.KubeletSettings;
import dev.acceld.dra.kubelet.KubeletTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A driver as a process of its own, to be killed. It prepares a claim named {@code slow} only when
 * a process before it has begun to.
 */
public final class SmallDriver {
  static final String NAME = "acceld.dev";

  private SmallDriver() {}

  /**
   * Serves until it is killed: the kubelet's directory, the relay's, one for what it tells, and the
   * instance.
   */
  public static void main(String[] arguments) throws Exception {
    Path told = Path.of(arguments[2]);
    KubeletSettings settings =
        new KubeletSettings(
            NAME, "node", Path.of(arguments[0]), arguments[3], Optional.of(Path.of(arguments[1])));
    KubeletPlugin plugin =
        new KubeletPlugin(
            settings,
            new KubeletTransport(),
            new Claims(told),
            new Well(),
            KubeletPluginObserver.NONE);
    Runtime.getRuntime().addShutdownHook(new Thread(plugin::close));
    plugin.onRegistration(
        status -> note(told.resolve("registered-" + ProcessHandle.current().pid())));
    try {
      plugin.start();
    } catch (IOException e) {
      System.err.println("the small driver is refused: " + e.getMessage());
      System.exit(1);
    }
    Thread.currentThread().join();
  }

  private static void note(Path file) {
    try {
      Files.write(file, new byte[0]);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private record Claims(Path told) implements ClaimService {
    @Override
    public Map<String, PrepareOutcome> prepare(List<ClaimRef> claims, CallScope call) {
      Map<String, PrepareOutcome> outcomes = new LinkedHashMap<>();
      for (ClaimRef claim : claims) {
        Path begun = told.resolve("begun");
        if (claim.name().equals("slow") && !Files.exists(begun)) {
          note(begun);
          sleep();
        }
        outcomes.put(claim.uid(), new PrepareOutcome.Prepared(List.of()));
      }
      return outcomes;
    }

    @Override
    public Map<String, UnprepareOutcome> unprepare(List<ClaimRef> claims, CallScope call) {
      return Map.of();
    }

    private static void sleep() {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static final class Well implements HealthFeed {
    @Override
    public List<HealthReport> current() {
      return List.of();
    }

    @Override
    public Subscription onChange(Runnable listener) {
      return () -> {};
    }
  }
}
