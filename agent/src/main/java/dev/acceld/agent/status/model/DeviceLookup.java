package dev.acceld.agent.status.model;

import dev.acceld.agent.view.Aliases;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.machine.description.Suggestions;
import dev.acceld.snapshot.DeviceSnapshot;
import dev.acceld.snapshot.NodeSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A device that somebody asked for by its name or its short name.
 *
 * @param detail the device; null when there is none of that name
 * @param known false when there may be one of that name: not all devices are known yet
 * @param sentence why there is none, and which was perhaps meant
 */
public record DeviceLookup(@Nullable DeviceDetail detail, boolean known, String sentence) {
  /** After so many seconds one may ask again for a device that is not known yet. */
  public static final String RETRY_SECONDS = "5";

  /** Looks for it. */
  public static DeviceLookup of(StatusSources sources, String name) {
    NodeSnapshot node = sources.withProcesses().orElse(sources.snapshot()).get();
    List<Device> devices = node.devices().stream().map(DeviceSnapshot::device).toList();
    Map<DeviceName, String> aliases = Aliases.of(devices);
    List<String> names = new ArrayList<>();
    for (DeviceSnapshot each : node.devices()) {
      DeviceName published = each.device().name();
      String alias = aliases.get(published);
      if (name.equalsIgnoreCase(published.value()) || name.equalsIgnoreCase(alias)) {
        return new DeviceLookup(Status.detail(node, each, sources), true, "");
      }
      names.add(alias == null ? published.value() : alias);
    }
    for (Map.Entry<String, List<String>> group : node.groups().entrySet()) {
      if (name.equalsIgnoreCase(group.getKey())) {
        return new DeviceLookup(null, true, blockOf(name, group.getValue(), aliases));
      }
    }
    List<String> unanswered = Status.unanswered(node);
    if (!unanswered.isEmpty()) {
      return new DeviceLookup(
          null,
          false,
          "Whether this node has a device '"
              + name
              + "' is not known yet; "
              + String.join("; ", unanswered));
    }
    return new DeviceLookup(
        null,
        true,
        "There is no device '"
            + name
            + "' on this node now"
            + Suggestions.to(name, names)
                .map(near -> "; did you mean '" + near + "'?")
                .orElse("."));
  }

  private static String blockOf(
      String name, List<String> members, Map<DeviceName, String> aliases) {
    return "'"
        + name
        + "' is a block of the devices "
        + members.stream()
            .map(member -> aliases.getOrDefault(new DeviceName(member), member))
            .collect(Collectors.joining(", "))
        + "; each of these can be looked at.";
  }
}
