package dev.acceld.agent.health;

import com.fasterxml.jackson.databind.JsonNode;
import dev.acceld.agent.health.HealthView.ActionView;
import dev.acceld.agent.local.CommandFailedException;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.HealthReport;
import dev.acceld.device.HealthReport.Effect;
import dev.acceld.device.HealthReport.Reason;
import dev.acceld.device.Inventory;
import dev.acceld.health.HealthAssessor;
import dev.acceld.health.Mark;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import dev.acceld.vendor.FaultCode;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers to {@code acceld health}: what is wrong, and what people say of it. Any thread. */
public final class HealthHandlers {
  private static final Logger log = LoggerFactory.getLogger(HealthHandlers.class);
  private static final int MOST_ACTIONS = 100;
  private static final int LONGEST_NOTE = 500;

  private final Supplier<Inventory> inventory;
  private final HealthAssessor health;
  private final MarkKeeper marks;
  private final BiConsumer<DeviceName, String> told;

  private final Deque<ActionView> actions = new ArrayDeque<>(); // its lock
  private final Map<String, String> evidence = new LinkedHashMap<>(); // the lock of actions

  /**
   * For these devices.
   *
   * @param told what people did to a device, in words
   */
  public HealthHandlers(
      Supplier<Inventory> inventory,
      HealthAssessor health,
      MarkKeeper marks,
      BiConsumer<DeviceName, String> told) {
    this.inventory = inventory;
    this.health = health;
    this.marks = marks;
    this.told = told;
  }

  /** By the command's name. */
  public Map<String, LocalCommand> commands() {
    return Map.of(
        "health",
        args -> HealthView.of(inventory.get(), health.reports(), marks.marks(), actions()),
        "health-set",
        withUser(this::set),
        "health-clear",
        withUser(this::clear));
  }

  /** What a person said when the reason of a device was cleared; empty when nobody did. */
  public Optional<String> evidence(DeviceName device, String code, String value) {
    synchronized (actions) {
      return Optional.ofNullable(evidence.get(key(device, code, value)))
          .or(() -> health.evidence(device, code, value));
    }
  }

  private static String key(DeviceName device, String code, String value) {
    return device + " " + code + " " + value;
  }

  private interface Deed {
    Object run(JsonNode arguments, String user) throws IOException;
  }

  private static LocalCommand withUser(Deed deed) {
    return new LocalCommand() {
      @Override
      public Object run(JsonNode arguments) {
        return run(arguments, "");
      }

      @Override
      public Object run(JsonNode arguments, String user) {
        try {
          return deed.run(arguments, user);
        } catch (IOException e) {
          throw new CommandFailedException(
              "this cannot be saved in the state directory, so nothing has changed: "
                  + ErrorText.of(e),
              e);
        }
      }
    };
  }

  private Object set(JsonNode arguments, String user) throws IOException {
    Device device = DeviceFinder.find(inventory.get(), arguments.path("device").asText());
    if (device.group()) {
      throw new IllegalArgumentException(
          device.name() + " consists of other devices; mark one of those");
    }
    String effect = arguments.path("effect").asText(Effect.NO_SCHEDULE.id());
    Mark mark =
        new Mark(
            device.name(),
            arguments.path("reason").asText(),
            effect(effect),
            note(arguments),
            user,
            Instant.now());
    marks.set(mark);
    did(mark.at(), user, "set", device.name(), Mark.CODE, mark.reason(), mark.note());
    return answer(device.name(), Mark.CODE + "-" + mark.reason());
  }

  private static Effect effect(String word) {
    for (Effect effect : List.of(Effect.NO_SCHEDULE, Effect.NONE)) {
      if (effect.id().equalsIgnoreCase(word)) {
        return effect;
      }
    }
    throw new IllegalArgumentException("the effect '" + word + "' must be NoSchedule or None");
  }

  private static String note(JsonNode arguments) {
    String note = OneLine.of(arguments.path("note").asText());
    if (note.length() > LONGEST_NOTE) {
      throw new IllegalArgumentException("the note is longer than " + LONGEST_NOTE + " characters");
    }
    return note;
  }

  private Object clear(JsonNode arguments, String user) throws IOException {
    Device device = DeviceFinder.find(inventory.get(), arguments.path("device").asText());
    Reason reason = reason(device, arguments.path("reason").asText());
    String note = note(arguments);
    Instant now = Instant.now();
    String words = "cleared by " + (user.isEmpty() ? "a person" : user) + text(note);
    if (reason.code().equals(Mark.CODE)) {
      Mark mark =
          marks.marks().stream()
              .filter(m -> m.reason().equals(reason.value()) && holdsFor(m, device))
              .findFirst()
              .orElseThrow(() -> new CommandFailedException("somebody has just cleared it"));
      remember(mark.device(), reason, words);
      marks.clear(mark);
    } else if (!isFault(device, reason, words)) {
      throw new IllegalArgumentException(
          reason.signal()
              + " is what the hardware or its driver says of "
              + device.name()
              + " now: it would come back at the next sample, so it is not cleared. It ends when "
              + reason.ends());
    }
    did(now, user, "clear", device.name(), reason.code(), reason.value(), note);
    return answer(device.name(), reason.signal());
  }

  private boolean isFault(Device device, Reason reason, String words) throws IOException {
    FaultCode code;
    try {
      code = new FaultCode(reason.code(), reason.value());
    } catch (IllegalArgumentException e) {
      return false; // it has no number
    }
    return health.cleared(device.name(), code, words);
  }

  private static boolean holdsFor(Mark mark, Device device) {
    return mark.device().equals(device.name())
        || device.common().physical().contains(mark.device().value());
  }

  private static String text(String note) {
    return note.isEmpty() ? "" : ": " + note;
  }

  /** The one that a person means: {@code xid-79}, {@code xid}, or the word of a mark. */
  private Reason reason(Device device, String wanted) {
    HealthReport report = health.reports().get(device.name());
    List<Reason> all = report == null ? List.of() : report.reasons();
    List<Reason> exact =
        all.stream()
            .filter(r ->
                r.signal().equalsIgnoreCase(wanted)
                    || (r.code().equals(Mark.CODE) && r.value().equalsIgnoreCase(wanted)))
            .toList();
    List<Reason> found =
        exact.isEmpty()
            ? all.stream().filter(r -> r.code().equalsIgnoreCase(wanted)).toList()
            : exact;
    if (found.size() == 1) {
      return found.getFirst();
    }
    String there = all.stream().map(Reason::signal).collect(Collectors.joining(", "));
    throw new IllegalArgumentException(
        found.isEmpty()
            ? device.name()
                + " has no reason '"
                + wanted
                + "'; "
                + (all.isEmpty() ? "nothing is wrong with it" : "it has: " + there)
            : "'" + wanted + "' means several reasons of " + device.name() + ": " + there);
  }

  private void remember(DeviceName device, Reason reason, String words) {
    synchronized (actions) {
      evidence.put(key(device, reason.code(), reason.value()), words);
      if (evidence.size() > MOST_ACTIONS) {
        evidence.remove(evidence.keySet().iterator().next());
      }
    }
  }

  private void did(
      Instant at,
      String user,
      String action,
      DeviceName device,
      String code,
      String value,
      String note) {
    String reason = value.isEmpty() ? code : code + "-" + value;
    String by = user.isEmpty() ? "" : " by " + user;
    log.info("device={} acceld health {} {}{}{}", device, action, reason, by, text(note));
    told.accept(device, "acceld health " + action + " " + device + " " + reason + by + text(note));
    synchronized (actions) {
      actions.addFirst(new ActionView(at.toString(), user, action, device.value(), reason, note));
      while (actions.size() > MOST_ACTIONS) {
        actions.removeLast();
      }
    }
  }

  private List<ActionView> actions() {
    synchronized (actions) {
      return new ArrayList<>(actions);
    }
  }

  /** The device as it is now. */
  private Object answer(DeviceName device, String reason) {
    HealthView now = HealthView.of(inventory.get(), health.reports(), List.of(), List.of());
    return Map.of(
        "reason",
        reason,
        "device",
        now.devices().stream()
            .filter(d -> d.name().equals(device.value()))
            .findFirst()
            .orElseThrow(() -> new CommandFailedException("the device has just disappeared")));
  }
}
