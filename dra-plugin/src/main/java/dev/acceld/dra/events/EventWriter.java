package dev.acceld.dra.events;

import dev.acceld.dra.cluster.events.Event;
import dev.acceld.dra.cluster.events.ObjectRef;
import dev.acceld.text.ErrorText;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes Events of faults that are told together: few for many. What was told of the same object
 * before is told again in the same Event, as a series.
 */
final class EventWriter {
  /** Above that, the devices of a node are told in one Event. */
  static final int MOST_DEVICES_APART = 2;

  private static final String ACTION = "CheckHealth";
  private static final int LONGEST_INSTANCE = 128;
  private static final int LONGEST_NAME = 230;

  private final String driver;
  private final ObjectRef node;

  EventWriter(String driver, String node) {
    this.driver = driver;
    this.node = ObjectRef.node(node, "");
  }

  /**
   * To one object, about several faults that all began or all ended.
   *
   * @param begin whether they began
   * @param left what else is wrong with these devices
   * @param claims who holds them, for the Event about the Node
   */
  List<Outgoing> write(
      ObjectRef about,
      boolean begin,
      List<ToldFault> faults,
      Function<List<ToldFault>, List<Fault>> left,
      List<String> claims,
      Instant now) {
    List<Outgoing> all = new ArrayList<>();
    for (List<ToldFault> together : apart(about, faults)) {
      Map<String, List<ToldFault>> byEvent = new LinkedHashMap<>();
      String object = object(about, begin);
      for (ToldFault each : together) {
        ToldFault.Series known = each.series.get(object);
        byEvent
            .computeIfAbsent(known == null ? "" : known.name(), n -> new ArrayList<>())
            .add(each);
      }
      byEvent.forEach((name, group) ->
          all.add(event(about, begin, name, group, left.apply(group), claims, now)));
    }
    return all;
  }

  private Outgoing event(
      ObjectRef about,
      boolean begin,
      String known,
      List<ToldFault> faults,
      List<Fault> left,
      List<String> claims,
      Instant now) {
    String object = object(about, begin);
    List<Fault> shown = new ArrayList<>();
    long more = 1;
    Instant first = now;
    int before = 0;
    for (ToldFault each : faults) {
      shown.add(each.fault);
      more = Math.max(more, begin ? each.begins - each.toldBegins : 1);
      ToldFault.Series series = each.series.get(object);
      if (series != null) {
        before = Math.max(before, series.count());
        first = series.first().isBefore(first) ? series.first() : first;
      }
    }
    String name = known.isEmpty() ? name(about, object, faults) : known;
    int count = (int) Math.min(Integer.MAX_VALUE, before + more);
    for (ToldFault each : faults) {
      each.series.put(object, new ToldFault.Series(name, first, count));
    }
    Duration lasted =
        faults.stream()
            .map(fault -> Duration.between(fault.since, now))
            .max(Duration::compareTo)
            .orElse(Duration.ZERO);
    return new Outgoing(
        new Event(
            name,
            about,
            node,
            begin,
            begin ? EventTexts.begun(shown) : ended(left),
            ACTION,
            begin ? EventTexts.begin(shown, claims) : EventTexts.end(shown, left, lasted),
            driver,
            instance(),
            first,
            count,
            now),
        before > 0);
  }

  private static String ended(List<Fault> left) {
    return left.isEmpty() ? "AcceleratorRecovered" : "AcceleratorFaultEnded";
  }

  private String instance() {
    String instance = driver + "/" + node.name();
    return instance.length() > LONGEST_INSTANCE
        ? instance.substring(0, LONGEST_INSTANCE)
        : instance;
  }

  /**
   * A pod and a claim are told everything at once, a Node a device at a time while they are few.
   */
  private static List<List<ToldFault>> apart(ObjectRef about, List<ToldFault> faults) {
    Map<String, List<ToldFault>> devices = new LinkedHashMap<>();
    faults.forEach(
        fault -> devices.computeIfAbsent(fault.key.device(), d -> new ArrayList<>()).add(fault));
    return about.kind().equals("Node") && devices.size() <= MOST_DEVICES_APART
        ? List.copyOf(devices.values())
        : List.of(faults);
  }

  /** Names the object, and whether it is told beginnings or ends. */
  static String object(ObjectRef about, boolean begin) {
    return (begin ? "begin " : "end ")
        + String.join("/", about.kind(), about.namespace(), about.name(), about.uid());
  }

  /**
   * The same for the same news, so that an Event whose answer was lost is not created twice: not by
   * the next process either.
   */
  private String name(ObjectRef about, String object, List<ToldFault> faults) {
    StringBuilder text = new StringBuilder(driver + " " + node.name() + " " + object);
    faults.stream()
        .sorted((a, b) -> a.key.compareTo(b.key))
        .forEach(fault ->
            text.append('\n')
                .append(fault.key.text())
                .append(' ')
                .append(fault.since)
                .append(' ')
                .append(fault.begins));
    String prefix =
        about.name().length() > LONGEST_NAME
            ? about.name().substring(0, LONGEST_NAME).replaceAll("[^a-z0-9]+$", "")
            : about.name();
    return prefix + "." + hash(text.toString());
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      long bits = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        bits = bits << 8 | digest[i] & 0xff;
      }
      return HexFormat.of().toHexDigits(bits);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(ErrorText.of(e), e); // every JDK has it
    }
  }
}
