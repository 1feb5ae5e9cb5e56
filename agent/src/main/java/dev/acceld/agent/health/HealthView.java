package dev.acceld.agent.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.agent.view.Aliases;
import dev.acceld.agent.view.DeviceView.ReasonView;
import dev.acceld.agent.view.DeviceViews;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.health.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The health of the node's devices, as {@code acceld health -o json} shows it.
 *
 * @param devices in the order of the inventory
 * @param marks what people have marked
 * @param actions what people did with 'acceld health' since the agent started, the newest first
 */
public record HealthView(
    List<DeviceHealthView> devices, List<MarkView> marks, List<ActionView> actions) {

  /**
   * One device.
   *
   * @param name the published name
   * @param alias a short name
   * @param state healthy, degraded, unhealthy or unknown
   * @param since when that began
   * @param reasons why, the gravest first
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeviceHealthView(
      String name, @Nullable String alias, String state, String since, List<ReasonView> reasons) {}

  /**
   * One mark.
   *
   * @param device the device's published name
   * @param reason the word that the person chose
   * @param effect of the taint
   * @param note what else the person wrote
   * @param by the user on the node; empty when it is not known
   * @param at when
   */
  public record MarkView(
      String device, String reason, String effect, String note, String by, String at) {}

  /**
   * Something that a person did.
   *
   * @param at when
   * @param by the user on the node; empty when it is not known
   * @param action set or clear
   * @param device the device's published name
   * @param reason which
   * @param note what else the person wrote
   */
  public record ActionView(
      String at, String by, String action, String device, String reason, String note) {}

  /** As it is now. */
  static HealthView of(
      Inventory inventory,
      Map<DeviceName, HealthReport> reports,
      List<Mark> marks,
      List<ActionView> actions) {
    Map<DeviceName, String> aliases = Aliases.of(inventory.devices());
    List<DeviceHealthView> devices = new ArrayList<>();
    for (Device device : inventory.devices()) {
      HealthReport report = reports.get(device.name());
      if (report != null && !(device.onDemandUnrealized() && report.reasons().isEmpty())) {
        devices.add(
            new DeviceHealthView(
                device.name().value(),
                aliases.get(device.name()),
                report.state().name().toLowerCase(Locale.ROOT),
                report.since().toString(),
                report.reasons().stream().map(DeviceViews::reason).toList()));
      }
    }
    return new HealthView(
        devices,
        marks.stream()
            .map(m ->
                new MarkView(
                    m.device().value(),
                    m.reason(),
                    m.effect().id(),
                    m.note(),
                    m.by(),
                    m.at().toString()))
            .toList(),
        actions);
  }
}
