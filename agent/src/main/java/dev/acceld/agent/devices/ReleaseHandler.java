package dev.acceld.agent.devices;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.devices.GpuFinder.Place;
import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.agent.repair.records.RepairRecord;
import dev.acceld.agent.view.Aliases;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.probe.Releases;
import dev.acceld.probe.Releases.Released;
import dev.acceld.probe.VendorModule;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets go of GPUs and takes them back. Comes back when it is done: then no file of the GPU is open
 * in this process. A GPU that is in use by a pod can be let go of too; the pod's own files stay
 * open.
 */
public final class ReleaseHandler implements LocalCommand {
  private static final Logger LOG = LoggerFactory.getLogger(ReleaseHandler.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);
  private static final long LOOK_MILLIS = 50;

  private final NodeDevices devices;
  private final GpuFinder finder;
  private final Supplier<List<PreparedClaim>> claims;
  private final Runnable label;

  /**
   * A handler.
   *
   * @param label looks at once what the node's label says
   */
  public ReleaseHandler(NodeDevices devices, Supplier<List<PreparedClaim>> claims, Runnable label) {
    this.label = label;
    this.devices = devices;
    this.finder = new GpuFinder(devices);
    this.claims = claims;
  }

  /**
   * The arguments are {@code device} or {@code all}, {@code back}, {@code repaired} and {@code
   * reason}. With {@code back} and {@code repaired} the device need not be released if its repair
   * failed, or if the agent never opens such a device.
   *
   * @throws IllegalArgumentException naming a device that is not there or cannot be released
   */
  @Override
  public Object run(JsonNode arguments) {
    boolean back = arguments.path("back").asBoolean(false);
    boolean all = arguments.path("all").asBoolean(false);
    boolean repaired = arguments.path("repaired").asBoolean(false);
    if (repaired && !back) {
      throw new IllegalArgumentException("--repaired requires --back");
    }
    if (all && back) {
      refuseAgainstLabel();
    }
    String word = arguments.path("device").asText("");
    List<Place> gpus =
        all ? finder.all() : List.of(repaired ? finder.findRepaired(word) : finder.find(word));
    boolean inUse = !all && repaired && !isReleased(gpus.getFirst());
    if (inUse) {
      checkInUse(word, gpus.getFirst());
    } else if (!all) {
      check(word, gpus.getFirst(), back);
    }
    Map<String, List<String>> ended = repaired ? repaired(word, gpus, inUse) : Map.of();
    try {
      if (!inUse) {
        change(word, gpus, all, back, arguments.path("reason").asText(""));
      }
    } catch (IOException e) {
      throw new CommandFailedException(
          "the release cannot be saved in the state directory: " + ErrorText.of(e), e);
    }
    devices.supervisor().rediscoverNow();
    await(gpus, back);
    if (all && !back) {
      awaitClosed();
    }
    List<String> names = gpus.stream().map(g -> g.name().value()).toList();
    Map<DeviceName, String> aliases = Aliases.of(devices.supervisor().inventory().devices());
    return Map.of(
        "devices",
        names,
        "aliases",
        names.stream()
            .filter(n -> aliases.containsKey(new DeviceName(n)))
            .collect(Collectors.toMap(n -> n, n -> aliases.get(new DeviceName(n)))),
        "released",
        !back,
        "inUse",
        inUse,
        "ended",
        ended,
        "claims",
        users(names));
  }

  /** Before they are taken back: what happens to them afterwards is a fault of its own. */
  private Map<String, List<String>> repaired(String word, List<Place> gpus, boolean inUse) {
    Map<String, List<String>> ended = new TreeMap<>();
    for (Place gpu : gpus) {
      if (inUse || isReleased(gpu)) {
        try {
          ended.put(gpu.name().value(), repaired(gpu));
        } catch (IOException e) {
          throw new CommandFailedException(
              ErrorText.of(e) + "; no GPU is taken back, see 'faults' in /readyz", e);
        }
      }
    }
    if (ended.isEmpty()) {
      throw new IllegalArgumentException("no GPU is released; 'acceld devices' lists the GPUs");
    }
    if (inUse && ended.values().stream().allMatch(List::isEmpty)) {
      throw new IllegalArgumentException(
          both(word, gpus.getFirst())
              + " has no fault to clear and no failed repair; 'acceld health' shows what ends each"
              + " problem");
    }
    ended.forEach(
        (gpu, what) -> LOG.info("{} was confirmed as reset or repaired; cleared: {}", gpu, what));
    return ended;
  }

  private List<String> repaired(Place gpu) throws IOException {
    List<String> ended = new ArrayList<>(devices.health().repaired(gpu.name(), gpu.pci()));
    Optional<RepairRecord> failed = failedRepair(gpu);
    if (failed.isPresent()) {
      devices.repairs().remove(gpu.name());
      devices.health().restate();
      ended.add("the repair that failed at the step '" + failed.get().step().word() + "'");
    }
    return ended;
  }

  private Optional<RepairRecord> failedRepair(Place gpu) {
    return devices.repairs().of(gpu.name()).filter(record -> !record.underWay());
  }

  private boolean isReleased(Place gpu) {
    Released now = devices.releases().now();
    return gpu.opened() ? now.holds(gpu.name()) : now.devices().containsKey(gpu.name());
  }

  private static IllegalArgumentException notReleased(String word, Place gpu) {
    return new IllegalArgumentException(
        both(word, gpu) + " is not released; 'acceld devices' shows which GPUs are");
  }

  /** As the caller wrote it, and the published name if that is another. */
  private static String both(String word, Place gpu) {
    String name = gpu.name().value();
    return word.equals(name) ? name : word + " (" + name + ")";
  }

  /**
   * One that the agent opens is released for a reset: that it is not speaks against one, unless the
   * agent's own repair of it has failed.
   */
  private void checkInUse(String word, Place gpu) {
    refuseUnderRepair(word, gpu);
    if (gpu.opened() && failedRepair(gpu).isEmpty()) {
      throw notReleased(word, gpu);
    }
  }

  private void refuseUnderRepair(String word, Place gpu) {
    if (devices.repairs().of(gpu.name()).filter(RepairRecord::underWay).isPresent()) {
      throw new IllegalArgumentException(
          both(word, gpu) + " is being repaired; it is taken back when that has ended");
    }
  }

  private void check(String word, Place gpu, boolean back) {
    if (gpu.pci().isEmpty()) {
      throw new IllegalArgumentException(
          word + " has no known PCI address; release all GPUs with --all");
    }
    if (back) {
      refuseUnderRepair(word, gpu);
    }
    Released now = devices.releases().now();
    if (back && now.all()) {
      throw new IllegalArgumentException(
          "all GPUs were released together; take them back together with 'acceld release --all"
              + " --back'");
    }
    if (back && !now.holds(gpu.name())) {
      throw notReleased(word, gpu);
    }
  }

  /** What the label says counts, and it may say something else since it was read last. */
  private void refuseAgainstLabel() {
    if (devices.releases().byLabel().isPresent()) {
      label.run();
      devices
          .releases()
          .byLabel()
          .ifPresent(why -> {
            throw new IllegalArgumentException(
                "all GPUs are released by the "
                    + why
                    + "; change that label, and the agent takes them back by itself");
          });
    }
  }

  private void change(String word, List<Place> gpus, boolean all, boolean back, String why)
      throws IOException {
    Releases releases = devices.releases();
    if (all && back) {
      releases.takeBackAll();
    } else if (all) {
      releases.releaseAll(why);
    } else if (!back) {
      releases.release(gpus.getFirst().name(), gpus.getFirst().pci());
    } else if (!releases.takeBack(gpus.getFirst().name())) {
      throw notReleased(word, gpus.getFirst());
    }
  }

  private void await(List<Place> gpus, boolean back) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!gpus.stream().allMatch(g -> !g.known() || released(g.name()) != back)) {
      if (System.nanoTime() - deadline > 0) {
        throw new CommandFailedException(
            "not finished after "
                + PATIENCE.toSeconds()
                + " s; the agent keeps trying. A call to the driver's library hangs; see /readyz");
      }
      pause();
    }
  }

  /** That is what it is for: a library that a hanging call keeps loaded keeps the driver loaded. */
  private void awaitClosed() {
    long deadline = System.nanoTime() + CLOSED_WITHIN.toNanos();
    List<String> open = stillOpen();
    while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
      pause();
      open = stillOpen();
    }
    if (!open.isEmpty()) {
      throw new CommandFailedException(
          "all GPUs are released, but this agent still has open: "
              + String.join(", ", open)
              + "; a call to the driver's library hangs. Restart the agent before you unload the"
              + " driver");
    }
  }

  private static List<String> stillOpen() {
    return VendorModule.all().stream().flatMap(module -> module.stillOpen().stream()).toList();
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("the agent is shutting down", e);
    }
  }

  private boolean released(DeviceName name) {
    return devices.health().raised(name).stream().anyMatch(r -> r.code().equals("released"));
  }

  /** The claims on these GPUs and on parts of them. */
  private List<String> users(List<String> names) {
    Set<String> parts = new HashSet<>();
    for (Device device : devices.supervisor().inventory().devices()) {
      if (!Collections.disjoint(names, device.common().physical())) {
        parts.add(device.name().value());
      }
    }
    List<String> users = new ArrayList<>();
    for (PreparedClaim claim : claims.get()) {
      if (claim.devices().stream().anyMatch(d -> parts.contains(d.device()))) {
        users.add(claim.claim().path());
      }
    }
    return users;
  }
}
