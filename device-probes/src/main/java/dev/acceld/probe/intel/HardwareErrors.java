package dev.acceld.probe.intel;

import dev.acceld.device.Metric;
import dev.acceld.device.Sample;
import dev.acceld.host.HostFile;
import dev.acceld.host.HostFs;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The counters of hardware errors that Intel's own release of i915 has: some sixty small files a GT
 * ({@code gt/gtN/error_counter/fatal_guc}), which count from the load of the driver on. Neither
 * driver of the kernel has them. Looked at every tenth time. One thread.
 */
final class HardwareErrors {
  static final int EVERY = 10;

  private static final Pattern GT = Pattern.compile("gt\\d{1,2}");
  private static final int MOST_FILES = 1000;

  private final List<HostFile> corrected = new ArrayList<>();
  private final List<HostFile> uncorrected = new ArrayList<>();
  private OptionalLong lastCorrected = OptionalLong.empty();
  private OptionalLong lastUncorrected = OptionalLong.empty();
  private int looks;

  /** What a look at the counters shows. */
  enum Change {
    /** Nothing new. */
    NONE,
    /** More errors that could not be corrected. */
    MORE,
    /** They began anew: the driver was loaded again. */
    ANEW
  }

  /** Those below the directory of a card; none where there are none. */
  HardwareErrors(HostFs host, String card) {
    for (String gt : host.names(card + "/gt")) {
      if (GT.matcher(gt).matches()) {
        String directory = card + "/gt/" + gt + "/error_counter";
        host.names(directory).stream()
            .limit(MOST_FILES)
            .forEach(name -> add(name, host.file(directory + "/" + name)));
      }
    }
  }

  /** {@code correctable_guc}, {@code sgunit_nonfatal}, {@code soc_fatal_punit}. */
  private void add(String name, HostFile file) {
    if (name.contains("fatal")) {
      uncorrected.add(file);
    } else if (name.contains("correctable")) {
      corrected.add(file);
    }
  }

  /** Adds what was counted as of the last look at the files, and says what it changed. */
  Change read(Sample.Builder sample) {
    Change change = looks++ % EVERY == 0 ? look() : Change.NONE;
    if (lastCorrected.isPresent()) {
      sample.put(Metric.ECC_CORRECTED, lastCorrected.getAsLong());
    }
    if (lastUncorrected.isPresent()) {
      sample.put(Metric.ECC_UNCORRECTED, lastUncorrected.getAsLong());
    }
    return change;
  }

  /** What was counted before the first look may be of any age, and is no news. */
  private Change look() {
    lastCorrected = sum(corrected);
    OptionalLong before = lastUncorrected;
    OptionalLong now = sum(uncorrected);
    if (now.isEmpty()) {
      return Change.NONE; // what cannot be read is neither zero nor new
    }
    lastUncorrected = now;
    return before.isEmpty() || now.getAsLong() == before.getAsLong()
        ? Change.NONE
        : now.getAsLong() > before.getAsLong() ? Change.MORE : Change.ANEW;
  }

  /** Of all of them; empty where there is none, or one cannot be read. */
  private static OptionalLong sum(List<HostFile> files) {
    long sum = 0;
    for (HostFile file : files) {
      OptionalLong value = file.number();
      if (value.isEmpty() || value.getAsLong() < 0 || value.getAsLong() > Integer.MAX_VALUE) {
        return OptionalLong.empty();
      }
      sum += value.getAsLong();
    }
    return files.isEmpty() ? OptionalLong.empty() : OptionalLong.of(sum);
  }
}
