package dev.acceld.agent.cli.top.page;

import java.util.List;
import java.util.Locale;

/** What can be looked at. */
public enum View {
  /** The devices; partitions under their GPU. */
  DEVICES,
  /** The prepared claims. */
  CLAIMS,
  /** The pods that have devices. */
  PODS,
  /** The processes on the devices. */
  PROCESSES,
  /** What is wrong, and what was. */
  FAULTS;

  /** As it is shown. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** From 1 on, which is its key. */
  int number() {
    return List.of(values()).indexOf(this) + 1;
  }

  View next(int steps) {
    View[] all = values();
    return all[Math.floorMod(number() - 1 + steps, all.length)];
  }
}
