package dev.acceld.startup;

import java.util.Locale;

/** A phase of a pod's start, in their order. */
public enum StartupPhase {
  /** From the pod's binding to the node until the kubelet first asks for one of its claims. */
  KUBELET,
  /** From then until its last claim is prepared, with the prepares that failed before. */
  PREPARE,
  /** From then until the first container has started: sandbox, network, volumes, images. */
  CONTAINER,
  /** From then until a device is busy for the first time: imports, model, compilation. */
  FIRST_USE;

  /** The value of the label. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
