package dev.acceld.dra.claim.record;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.HostMount;
import dev.acceld.dra.cdi.CdiDevice;
import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.cdi.CdiNames;
import dev.acceld.dra.cdi.CdiSpec;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.dra.claim.Company;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.logs.ClaimLogs;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A claim's CDI file: one device for each allocated device ({@code <uid>-<device>}: its own device
 * files and {@code ACCELD_DEVICE_<NAME>=<name>}, by which a program finds itself in the metrics),
 * and one for each request ({@code <uid>-request-<request>}: what the devices of the request need
 * together: control files, environment, the driver's libraries).
 *
 * <p>The driver's files are not in it: they are the same for many claims, and a device of their own
 * ({@link SharedDevice}), which goes with a request as the request's own device does. A claim whose
 * record is of an agent that knew no such devices keeps them in its own file.
 *
 * <p>The kubelet gives a container the ids of the devices of the requests that it names, or of all.
 * So a request's own id goes with the first device of that request, and a container gets it exactly
 * when it gets the request. A container that takes a whole claim of several requests gets all of
 * them; what follows from their devices is true for it, too ({@link SharedEnvironment}); of what
 * the claim configures differently for each request the later one counts.
 */
public final class ClaimCdi {
  /** Stands for a name that is made of the content. */
  private static final String NEW = "";

  private static final int MOST_MADE = 64;

  private final String driver;
  private final String kind;
  private final String sharedKind;
  private final SharedEnvironment environment;
  private final ClaimLogs logs;
  private final Map<DriverFiles, SharedDevice> made = new ConcurrentHashMap<>();

  /** What a shared device is made of. */
  private record DriverFiles(
      String name, String dependsOn, List<HostMount> mounts, List<ContainerHook> hooks) {}

  /**
   * Fails when the driver's name cannot be a CDI vendor.
   *
   * @param logs directories that are mounted where they are there
   */
  public ClaimCdi(String driver, AccessPlanner access, ClaimLogs logs) {
    this.driver = driver;
    this.kind = CdiNames.kind(driver, "claim");
    this.sharedKind = CdiNames.kind(driver, "driver");
    this.environment = new SharedEnvironment(access);
    this.logs = logs;
  }

  /** How all our files begin. */
  public String filePrefix() {
    return driver + "-claim_";
  }

  /** The name of a claim's CDI file. */
  public String fileName(String uid) {
    return filePrefix() + uid + ".json";
  }

  /** The claim that a file of ours, finished or temporary, is for. */
  public Optional<String> uidOf(String fileName) {
    String finished = CdiDirectory.targetOf(fileName).orElse(fileName);
    if (!finished.startsWith(filePrefix()) || !finished.endsWith(".json")) {
      return Optional.empty();
    }
    return Optional.of(
            finished.substring(filePrefix().length(), finished.length() - ".json".length()))
        .filter(ClaimUid::safe);
  }

  /** How the ids of shared devices begin, up to the name. */
  public String sharedKind() {
    return sharedKind;
  }

  /**
   * The file of a claim that is prepared now.
   *
   * @param options what the claim wants, by main request
   * @param company what else the pods of this claim use
   * @throws IllegalArgumentException when a name cannot stand in a CDI file
   * @throws AccessRefusedException when the host lacks what the devices need
   */
  public Content content(
      String uid,
      List<AllocatedDevice> allocated,
      Map<String, AccessOptions> options,
      Company company)
      throws AccessRefusedException {
    return content(uid, allocated, options, company, request -> Optional.of(NEW));
  }

  /**
   * The file that a prepared claim would get today, with the names that the kubelet was told.
   *
   * @param answered what it was told
   */
  public Content contentAsAnswered(
      String uid,
      List<AllocatedDevice> allocated,
      Map<String, AccessOptions> options,
      Company company,
      List<PreparedDevice> answered)
      throws AccessRefusedException {
    Map<String, String> names = new HashMap<>();
    for (PreparedDevice device : answered) {
      sharedNames(device).forEach(name -> names.put(device.request(), name));
    }
    return content(
        uid, allocated, options, company, request -> Optional.ofNullable(names.get(request)));
  }

  /** The names of the shared devices that an answer names. */
  public Set<String> sharedNames(List<PreparedDevice> answer) {
    Set<String> names = new LinkedHashSet<>();
    answer.forEach(device -> names.addAll(sharedNames(device)));
    return names;
  }

  private List<String> sharedNames(PreparedDevice device) {
    String prefix = CdiNames.qualified(sharedKind, "");
    return device.cdiIds().stream()
        .filter(id -> id.startsWith(prefix))
        .map(id -> id.substring(prefix.length()))
        .toList();
  }

  /**
   * The file for those devices.
   *
   * @param names what the shared device of a request is called, or {@link #NEW}; empty when its
   *     content belongs into the claim's own file
   */
  private Content content(
      String uid,
      List<AllocatedDevice> allocated,
      Map<String, AccessOptions> options,
      Company company,
      Function<String, Optional<String>> names)
      throws AccessRefusedException {
    List<CdiDevice> cdi = new ArrayList<>();
    Set<DeviceName> written = new HashSet<>();
    Map<String, List<Device>> requests = new LinkedHashMap<>();
    Set<String> looking = new HashSet<>();
    for (AllocatedDevice a : allocated) {
      Device device = a.device();
      if (written.add(device.name())) {
        cdi.add(
            new CdiDevice(
                deviceId(uid, device),
                device.common().files(),
                Map.of(variable(device), device.name().value())));
      }
      requests.computeIfAbsent(a.result().mainRequest(), r -> new ArrayList<>()).add(device);
      if (a.result().adminAccess()) {
        looking.add(a.result().mainRequest());
      }
    }
    Map<String, List<String>> idsOf = new HashMap<>();
    Map<String, SharedDevice> shared = new LinkedHashMap<>();
    for (Map.Entry<String, ContainerAccess> planned :
        environment.plan(requests, options, company, looking).entrySet()) {
      String request = planned.getKey();
      ContainerAccess own = planned.getValue();
      List<String> ids = new ArrayList<>(2);
      Optional<SharedDevice> common = Optional.empty();
      if (!own.mounts().isEmpty()) { // without any, hooks alone are not worth a file
        String dependsOn = dependsOn(requests.getOrDefault(request, List.of()), options, request);
        ContainerAccess all = own;
        common = names.apply(request).map(name -> sharedDevice(name, dependsOn, all));
      }
      if (common.isPresent()) {
        own = new ContainerAccess(own.files(), own.env());
      }
      own = own.with(logs.mounts(uid, requests.getOrDefault(request, List.of())));
      if (!own.isEmpty()) {
        cdi.add(new CdiDevice(requestId(uid, request), own));
        ids.add(CdiNames.qualified(kind, requestId(uid, request)));
      }
      common.ifPresent(device -> {
        shared.put(device.name(), device);
        ids.add(CdiNames.qualified(sharedKind, device.name()));
      });
      idsOf.put(request, ids);
    }
    List<PreparedDevice> answer = new ArrayList<>(allocated.size());
    for (AllocatedDevice a : allocated) {
      String request = a.result().mainRequest();
      List<String> ids = new ArrayList<>(3);
      // The kubelet tells devices apart by the first, so that one is the device's alone.
      ids.add(CdiNames.qualified(kind, deviceId(uid, a.device())));
      Optional.ofNullable(idsOf.remove(request)).ifPresent(ids::addAll);
      answer.add(
          new PreparedDevice(
              request,
              a.result().pool(),
              a.result().device(),
              a.result().shareId(),
              a.result().adminAccess(),
              ids));
    }
    return new Content(new CdiSpec(kind, cdi).toJson(), answer, List.copyOf(shared.values()));
  }

  private SharedDevice sharedDevice(String name, String dependsOn, ContainerAccess access) {
    DriverFiles files = new DriverFiles(name, dependsOn, access.mounts(), access.hooks());
    SharedDevice known = made.get(files);
    if (known != null) {
      return known;
    }
    SharedDevice device =
        name.equals(NEW)
            ? SharedDevice.of(sharedKind, dependsOn, access.mounts(), access.hooks())
            : SharedDevice.named(name, sharedKind, access.mounts(), access.hooks());
    if (made.size() >= MOST_MADE) {
      made.clear(); // states of a driver that was exchanged again and again
    }
    made.put(files, device);
    return device;
  }

  /** By what planners choose mounts and hooks ({@link AccessPlanner#plan}). */
  private static String dependsOn(
      List<Device> devices, Map<String, AccessOptions> options, String request) {
    return devices.stream()
            .map(d -> d.common().vendor().id())
            .collect(Collectors.toCollection(TreeSet::new))
        + " "
        + options.getOrDefault(request, AccessOptions.DEFAULT).capabilities();
  }

  /** Whether a container could use devices without any others. */
  public boolean usableAlone(List<AllocatedDevice> devices) {
    return devices.stream().anyMatch(device -> device.result().adminAccess())
        || environment.usableAlone(devices.stream().map(AllocatedDevice::device).toList());
  }

  /** Whether the file depends on which other claims the claim's pods use. */
  public boolean dependsOnOthers(List<AllocatedDevice> devices) {
    return environment.dependsOnOthers(devices.stream().map(AllocatedDevice::device).toList());
  }

  /**
   * What is to be written and answered.
   *
   * @param file the file's bytes
   * @param answer the devices with their ids
   * @param shared devices of other files that the answer names
   */
  public record Content(byte[] file, List<PreparedDevice> answer, List<SharedDevice> shared) {

    /** Whether a container would get the same. */
    public boolean same(Content other) {
      return Arrays.equals(file, other.file)
          && answer.equals(other.answer)
          && shared.equals(other.shared);
    }
  }

  private static String deviceId(String uid, Device device) {
    return uid + "-" + device.name();
  }

  private static String requestId(String uid, String request) {
    return uid + "-request-" + request;
  }

  private static String variable(Device device) {
    return "ACCELD_DEVICE_" + device.name().value().replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
