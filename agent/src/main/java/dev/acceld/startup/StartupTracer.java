package dev.acceld.startup;

import dev.acceld.dra.claim.ClaimObserver;
import dev.acceld.dra.kubelet.KubeletPluginObserver;

/** Traces starts of pods from what it is told of claims and pods. Any thread; must not block. */
public interface StartupTracer extends ClaimObserver, KubeletPluginObserver, StartupListener {
  /** Traces nothing. */
  StartupTracer OFF = new StartupTracer() {};
}
