package dev.acceld.dra.cluster;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One ResourceSlice ({@code resource.k8s.io/v1}) of a node's pool, as far as acceld writes it.
 *
 * @param name metadata.name
 * @param uid metadata.uid; empty before it is created
 * @param resourceVersion metadata.resourceVersion; empty before it is created
 * @param spec what it offers
 * @param beside what the stored object has besides; nothing for a slice that is to be written
 */
public record ResourceSlice(
    String name, String uid, String resourceVersion, Spec spec, Beside beside) {

  /** A slice that is to be written. */
  public ResourceSlice(String name, String uid, String resourceVersion, Spec spec) {
    this(name, uid, resourceVersion, spec, Beside.NOTHING);
  }

  /**
   * What a stored slice has beside its {@link Spec}: the owner, and every field of the spec that
   * acceld does not write, known or not. A field that acceld leaves out still has a meaning for the
   * scheduler (allowMultipleAllocations hands one device to two claims), so it counts in
   * comparisons. Labels, annotations and finalizers are not acceld's and are not looked at.
   *
   * @param ownerUid the UID of the Node that owns the slice; empty when the owner references are
   *     not exactly the one that acceld writes
   * @param fields by path, such as {@code devices[gpu-0].allowMultipleAllocations}, the JSON there
   */
  public record Beside(String ownerUid, Map<String, String> fields) {
    /** Nothing known. */
    public static final Beside NOTHING = new Beside("", Map.of());

    /** Takes a copy. */
    public Beside {
      fields = Map.copyOf(fields);
    }
  }

  /**
   * The spec.
   *
   * @param driver the driver's name
   * @param nodeName the Node's name
   * @param pool the pool's name
   * @param generation the pool's generation
   * @param sliceCount how many slices the pool has in that generation
   * @param counters what devices of this pool share; a slice has either these or devices
   * @param devices in the order in which they should be tried
   */
  public record Spec(
      String driver,
      String nodeName,
      String pool,
      long generation,
      int sliceCount,
      List<CounterSet> counters,
      List<SliceDevice> devices) {

    /** Takes copies. */
    public Spec {
      counters = List.copyOf(counters);
      devices = List.copyOf(devices);
    }

    /** A slice of devices. */
    public Spec(
        String driver,
        String nodeName,
        String pool,
        long generation,
        int sliceCount,
        List<SliceDevice> devices) {
      this(driver, nodeName, pool, generation, sliceCount, List.of(), devices);
    }
  }

  /**
   * One device on offer.
   *
   * @param name unique in the pool
   * @param attributes by name; without a domain it is the driver's
   * @param capacity by name
   * @param taints at most 16
   * @param consumes what it takes of shared counters, each set once
   */
  public record SliceDevice(
      String name,
      Map<String, AttributeValue> attributes,
      Map<String, Capacity> capacity,
      List<Taint> taints,
      List<CounterSet> consumes) {

    /** Takes copies. */
    public SliceDevice {
      attributes = Map.copyOf(attributes);
      capacity = Map.copyOf(capacity);
      taints = List.copyOf(taints);
      consumes = List.copyOf(consumes);
    }

    /** A device that shares no counter. */
    public SliceDevice(
        String name,
        Map<String, AttributeValue> attributes,
        Map<String, Capacity> capacity,
        List<Taint> taints) {
      this(name, attributes, capacity, taints, List.of());
    }

    /** The same with other taints. */
    public SliceDevice with(List<Taint> other) {
      return new SliceDevice(name, attributes, capacity, other, consumes);
    }
  }

  /**
   * Amounts by counter: all that there is, or what one device takes of it.
   *
   * @param name the set's name, unique in the pool
   * @param counters by counter
   */
  public record CounterSet(String name, Map<String, Capacity> counters) {

    /** Takes a copy. */
    public CounterSet {
      counters = Map.copyOf(counters);
    }
  }

  /**
   * Why a device should not be given away.
   *
   * @param key such as {@code acceld.dev/xid}
   * @param value may be empty
   * @param effect {@code None}, {@code NoSchedule} or {@code NoExecute}
   * @param timeAdded set by the API server when empty; whole seconds
   */
  public record Taint(String key, String value, String effect, Optional<Instant> timeAdded) {
    /** The domain of our taints, whatever the driver is called. */
    public static final String DOMAIN = "acceld.dev/";

    /** The key of the taint for a reason. */
    public static String key(String reason) {
      return DOMAIN + reason;
    }
  }
}
