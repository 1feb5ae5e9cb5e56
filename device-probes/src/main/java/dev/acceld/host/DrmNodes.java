package dev.acceld.host;

import dev.acceld.device.PciAddress;
import dev.acceld.device.access.DeviceFile;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files below {@code /dev/dri} through which programs use a GPU of the kernel's Direct
 * Rendering Manager. Their numbers may change at each boot.
 *
 * @param card the N of {@code /dev/dri/cardN}
 * @param cardFile the primary node: display and administration
 * @param render the M of {@code /dev/dri/renderDM}
 * @param renderFile the render node: what computing needs; empty for drivers without one
 */
public record DrmNodes(
    OptionalInt card,
    Optional<DeviceFile> cardFile,
    OptionalInt render,
    Optional<DeviceFile> renderFile) {

  private static final Pattern CARD = Pattern.compile("card(\\d{1,6})");
  private static final Pattern RENDER = Pattern.compile("renderD(\\d{1,6})");

  /** Those of a PCI function; none while no driver is bound that has any. Reads sysfs. */
  public static DrmNodes of(HostFs host, PciAddress address) {
    return below(host, "/sys/bus/pci/devices/" + address);
  }

  /** Those of a device, by its directory in sysfs. */
  public static DrmNodes below(HostFs host, String device) {
    String drm = device + "/drm";
    OptionalInt card = OptionalInt.empty();
    OptionalInt render = OptionalInt.empty();
    for (String name : host.names(drm)) {
      card = card.isPresent() ? card : number(CARD, name);
      render = render.isPresent() ? render : number(RENDER, name);
    }
    return new DrmNodes(
        card, file(host, drm, "card", card), render, file(host, drm, "renderD", render));
  }

  private static OptionalInt number(Pattern pattern, String name) {
    Matcher matcher = pattern.matcher(name);
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  private static Optional<DeviceFile> file(
      HostFs host, String drm, String kind, OptionalInt number) {
    if (number.isEmpty()) {
      return Optional.empty();
    }
    String name = kind + number.getAsInt();
    return Optional.of(new CharDevices(host).file("/dev/dri/" + name, drm + "/" + name + "/dev"));
  }
}
