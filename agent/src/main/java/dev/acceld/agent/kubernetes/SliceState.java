package dev.acceld.agent.kubernetes;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.slice.PublisherObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Follows the publisher for readiness, and passes on what it hears to the meters. */
final class SliceState implements PublisherObserver {
  private static final String NO_COUNTERS =
      "only whole GPUs are published, because this cluster does not store shared counters (feature"
          + " gate DRAPartitionableDevices, Kubernetes 1.35 and later): enable the gate for"
          + " partitions on demand; the agent checks again after minutes, later after hours";

  private static final String NO_TAINTS =
      "the API server drops device taints (feature gate DRADeviceTaints is off, as in 1.34):"
          + " unhealthy devices are not published while no claim holds them";

  private final PublisherObserver meters;
  private volatile boolean taintsKept = true;
  private volatile boolean countersKept = true;
  private volatile String altered = "";
  private volatile String contested = "";
  private volatile Condition now =
      Condition.required(
          "slices", false, "nothing is published until the kubelet has registered the driver");

  SliceState(PublisherObserver meters) {
    this.meters = meters;
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
      all.add(Condition.advisory("taints", false, NO_TAINTS));
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
}
