package dev.acceld.device.access;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a configuration asks for that can only be true for one pod, in the words of the vendor's
 * module that has read it. Plain texts: they are kept with the claim, so that what was written for
 * it can be written again without asking for the pod.
 *
 * @param kind the kind of configuration that says so; a module leaves others' alone
 * @param values by name, in the names' order; nobody but the module reads them
 * @param complete false while something about the pod has to be looked up first
 */
public record PodSettings(String kind, Map<String, String> values, boolean complete) {

  /** Takes a copy. */
  public PodSettings {
    values = Collections.unmodifiableMap(new TreeMap<>(values));
  }
}
