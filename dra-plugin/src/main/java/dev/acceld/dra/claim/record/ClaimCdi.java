package dev.acceld.dra.claim.record;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.dra.cdi.CdiDevice;
import dev.acceld.dra.cdi.CdiDirectory;
import dev.acceld.dra.cdi.CdiNames;
import dev.acceld.dra.cdi.CdiSpec;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimUid;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A claim's CDI file: one device for each allocated device ({@code <uid>-<device>}: its own device
 * files and {@code ACCELD_DEVICE_<NAME>=<name>}, by which a program finds itself in the metrics),
 * and one for each request ({@code <uid>-request-<request>}: what the devices of the request need
 * together: control files, environment, the driver's libraries).
 *
 * <p>The kubelet gives a container the ids of the devices of the requests that it names, or of all.
 * So a request's own id goes with the first device of that request, and a container gets it exactly
 * when it gets the request. A container that takes a whole claim of several requests gets all of
 * them; what follows from their devices is true for it, too ({@link SharedEnvironment}); of what
 * the claim configures differently for each request the later one counts.
 */
public final class ClaimCdi {
  private final String driver;
  private final String kind;
  private final SharedEnvironment environment;

  /** Fails when the driver's name cannot be a CDI vendor. */
  public ClaimCdi(String driver, AccessPlanner access) {
    this.driver = driver;
    this.kind = CdiNames.kind(driver, "claim");
    this.environment = new SharedEnvironment(access);
  }

  /** How all our files begin. */
  public String filePrefix() {
    return driver + "-claim_";
  }

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

  /**
   * The file for those devices.
   *
   * @param options what the claim wants, by main request
   * @param podmates devices of other claims that pods of this claim use
   * @throws IllegalArgumentException when a name cannot stand in a CDI file
   * @throws AccessRefusedException when the host lacks what the devices need
   */
  public Content content(
      String uid,
      List<AllocatedDevice> allocated,
      Map<String, AccessOptions> options,
      List<Device> podmates)
      throws AccessRefusedException {
    List<CdiDevice> cdi = new ArrayList<>();
    Set<DeviceName> written = new HashSet<>();
    Map<String, List<Device>> requests = new LinkedHashMap<>();
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
    }
    Set<String> withAccess = new HashSet<>();
    for (Map.Entry<String, ContainerAccess> request :
        environment.plan(requests, options, podmates).entrySet()) {
      if (!request.getValue().isEmpty()) {
        cdi.add(new CdiDevice(requestId(uid, request.getKey()), request.getValue()));
        withAccess.add(request.getKey());
      }
    }
    List<PreparedDevice> answer = new ArrayList<>(allocated.size());
    for (AllocatedDevice a : allocated) {
      String request = a.result().mainRequest();
      List<String> ids = new ArrayList<>(2);
      ids.add(CdiNames.qualified(kind, deviceId(uid, a.device())));
      if (withAccess.remove(request)) {
        ids.add(CdiNames.qualified(kind, requestId(uid, request)));
      }
      answer.add(
          new PreparedDevice(
              request,
              a.result().pool(),
              a.result().device(),
              a.result().shareId(),
              a.result().adminAccess(),
              ids));
    }
    return new Content(new CdiSpec(kind, cdi).toJson(), answer);
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
   */
  public record Content(byte[] file, List<PreparedDevice> answer) {}

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
