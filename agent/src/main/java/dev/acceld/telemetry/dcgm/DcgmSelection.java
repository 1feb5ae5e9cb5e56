package dev.acceld.telemetry.dcgm;

import java.util.Optional;

/**
 * Which of dcgm-exporter's families are served. A counter file decides by the names that it has, of
 * either set; without one, the set decides.
 *
 * @param names the set of names; with a counter file it decides the labels only
 * @param counters people's own selection, if there is one
 */
public record DcgmSelection(DcgmNames names, Optional<DcgmCounters> counters) {

  /** All families under their classic names. */
  public static final DcgmSelection DEFAULT =
      new DcgmSelection(DcgmNames.CLASSIC, Optional.empty());

  /** Whether that family is served. */
  public boolean has(String name) {
    return counters.map(c -> c.help().containsKey(name)).orElseGet(() -> names.has(name));
  }

  /** Its help: the counter file's, if it has one. */
  public String help(String name, String own) {
    return counters.map(c -> c.help().getOrDefault(name, "")).filter(h -> !h.isBlank()).orElse(own);
  }

  /** Whether series that have kept their names have the labels of DCGM 4.7. */
  public boolean hasNewLabels() {
    return names == DcgmNames.DCGM_4_7;
  }
}
