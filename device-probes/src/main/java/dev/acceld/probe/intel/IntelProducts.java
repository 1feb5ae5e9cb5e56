package dev.acceld.probe.intel;

import dev.acceld.host.PciFunction;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What the PCI ids of Intel's GPUs stand for. The ids of discrete GPUs are those of the kernel
 * (include/drm/intel/pciids.h); names of models and families are those that Intel's own DRA driver
 * publishes. A GPU that is not in the table has no name, and is offered all the same.
 */
enum IntelProducts {
  DG1(Architecture.XE_LP, "", "", "", 0x4905, 0x4906, 0x4907, 0x4908, 0x4909),
  DG2(
      Architecture.XE_HPG,
      "",
      "",
      "",
      0x5690,
      0x5691,
      0x5692,
      0x5693,
      0x5694,
      0x5695,
      0x5696,
      0x5697,
      0x56a3,
      0x56a4,
      0x56ba,
      0x56bb,
      0x56bc,
      0x56bd,
      0x56be,
      0x56bf,
      0x56c2),
  A770(Architecture.XE_HPG, "Arc", "A770", "Arc A-Series", 0x56a0),
  A750(Architecture.XE_HPG, "Arc", "A750", "Arc A-Series", 0x56a1),
  A580(Architecture.XE_HPG, "Arc", "A580", "Arc A-Series", 0x56a2),
  A380(Architecture.XE_HPG, "Arc", "A380", "Arc A-Series", 0x56a5),
  A310(Architecture.XE_HPG, "Arc", "A310", "Arc A-Series", 0x56a6),
  A30M(Architecture.XE_HPG, "Arc Pro", "A30M", "Arc Pro A-Series", 0x56b0),
  A40(Architecture.XE_HPG, "Arc Pro", "A40/A50", "Arc Pro A-Series", 0x56b1),
  A60M(Architecture.XE_HPG, "Arc Pro", "A60M", "Arc Pro A-Series", 0x56b2),
  A60(Architecture.XE_HPG, "Arc Pro", "A60", "Arc Pro A-Series", 0x56b3),
  FLEX_170(Architecture.XE_HPG, "Data Center GPU", "Flex 170", "Data Center Flex", 0x56c0),
  FLEX_140(Architecture.XE_HPG, "Data Center GPU", "Flex 140", "Data Center Flex", 0x56c1),
  PONTE_VECCHIO(
      Architecture.XE_HPC, "", "", "", 0x0b6e, 0x0bd4, 0x0bd7, 0x0bd8, 0x0be0, 0x0be1, 0x0be5),
  MAX_1550(
      Architecture.XE_HPC,
      "Data Center GPU",
      "Max 1550",
      "Data Center Max",
      0x0b69,
      0x0bd0,
      0x0bd5),
  MAX_1450(Architecture.XE_HPC, "Data Center GPU", "Max 1450", "Data Center Max", 0x0bd6),
  MAX_1100(
      Architecture.XE_HPC,
      "Data Center GPU",
      "Max 1100",
      "Data Center Max",
      0x0bd9,
      0x0bda,
      0x0bdb),
  BATTLEMAGE(
      Architecture.XE2_HPG, "", "", "", 0xe202, 0xe209, 0xe20d, 0xe210, 0xe216, 0xe220, 0xe221),
  B580(Architecture.XE2_HPG, "Arc", "B580", "Arc B-Series", 0xe20b),
  B570(Architecture.XE2_HPG, "Arc", "B570", "Arc B-Series", 0xe20c),
  B60(Architecture.XE2_HPG, "Arc Pro", "B60", "Arc Pro B-Series", 0xe211),
  B50(Architecture.XE2_HPG, "Arc Pro", "B50", "Arc Pro B-Series", 0xe212),
  B65(Architecture.XE2_HPG, "Arc Pro", "B65", "Arc Pro B-Series", 0xe222),
  B70(Architecture.XE2_HPG, "Arc Pro", "B70", "Arc Pro B-Series", 0xe223),
  CRESCENT_ISLAND(Architecture.XE3P, "", "", "", 0x674c, 0x674d, 0x674e, 0x674f, 0x6750);

  /** Intel's names of its architectures. */
  enum Architecture {
    XE_LP("Xe-LP"),
    XE_HPG("Xe-HPG"),
    XE_HPC("Xe-HPC"),
    XE2_HPG("Xe2-HPG"),
    XE3P("Xe3P");

    private final String name;

    Architecture(String name) {
      this.name = name;
    }

    /** As Intel writes it. */
    String published() {
      return name;
    }

    /** The value of {@code acceld.dev/generation}. */
    String id() {
      return name.toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Of a GPU that is a part of a processor: device 2 of the first bus (kernel: IGD). Some have
   * several functions.
   */
  private static final Pattern INTEGRATED = Pattern.compile(".*:00:02\\.[0-7]");

  private static final Map<Integer, IntelProducts> BY_ID =
      Arrays.stream(values())
          .flatMap(product -> Arrays.stream(product.ids).mapToObj(id -> Map.entry(id, product)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private final Architecture architecture;
  private final String brand;
  private final String model;
  private final String family;
  private final int[] ids;

  IntelProducts(Architecture architecture, String brand, String model, String family, int... ids) {
    this.architecture = architecture;
    this.brand = brand;
    this.model = model;
    this.family = family;
    this.ids = ids;
  }

  /** What that PCI device id stands for; empty when the table does not have it. */
  static Optional<IntelProducts> of(int device) {
    return Optional.ofNullable(BY_ID.get(device));
  }

  /**
   * Whether that GPU is a part of a processor and has no memory of its own: it is where such GPUs
   * always are, and its id is not known to be that of a card.
   */
  static boolean isIntegrated(PciFunction gpu) {
    return INTEGRATED.matcher(gpu.address().toString()).matches() && of(gpu.device()).isEmpty();
  }

  Architecture architecture() {
    return architecture;
  }

  /** {@code Max 1550}; empty where ids stand for a chip and no product. */
  Optional<String> model() {
    return model.isEmpty() ? Optional.empty() : Optional.of(model);
  }

  /** {@code Data Center Max}; likewise. */
  Optional<String> family() {
    return family.isEmpty() ? Optional.empty() : Optional.of(family);
  }

  /** {@code Intel Data Center GPU Max 1550}; likewise. */
  Optional<String> productName() {
    return model().map(name -> "Intel " + brand + " " + name);
  }
}
