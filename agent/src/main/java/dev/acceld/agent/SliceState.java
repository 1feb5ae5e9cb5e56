package dev.acceld.agent;

import dev.acceld.agent.http.Condition;
import dev.acceld.dra.slice.PublisherObserver;
import java.time.Duration;
import java.util.List;

/** Follows the publisher for readiness, and passes on what it hears to the meters. */
final class SliceState implements PublisherObserver {
  private final PublisherObserver meters;
  private volatile boolean taintsKept = true;
  private volatile Condition now =
      Condition.required(
          "slices", false, "nothing is published before the kubelet has registered us");

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

  /** What readiness says of the slices. */
  List<Condition> conditions() {
    return taintsKept
        ? List.of(now)
        : List.of(
            now,
            Condition.advisory(
                "taints",
                false,
                "the API server drops taints of devices (feature gate DRADeviceTaints is off, as in"
                    + " 1.34): devices in trouble are withdrawn instead while nobody holds them"));
  }
}
