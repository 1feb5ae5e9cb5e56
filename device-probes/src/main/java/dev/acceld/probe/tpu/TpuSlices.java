package dev.acceld.probe.tpu;

import dev.acceld.device.TpuChip;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.tpu.TpuGeneration.Wiring;
import dev.acceld.probe.tpu.shape.Shape;
import dev.acceld.probe.tpu.slice.SliceProblem;
import dev.acceld.probe.tpu.slice.SliceSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a worker of a slice of several hosts is told besides what any container with TPU chips is:
 * the variables that GKE's admission webhook writes for pods with {@code google.com/tpu}, and those
 * of the slice that Google's DRA driver writes. On tpu7x the processes' addresses as well, as
 * KubeRay's webhook does.
 */
final class TpuSlices {
  /** Linux gives a process no longer variable (MAX_ARG_STRLEN), its end included. */
  private static final int LONGEST = 128 * 1024 - 1;

  /** Of libtpu's process on each host (LWS, KubeRay). */
  private static final int PROCESS_PORT = 8476;

  private final TpuBlocks blocks;

  TpuSlices(TpuBlocks blocks) {
    this.blocks = blocks;
  }

  /**
   * Looks whether chips can be a host of a slice.
   *
   * @return the shape of the host
   * @throws AccessRefusedException naming what of the configuration does not fit, and the remedy
   */
  Shape check(List<TpuChip> chips, SliceSettings slice) throws AccessRefusedException {
    TpuChip first = chips.getFirst();
    TpuGeneration generation = TpuGeneration.byId(first.generation());
    if (chips.size() < first.chipsOnHost()) {
      throw SliceProblem.at(
          "",
          "a worker has all chips of its host, but the request holds only "
              + chips.size()
              + " of "
              + first.chipsOnHost()
              + " ("
              + chips.stream().map(chip -> chip.name().value()).collect(Collectors.joining(", "))
              + "); request them with allocationMode: All, or one tpu-shape with wholeHost, or"
              + " remove the TpuConfig");
    }
    if (generation == TpuGeneration.UNKNOWN) {
      throw SliceProblem.at(
          "",
          "the generation of these chips is newer than this version, and so is their wiring; remove"
              + " the TpuConfig and set the variables in the pod");
    }
    if (blocks.disputed(first)) {
      throw SliceProblem.at(
          "",
          "this host shows "
              + count(first.chipsOnHost(), "chip")
              + " and should have another number, see /readyz; find the missing ones, or state how"
              + " these lie with --tpu-host-facts=CHIPS_PER_HOST_BOUNDS=X,Y,Z");
    }
    Shape host =
        blocks
            .of(chips)
            .orElseThrow(() ->
                SliceProblem.at(
                    "",
                    "how the "
                        + first.chipsOnHost()
                        + " chips of this host are arranged is not known; set it with"
                        + " --tpu-host-facts=CHIPS_PER_HOST_BOUNDS=X,Y,Z"))
            .shape();
    Shape hosts = hosts(generation, host, slice.topology());
    if (hosts.chips() != slice.workers()) {
      throw SliceProblem.at(
          "workers",
          "it is "
              + slice.workers()
              + ", but topology "
              + slice.topology()
              + " has "
              + count(hosts.chips(), "host")
              + " with "
              + count(host.chips(), "chip")
              + " such as this one; correct workers or topology");
    }
    return host;
  }

  /** How the hosts of a slice are arranged; a shape that counts hosts. */
  private static Shape hosts(TpuGeneration generation, Shape host, String topology)
      throws AccessRefusedException {
    Shape whole =
        Shape.parse(topology)
            .orElseThrow(() -> SliceProblem.at("topology", "it is not a topology such as 4x4"));
    boolean three = generation.wiring == Wiring.SPACE;
    if (!topology.equals(whole.topology(three)) || (!three && whole.z() > 1)) {
      throw SliceProblem.at(
          "topology",
          "'"
              + topology
              + "' does not fit "
              + generation.id
              + ", whose chips are wired in "
              + (three
                  ? "three dimensions: write it as 2x2x4"
                  : "two dimensions: write it as 4x4"));
    }
    boolean divides =
        whole.x() % host.x() == 0 && whole.y() % host.y() == 0 && whole.z() % host.z() == 0;
    if (!divides) {
      throw SliceProblem.at(
          "topology",
          "'"
              + topology
              + "' is not made of hosts like this one, which is "
              + generation.topology(host)
              + "; correct it, or select hosts with another number of chips");
    }
    return new Shape(whole.x() / host.x(), whole.y() / host.y(), whole.z() / host.z());
  }

  /**
   * The variables, by name.
   *
   * @param chips all of the host
   */
  Map<String, String> env(List<TpuChip> chips, SliceSettings slice) throws AccessRefusedException {
    Shape host = check(chips, slice);
    if (slice.workerId().isEmpty() || slice.hostnames().size() != slice.workers()) {
      throw SliceProblem.at("hostnames", "it is not known which worker the pod is");
    }
    TpuGeneration generation = TpuGeneration.byId(chips.getFirst().generation());
    Shape hosts = hosts(generation, host, slice.topology());
    Map<String, String> env = new LinkedHashMap<>();
    env.put("TPU_WORKER_ID", Integer.toString(slice.workerId().getAsInt()));
    env.put("TPU_WORKER_HOSTNAMES", String.join(",", slice.hostnames()));
    env.put("TPU_TOPOLOGY", slice.topology());
    env.put("TPU_HOST_BOUNDS", hosts.bounds());
    env.put("HOST_BOUNDS", hosts.bounds());
    env.put(
        "TPU_ACCELERATOR_TYPE",
        generation.published + "-" + hosts.chips() * host.chips() * generation.specs.tensorCores());
    if (generation == TpuGeneration.TPU7X) {
      env.put(
          "TPU_PROCESS_ADDRESSES",
          slice.hostnames().stream()
              .map(name -> name + ":" + PROCESS_PORT)
              .collect(Collectors.joining(",")));
      env.put("TPU_PROCESS_PORT", Integer.toString(PROCESS_PORT));
    }
    for (Map.Entry<String, String> each : env.entrySet()) {
      int length = each.getKey().length() + 1 + each.getValue().length();
      if (length > LONGEST) {
        throw SliceProblem.at(
            "hostnames",
            each.getKey()
                + " would have "
                + length
                + " characters, and Linux allows "
                + LONGEST
                + "; use shorter names for the Job or set, and its Service");
      }
    }
    return env;
  }

  private static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
