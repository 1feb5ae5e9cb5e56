package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Where an AMD or Intel GPU sits.
 *
 * @param pci its PCI function, {@code 0000:05:00.0}
 * @param under the PCI root and the bridges above it
 * @param numa the NUMA node of its slot, -1 when the host does not say
 * @param iommuGroup its IOMMU group, null without an IOMMU
 * @param card the N of {@code /dev/dri/cardN}; a display of the host may be card 0
 * @param render the N of {@code /dev/dri/renderDN}, from 128
 */
public record DrmPlace(
    @JsonProperty(required = true) String pci,
    @JsonProperty(required = true) String under,
    @JsonProperty(required = true) int numa,
    @Nullable Integer iommuGroup,
    @JsonProperty(required = true) int card,
    @JsonProperty(required = true) int render) {
  private static final int FIRST_RENDER = 128;
  private static final int LAST_RENDER = 191;

  /** Checks the forms. */
  public DrmPlace {
    Checks.pci("pci", pci);
    Checks.under(under);
    if (card < 0 || card >= FIRST_RENDER) {
      throw new IllegalArgumentException("card: 0 to 127");
    }
    if (render < FIRST_RENDER || render > LAST_RENDER) {
      throw new IllegalArgumentException("render: 128 to 191");
    }
  }
}
