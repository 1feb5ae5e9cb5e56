package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.slice.PublisherObserver;
import dev.acceld.telemetry.meters.FaultMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Follows the publisher for readiness, and passes on what it hears to the meters. */
final class SliceState implements PublisherObserver {
  private static final String NO_COUNTERS =
      "only whole GPUs are published, because this cluster does not store shared counters (feature"
          + " gate DRAPartitionableDevices, Kubernetes 1.35 and later): enable the gate for"
          + " partitions on demand; the agent checks again after minutes, later after hours";

  private static final String NO_TAINTS =
      "the API server drops device taints (feature gate DRADeviceTaints is off, as in 1.34):"
          + " an unhealthy device is withdrawn once no claim holds it; enable the gate";

  private final PublisherObserver meters;
  private final FaultMeters faults;
  private final Supplier<List<String>> blocked;
  private volatile Set<String> published = Set.of();
  private volatile boolean taintsKept = true;
  private volatile boolean countersKept = true;
  private volatile String altered = "";
  private volatile String contested = "";
  private volatile Condition now =
      Condition.required(
          "slices", false, "nothing is published until the kubelet has registered the driver");

  /**
   * @param blocked the devices that no new pod must get, as the health rules have it
   */
  SliceState(PublisherObserver meters, FaultMeters faults, Supplier<List<String>> blocked) {
    this.meters = meters;
    this.faults = faults;
    this.blocked = blocked;
  }

  @Override
  public void stored(List<SliceDevice> offer) {
    published = offer.stream().map(SliceDevice::name).collect(Collectors.toUnmodifiableSet());
    faults.stored(offer);
    meters.stored(offer);
  }

  @Override
  public void wrote(String verb, String outcome) {
    meters.wrote(verb, outcome);
  }

  @Override
  public void inSync(int devices, int slices, long generation) {
    now =
        Condition.required(
            "slices", true, devices + " devices are published in " + slices + " ResourceSlices");
    meters.inSync(devices, slices, generation);
  }

  @Override
  public void firstStored(Duration sinceRegistered) {
    meters.firstStored(sinceRegistered);
  }

  @Override
  public void failed(String message) {
    now = Condition.required("slices", false, message);
    meters.failed(message);
  }

  @Override
  public void waitingForWriter() {
    now =
        Condition.required(
            "slices", true, "another agent of this node writes the slices; this one takes over");
    meters.waitingForWriter();
  }

  @Override
  public void taintsKept(boolean kept) {
    taintsKept = kept;
    meters.taintsKept(kept);
  }

  @Override
  public void countersKept(boolean kept) {
    countersKept = kept;
    meters.countersKept(kept);
  }

  @Override
  public void altered(String what) {
    altered = what;
    meters.altered(what);
  }

  @Override
  public void contested(String what) {
    contested = what;
  }

  /** What readiness says of the slices, and of what is held back for a reason of the cluster's. */
  List<Condition> conditions() {
    List<Condition> all = new ArrayList<>(List.of(now));
    if (!taintsKept) {
      all.add(Condition.advisory("taints", false, NO_TAINTS + withdrawn()));
    }
    if (!countersKept) {
      all.add(Condition.advisory("partitions", false, NO_COUNTERS));
    }
    if (!contested.isEmpty()) {
      all.add(
          Condition.advisory(
              "slices-contested",
              false,
              contested
                  + ": find it (kubectl get resourceslices --show-managed-fields -o yaml) and stop"
                  + " it, or revoke its permission to write ResourceSlices"));
    }
    if (!altered.isEmpty()) {
      all.add(
          Condition.advisory(
              "slices-stored",
              false,
              altered
                  + "; the API server or a webhook changes the published ResourceSlices: exempt"
                  + " those of this driver (kubectl get"
                  + " mutatingwebhookconfigurations,mutatingadmissionpolicies)"));
    }
    return all;
  }

  /** Which devices that concerns now. */
  private String withdrawn() {
    List<String> gone = new ArrayList<>();
    List<String> held = new ArrayList<>();
    blocked.get().forEach(device -> (published.contains(device) ? held : gone).add(device));
    return (gone.isEmpty() ? "" : ". Withdrawn: " + String.join(", ", gone))
        + (held.isEmpty()
            ? ""
            : ". Still published, because a claim holds it: " + String.join(", ", held));
  }
}
