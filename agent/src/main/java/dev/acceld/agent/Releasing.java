package dev.acceld.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.agent.view.Aliases;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.MigDevice;
import dev.acceld.device.Vendor;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.words.InWords;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Lets go of GPUs and takes them back. Comes back when it is done: then no file of the GPU is open
 * in this process. A GPU that is in use by a pod can be let go of too; the pod's own files stay
 * open.
 */
final class Releasing implements LocalCommand {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_MILLIS = 50;

  private final NodeDevices devices;
  private final Supplier<List<PreparedClaim>> claims;

  Releasing(NodeDevices devices, Supplier<List<PreparedClaim>> claims) {
    this.devices = devices;
    this.claims = claims;
  }

  /**
   * The arguments are {@code device} or {@code all}, and {@code back}.
   *
   * @throws IllegalArgumentException naming a device that is not there or cannot be released
   */
  @Override
  public Object run(JsonNode arguments) {
    boolean back = arguments.path("back").asBoolean(false);
    boolean all = arguments.path("all").asBoolean(false);
    List<Gpu> gpus = all ? gpus() : List.of(find(arguments.path("device").asText("")));
    try {
      change(arguments, gpus, all, back);
    } catch (IOException e) {
      throw new CommandFailedException(
          "the release cannot be noted in the state directory: " + InWords.of(e), e);
    }
    devices.supervisor().rediscoverNow();
    await(gpus, back);
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
        "claims",
        users(names));
  }

  /** As the caller wrote it, and the published name if that is another. */
  private static String both(String word, Gpu gpu) {
    String name = gpu.name().value();
    return word.equals(name) ? name : word + " (" + name + ")";
  }

  private void change(JsonNode arguments, List<Gpu> gpus, boolean all, boolean back)
      throws IOException {
    if (all && back) {
      devices.releases().takeBackAll();
    } else if (all) {
      devices.releases().releaseAll();
    } else if (!back) {
      devices.releases().release(gpus.getFirst().name(), gpus.getFirst().common().pci());
    } else if (devices.releases().now().all()) {
      throw new IllegalArgumentException(
          "all GPUs were released together; take them back together with 'acceld release --all --back'");
    } else if (!devices.releases().takeBack(gpus.getFirst().name())) {
      throw new IllegalArgumentException(
          both(arguments.path("device").asText(), gpus.getFirst())
              + " is not released; 'acceld devices' shows what is");
    }
  }

  private List<Gpu> gpus() {
    List<Gpu> gpus = new ArrayList<>();
    for (Device device : devices.supervisor().inventory().devices()) {
      if (device instanceof Gpu gpu && device.common().vendor() == Vendor.NVIDIA) {
        gpus.add(gpu);
      }
    }
    return gpus;
  }

  /** By name, by the driver's index ({@code gpu-3}), by UUID or by PCI address. */
  private Gpu find(String wanted) {
    List<Device> all = devices.supervisor().inventory().devices();
    Map<DeviceName, String> aliases = Aliases.of(all);
    for (Device device : all) {
      boolean named =
          device.name().value().equals(wanted) || wanted.equals(aliases.get(device.name()));
      if (named && device instanceof MigDevice) {
        throw new IllegalArgumentException(
            wanted
                + " is a partition; release its GPU, "
                + device.common().physical()
                + ", as a whole");
      }
      if (named && device.common().vendor() != Vendor.NVIDIA) {
        throw new IllegalArgumentException(
            wanted + " needs no release: the agent never opens it, it only reads sysfs");
      }
    }
    Optional<Gpu> found =
        gpus().stream()
            .filter(g ->
                g.name().value().equals(wanted)
                    || wanted.equals(aliases.get(g.name()))
                    || g.uuid().equalsIgnoreCase(wanted)
                    || g.common()
                        .pci()
                        .filter(p -> p.toString().equalsIgnoreCase(wanted))
                        .isPresent())
            .findFirst();
    Gpu gpu =
        found.orElseThrow(() ->
            new IllegalArgumentException(
                "there is no GPU '" + wanted + "' on this node; see 'acceld devices'"));
    if (gpu.common().pci().isEmpty()) {
      throw new IllegalArgumentException(
          wanted + " has no known PCI address; release all GPUs together with --all");
    }
    return gpu;
  }

  private void await(List<Gpu> gpus, boolean back) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (!gpus.stream().allMatch(g -> released(g.name()) != back)) {
        if (System.nanoTime() - deadline > 0) {
          throw new CommandFailedException(
              "not done after "
                  + PATIENCE.toSeconds()
                  + " s; the agent goes on trying. A call of the driver's library hangs; see"
                  + " /readyz");
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("the agent is stopping", e);
    }
  }

  private boolean released(DeviceName name) {
    Optional<HealthReport> report = devices.health(name);
    return report.isPresent()
        && report.get().reasons().stream().anyMatch(r -> r.code().equals("released"));
  }

  /** The claims on these GPUs and on parts of them. */
  private List<String> users(List<String> names) {
    Set<String> parts = new HashSet<>();
    for (Device device : devices.supervisor().inventory().devices()) {
      if (names.contains(device.common().physical())) {
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
