package dev.acceld.probe.nvidia;

import dev.acceld.device.DeviceName;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.description.MachineDescription;
import dev.acceld.probe.Releases;
import dev.acceld.probe.nvidia.mig.MigSelector;
import dev.acceld.probe.nvidia.session.DeviceCalls;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A simulated machine and its NVML's state, key by key as the simulated library's C code reads it:
 * the faults that are wanted here are finer than what {@code acceld simulate} offers.
 */
public final class Machine {
  private final Path root;
  private final Map<String, String> state = new LinkedHashMap<>();
  private final Map<String, String> original;

  public Machine(Path root, String name) {
    this(root, MachineCatalog.load(name));
  }

  public Machine(Path root, MachineDescription description) {
    this.root = MachineTree.create(root, description).root();
    for (String line : lines()) {
      String[] pair = line.split("=", 2);
      if (pair.length == 2) {
        state.put(pair[0], pair[1]);
      }
    }
    original = Map.copyOf(state);
  }

  /** As it was made, but for the numbers of events and driver loads, which only grow. */
  Machine reset() {
    Map<String, String> grown = new LinkedHashMap<>(state);
    state.clear();
    state.putAll(original);
    for (String key : List.of("event.next", "driver.generation")) {
      if (grown.containsKey(key)) {
        state.put(key, grown.getOrDefault(key, ""));
      }
    }
    return write();
  }

  /** The same machine with another driver. */
  static MachineDescription withDriver(String machine, String version, List<String> missing) {
    MachineDescription as = MachineCatalog.load(machine);
    return new MachineDescription(
        as.name(),
        as.summary(),
        new MachineDescription.Driver(version, "12.2", missing),
        as.numaNodes(),
        as.gpus(),
        as.amdGpus(),
        as.intelGpus(),
        as.tpus(),
        as.others(),
        as.tpuEnv());
  }

  public NvidiaProbe probe() {
    return probe(Releases.NONE);
  }

  public NvidiaProbe probe(Releases releases) {
    // Everything at each sample, so that a test need not wait for the slow ones.
    return probe(releases, Duration.ZERO);
  }

  public NvidiaProbe probe(Releases releases, Duration slowEvery) {
    return new NvidiaProbe(
        root,
        host(),
        releases,
        MigSelector.NONE,
        InstantSource.system(),
        slowEvery,
        DeviceCalls.PATIENCE);
  }

  /** One that waits so long only for a call about a device. */
  public NvidiaProbe probe(Duration patience) {
    return new NvidiaProbe(
        root,
        host(),
        Releases.NONE,
        MigSelector.NONE,
        InstantSource.system(),
        Duration.ZERO,
        patience);
  }

  HostFs host() {
    return new HostFs(root);
  }

  Path root() {
    return root;
  }

  /** The name that GPU n must get. */
  public DeviceName name(int n) {
    String uuid = get(n, "uuid");
    return new DeviceName("gpu-" + uuid.substring(4, 12));
  }

  String get(int gpu, String key) {
    return state.getOrDefault("gpu." + gpu + "." + key, "");
  }

  Machine put(String key, Object value) {
    state.put(key, value.toString());
    return write();
  }

  public Machine gpu(int gpu, String key, Object value) {
    return put("gpu." + gpu + "." + key, value);
  }

  Machine remove(String key) {
    state.remove(key);
    return write();
  }

  /** GPU n as a copy of another, but for what is put afterwards. */
  Machine copy(int from, int to) {
    Map<String, String> copies = new LinkedHashMap<>();
    state.forEach((key, value) -> {
      if (key.startsWith("gpu." + from + ".")) {
        copies.put("gpu." + to + key.substring(key.indexOf('.', 4)), value);
      }
    });
    state.putAll(copies);
    return write();
  }

  Machine xid(int gpu, int code) {
    long next = Long.parseLong(state.getOrDefault("event.next", "1"));
    state.put("event." + next, gpu + " 8 " + code);
    return put("event.next", next + 1);
  }

  /** The driver was unloaded and loaded again: open sessions are dead. */
  Machine reloadDriver() {
    long generation = Long.parseLong(state.getOrDefault("driver.generation", "1"));
    return put("driver.generation", generation + 1);
  }

  /** Moves something away, or back. */
  Machine move(String from, String to) {
    try {
      Files.move(root.resolve(from), root.resolve(to));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directory with the libraries. */
  Path libraries() {
    try (Stream<Path> found = Files.list(root.resolve("usr/lib"))) {
      return root.relativize(
          found.filter(p -> p.toString().endsWith("-linux-gnu")).findFirst().orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file() {
    return root.resolve("var/lib/standin/nvml.state");
  }

  private List<String> lines() {
    try {
      return Files.exists(file()) ? Files.readAllLines(file()) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Machine write() {
    StringBuilder text = new StringBuilder();
    state.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    try {
      Path fresh = Files.writeString(file().resolveSibling("nvml.state.new"), text);
      Files.move(fresh, file(), StandardCopyOption.ATOMIC_MOVE);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
