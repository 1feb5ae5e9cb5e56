package dev.acceld.image.debian;

import dev.acceld.image.ImageException;
import dev.acceld.tools.DebianMirrors;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks up which versions Debian has today, and pins them. */
public final class PinRenewal {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final DebianMirrors mirrors;
  private final Transfer transfer;
  private final PrintStream out;

  /** With where package lists come from, and where to report. */
  public PinRenewal(DebianMirrors mirrors, Transfer transfer, PrintStream out) {
    this.mirrors = mirrors;
    this.transfer = transfer;
    this.out = out;
  }

  /**
   * Rewrites the file.
   *
   * @throws ImageException a package list is not to be had or not signed, or has no such package
   */
  public void renew(PinFile pins) throws IOException {
    Map<String, List<Pin>> lists = new HashMap<>();
    List<Pin> renewed = new ArrayList<>();
    for (Pin old : pins.pins()) {
      List<Pin> current = lists.get(old.architecture());
      if (current == null) {
        current = current(old.architecture());
        lists.put(old.architecture(), current);
      }
      Pin found =
          newest(current, old)
              .orElseThrow(() ->
                  new ImageException(
                      "Debian has no "
                          + old.name()
                          + " for "
                          + old.architecture()
                          + " anymore; find its replacement"));
      out.println(
          found.equals(old) ? old.title() + ": unchanged" : old.title() + " -> " + found.version());
      renewed.add(found);
    }
    pins.with(renewed, TIME.format(Instant.now().truncatedTo(ChronoUnit.HOURS))).write();
  }

  /** The one with the highest version. */
  static Optional<Pin> newest(List<Pin> current, Pin old) {
    return current.stream()
        .filter(old::isOfSamePackage)
        .max(Comparator.comparing(pin -> new DebianVersion(pin.version())));
  }

  private List<Pin> current(String architecture) throws IOException {
    List<Pin> all = new ArrayList<>();
    for (Suite suite : Suite.values()) {
      all.addAll(new PackageList(mirrors, transfer, out).of(suite, architecture));
    }
    return all;
  }
}
