package dev.acceld.agent.devices;

import dev.acceld.device.Inventory;
import dev.acceld.dra.claim.health.SelfTests;
import dev.acceld.dra.events.Fault;
import dev.acceld.dra.events.FaultListener;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/**
 * What makes a device one that was not tested yet: a fault (its absence is one), and a reset that
 * nothing was known to be the reason of. Any thread.
 */
final class Retests implements FaultListener {
  private final SelfTests tests;
  private final Supplier<Inventory> inventory;

  Retests(SelfTests tests, Supplier<Inventory> inventory) {
    this.tests = tests;
    this.inventory = inventory;
  }

  /** So that it is not tested by the time at which the fault ends. */
  @Override
  public void began(Fault fault, boolean found) {
    forget(fault);
  }

  /** A claim that tolerates the fault may have had it tested meanwhile. */
  @Override
  public void ended(Fault fault, Instant at) {
    forget(fault);
  }

  private void forget(Fault fault) {
    tests.forget(List.of(fault.part().split(",", -1)));
  }

  /** Resets among what probes noticed. */
  void signals(List<Signal> signals) {
    for (Signal signal : signals) {
      if (signal instanceof Signal.Reset reset) {
        inventory
            .get()
            .find(reset.device())
            .ifPresent(device -> tests.forget(device.common().physical()));
      }
    }
  }
}
