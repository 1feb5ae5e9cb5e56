package dev.acceld.fake.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** What can be made to go wrong with the fake; every switch works at once. */
public final class ApiServerFaults {
  private final Set<String> forbidden = ConcurrentHashMap.newKeySet();
  private volatile boolean unavailable;
  private volatile boolean unauthorized;
  private volatile boolean dropping;
  private volatile boolean withoutDra;
  private volatile boolean taintsOff;
  private volatile boolean noneEffectRefused;
  private volatile boolean countersOff;
  private volatile String sliceRefusal = "";
  private volatile UnaryOperator<ObjectNode> webhook = UnaryOperator.identity();
  private volatile Duration delay = Duration.ZERO;
  private volatile Duration bookmarks = Duration.ofSeconds(60);

  ApiServerFaults() {}

  /** Answers 503 to everything. */
  public void unavailable(boolean on) {
    unavailable = on;
  }

  /** Answers 401 to everything, as to a token that has expired. */
  public void unauthorized(boolean on) {
    unauthorized = on;
  }

  /** Closes each connection without an answer. */
  public void dropConnections(boolean on) {
    dropping = on;
  }

  /** Behaves as a cluster before 1.34: {@code resource.k8s.io/v1} is not served. */
  public void withoutDra(boolean on) {
    withoutDra = on;
  }

  /** Waits that long before each answer. */
  public void slow(Duration each) {
    delay = each;
  }

  /** Answers 403 to that verb on that resource, such as {@code get}, {@code resourceclaims}. */
  public void forbid(String verb, String resource) {
    forbidden.add(verb + " " + resource);
  }

  /** Allows everything again. */
  public void allowAll() {
    forbidden.clear();
  }

  /** Behaves as with the gate DRADeviceTaints off: taints vanish silently. */
  public void taintsOff(boolean on) {
    taintsOff = on;
  }

  /** Behaves as 1.34, which does not know the taint effect {@code None}: 422. */
  public void refuseNoneEffect(boolean on) {
    noneEffectRefused = on;
  }

  /** Behaves as with the gate DRAPartitionableDevices off: shared counters vanish silently. */
  public void countersOff(boolean on) {
    countersOff = on;
  }

  /** Answers 422 with that message to each slice that is written; empty for none. */
  public void refuseSlices(String message) {
    sliceRefusal = message;
  }

  /** Changes each slice that is written, as a mutating webhook does. */
  public void webhook(UnaryOperator<ObjectNode> change) {
    webhook = change;
  }

  /** How often a watch that asked for them gets a bookmark. */
  public void bookmarksEvery(Duration period) {
    bookmarks = period;
  }

  String sliceRefusal() {
    return sliceRefusal;
  }

  UnaryOperator<ObjectNode> webhook() {
    return webhook;
  }

  boolean isUnauthorized() {
    return unauthorized;
  }

  boolean isUnavailable() {
    return unavailable;
  }

  boolean isWithoutDra() {
    return withoutDra;
  }

  boolean isDropping() {
    return dropping;
  }

  boolean isForbidden(String verb, String resource) {
    return forbidden.contains(verb + " " + resource);
  }

  boolean areTaintsOff() {
    return taintsOff;
  }

  boolean areCountersOff() {
    return countersOff;
  }

  boolean isNoneEffectRefused() {
    return noneEffectRefused;
  }

  Duration delay() {
    return delay;
  }

  Duration bookmarks() {
    return bookmarks;
  }
}
