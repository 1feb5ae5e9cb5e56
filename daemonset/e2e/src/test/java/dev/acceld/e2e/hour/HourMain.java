package dev.acceld.e2e.hour;

import dev.acceld.agent.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Plays the hour and records it: {@code HourMain DIRECTORY SCENERY}. In the directory are
 * afterwards {@code hour.om}, the samples in the OpenMetrics format, and {@code hour.properties}:
 * {@code start}, in seconds since 1970, and the published name of each device ({@code
 * gpu-1/gpu-3=…}). The scenery is an empty directory with a short path, because there are sockets
 * in it.
 */
public final class HourMain {
  static final int MINUTES = 60;

  /** As the chart's PodMonitor scrapes. */
  private static final int SCRAPE_SECONDS = 15;

  private static final int MINUTE = 60;

  private final List<FleetNode> nodes;
  private final Script script = new Script();

  private HourMain(List<FleetNode> nodes) {
    this.nodes = nodes;
    new GpuHour(nodes.get(0)).write(script);
    new TpuHour(nodes.get(1)).write(script);
    new MixedHour(nodes.get(2)).write(script);
  }

  /** Comes back when the hour is over; the exit status is not 0 when something failed. */
  public static void main(String[] arguments) throws Exception {
    Path dir = Path.of(arguments[0]);
    Path scenery = Path.of(arguments[1]);
    Map<Setting, String> common =
        Map.of(
            Setting.SAMPLE_INTERVAL,
            "5s",
            Setting.PROCESS_METRICS,
            "true",
            Setting.named("tpu-metadata-server"),
            "off",
            Setting.PROC_DIR,
            "/proc");
    Map<Setting, String> gpus = new TreeMap<>(common);
    gpus.put(Setting.named("nvidia-mig-on-demand"), "7");
    try (FleetNode gpu = new FleetNode(scenery, "gpu-1", "h100x8", gpus);
        FleetNode tpu = new FleetNode(scenery, "tpu-1", "tpu-v5ex8", common);
        FleetNode mixed = new FleetNode(scenery, "mixed-1", "mixed", common)) {
      List<FleetNode> nodes = List.of(gpu, tpu, mixed);
      for (FleetNode node : nodes) {
        node.start();
      }
      new HourMain(nodes).play(dir);
    }
    System.exit(0); // threads of simulated calls that hang would go on
  }

  private void play(Path dir) throws Exception {
    long start = (Instant.now().getEpochSecond() / MINUTE + 1) * MINUTE;
    writeFacts(dir.resolve("hour.properties"), start);
    AtomicReference<@Nullable Exception> failed = new AtomicReference<>();
    Thread actors =
        Thread.ofPlatform()
            .name("script")
            .start(() -> {
              try {
                act(start);
              } catch (Exception e) {
                failed.set(e);
              }
            });
    try (Recording recording = new Recording(dir.resolve("hour.om"))) {
      for (long at = start; at <= start + MINUTES * MINUTE; at += SCRAPE_SECONDS) {
        awaitTime(at);
        scrape(recording, at);
        Exception failure = failed.get();
        if (failure != null) {
          throw failure;
        }
      }
      System.out.println(recording.samples() + " samples");
    }
    actors.join();
  }

  private void act(long start) throws Exception {
    for (int minute = 0; minute < MINUTES; minute++) {
      awaitTime(start + (long) minute * MINUTE);
      for (Script.Event event : script.of(minute)) {
        System.out.println("minute " + minute + ": " + event.what());
        event.action().run();
      }
    }
  }

  private void scrape(Recording recording, long at) throws IOException, InterruptedException {
    for (FleetNode node : nodes) {
      Instant asked = Instant.now(); // with fast time, that may be seconds after it should
      Optional<String> text = node.scrape();
      if (text.isPresent()) {
        recording.add(asked, node.name(), text.get());
      }
    }
    long late = Instant.now().getEpochSecond() - at;
    if (late > SCRAPE_SECONDS) {
      System.out.println("scrape of " + at + " was over " + late + " s later");
    }
  }

  private static void awaitTime(long epochSecond) throws InterruptedException {
    Duration left = Duration.between(Instant.now(), Instant.ofEpochSecond(epochSecond));
    if (left.isPositive()) {
      Thread.sleep(left);
    }
  }

  private void writeFacts(Path file, long start) throws IOException {
    Properties facts = new Properties();
    facts.setProperty("start", Long.toString(start));
    for (FleetNode node : nodes) {
      node.published().forEach((own, name) -> facts.setProperty(node.name() + "/" + own, name));
    }
    try (var out = Files.newBufferedWriter(file)) {
      facts.store(out, null);
    }
  }
}
