package dev.acceld.probe.tpu.real;

import dev.acceld.probe.tpu.real.Programs.Said;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What libtpu, asked by JAX and without hardware, takes a slice to be that variables describe. It
 * then knows the generation from nowhere, so it is told by a flag of its own; libtpu's names are
 * those of its chips.
 *
 * @param kind JAX's name of the generation
 * @param devices one entry for each: its chip's coordinates and its host's number
 * @param said all that was printed, the reason of a refusal too
 */
public record LibtpuTopology(String kind, List<Device> devices, String said) {
  private static final Map<String, String> GENERATIONS =
      Map.of(
          "v2", "--deepsea_version=jellyfish",
          "v3", "--deepsea_version=dragonfish",
          "v4", "--deepsea_version=pufferfish",
          "v5e", "--deepsea_version=viperfish --deepsea_variant=lite",
          "v5p", "--deepsea_version=viperfish",
          "v6e", "--deepsea_version=ghostlite",
          "tpu7x", "--deepsea_version=6acc60406");

  /** One of JAX's devices. */
  public record Device(String chip, String host) {}

  /** Asks. */
  public static LibtpuTopology of(
      PythonPrograms jax, String generation, Map<String, String> variables) throws Exception {
    Map<String, String> env = new TreeMap<>(variables);
    env.put("TPU_SKIP_MDS_QUERY", "1");
    env.put("LIBTPU_INIT_ARGS", GENERATIONS.getOrDefault(generation, ""));
    Said said = jax.script("topology.py", env, List.of());
    List<String[]> lines = said.text().lines().map(line -> line.split(" ")).toList();
    return new LibtpuTopology(
        lines.stream()
            .filter(words -> words[0].equals("kind"))
            .map(words -> Arrays.stream(words).skip(1).collect(Collectors.joining(" ")))
            .findFirst()
            .orElse(""),
        lines.stream()
            .filter(words -> words[0].equals("device"))
            .map(words -> new Device(words[1], words[2]))
            .toList(),
        said.text());
  }

  /** Whether libtpu would not have such a slice. */
  public boolean refused() {
    return devices.isEmpty();
  }

  /** The coordinates of its chips. */
  public List<String> chips() {
    return devices.stream().map(Device::chip).distinct().toList();
  }

  /** How many hosts it has. */
  public long hosts() {
    return devices.stream().map(Device::host).distinct().count();
  }
}
