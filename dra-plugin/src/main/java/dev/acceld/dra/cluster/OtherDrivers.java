package dev.acceld.dra.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.device.AttributeValue;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.Inventory;
import dev.acceld.device.PciAddress;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds, in the ResourceSlices of other drivers, devices that are ours: by UUID or PCI address,
 * under whatever name an attribute has there.
 */
public final class OtherDrivers {
  private OtherDrivers() {}

  /** By what the devices of this node can be known: UUIDs and PCI addresses. */
  public static Set<String> identities(Inventory inventory) {
    Set<String> known = new HashSet<>();
    inventory
        .devices()
        .forEach(device -> {
          DeviceCommon common = device.common();
          common.pci().ifPresent(pci -> known.add(pci.toString()));
          common
              .attributes()
              .forEach((name, value) -> {
                if (value instanceof AttributeValue.StringValue(String text)
                    && name.toLowerCase(Locale.ROOT).endsWith("uuid")) {
                  known.add(normal(text));
                }
              });
        });
    return known;
  }

  /**
   * Adds what a slice shares with us.
   *
   * @param slice as the API server tells it
   * @param driver our own, whose slices are left out
   * @param known from {@link #identities}
   * @param found names of devices by driver
   */
  public static void sharing(
      JsonNode slice, String driver, Set<String> known, Map<String, Set<String>> found) {
    String other = slice.at("/spec/driver").asText();
    if (other.equals(driver)) {
      return;
    }
    for (JsonNode device : slice.at("/spec/devices")) {
      for (JsonNode attribute : device.path("attributes")) {
        if (attribute.path("string").isTextual()
            && known.contains(normal(attribute.path("string").asText()))) {
          found.computeIfAbsent(other, o -> new TreeSet<>()).add(device.path("name").asText());
          break;
        }
      }
    }
  }

  /** Drivers write PCI addresses with four or eight digits of domain. */
  private static String normal(String text) {
    return PciAddress.parse(text)
        .map(PciAddress::toString)
        .orElseGet(() -> text.toLowerCase(Locale.ROOT));
  }
}
