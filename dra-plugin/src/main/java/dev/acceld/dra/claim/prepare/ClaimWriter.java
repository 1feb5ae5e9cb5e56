package dev.acceld.dra.claim.prepare;

import dev.acceld.device.Device;
import dev.acceld.device.Inventory;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.dra.cdi.CdiText;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.ClaimObserver.Operation;
import dev.acceld.dra.claim.ClaimObserver.Phase;
import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.claim.StepHook;
import dev.acceld.dra.claim.Stopwatch;
import dev.acceld.dra.claim.record.ClaimCdi;
import dev.acceld.dra.claim.record.ClaimFiles;
import dev.acceld.dra.claim.record.ClaimRecord;
import dev.acceld.dra.claim.record.RecordedDevice;
import dev.acceld.dra.claim.record.RecordedOptions;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.dra.cluster.ResourceClaim;
import dev.acceld.dra.cluster.ResourceClaim.Result;
import dev.acceld.probe.AccessRefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a prepare that change something, all under the locks of the claim and its devices.
 *
 * <p>Order: CDI file, then the durable record, then the answer. Whole devices need no change of
 * hardware, so nothing has to be announced in a record of its own beforehand, and a prepare costs
 * one durable write instead of two. What a crash leaves: before the record, a CDI file that no
 * container refers to, because nothing was answered; the next prepare overwrites it, unprepare and
 * the janitor remove it. After the record, a prepared claim that is answered again. A device is
 * given away only by a record, and records are looked at under the device's lock: so never to two.
 */
public final class ClaimWriter {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimWriter.class);

  private final ClaimSettings settings;
  private final ClaimFiles files;
  private final Supplier<Inventory> inventory;
  private final Supplier<String> bootId;
  private volatile ByPod byPod = new ByPod(List.of(), Map.of());
  private final Clock clock;

  /** Records by the pods that use them. */
  private record ByPod(List<ClaimRecord> records, Map<PodRef, List<ClaimRecord>> index) {}

  public ClaimWriter(
      ClaimSettings settings,
      ClaimFiles files,
      Supplier<Inventory> inventory,
      Supplier<String> bootId,
      Clock clock) {
    this.settings = settings;
    this.files = files;
    this.inventory = inventory;
    this.bootId = bootId;
    this.clock = clock;
  }

  /**
   * The answer of a claim that is prepared already; its CDI file is put back if it is missing or
   * not what was written, and made anew if the host has changed since. Empty when there is no
   * finished record of this boot.
   */
  Optional<PrepareOutcome.Prepared> answerAgain(ClaimRef ref)
      throws ClaimRefusedException, IOException {
    Optional<ClaimRecord> record = files.recordUnderLock(ref);
    if (record.isEmpty() || !record.get().finishedIn(bootId.get())) {
      return Optional.empty();
    }
    ClaimRecord now = renewed(record.get());
    CdiText cdi = now.cdi();
    String file = files.cdi().fileName(ref.uid());
    try (Stopwatch watch = watch(ref, Phase.CDI)) {
      if (!files.cdiDir().holds(file, cdi)) {
        files.cdiDir().write(file, cdi.text().orElseThrow().getBytes(StandardCharsets.UTF_8));
      }
      watch.ok();
    } catch (IOException e) {
      throw cdiTrouble(file, e);
    }
    if (!now.equals(record.get())) {
      files.store().write(now);
      LOG.info(
          "CDI file {} was regenerated: the driver, its hook or a claim of the same pod has"
              + " changed",
          file);
    }
    return Optional.of(new PrepareOutcome.Prepared(now.answer()));
  }

  /**
   * The same for whoever keeps files in order without being asked for the claim. Nothing is written
   * for a claim that is being given back, or whose record is gone.
   *
   * @return whether its files are as they should be now
   */
  public boolean keepUp(ClaimRef ref) throws ClaimRefusedException, IOException {
    return !files.unpreparing().isSet(ref.uid()) && answerAgain(ref).isPresent();
  }

  /** Whether a claim has a CDI file that containers may need. */
  public boolean hasFile(ClaimRecord record) {
    return record.finishedIn(bootId.get());
  }

  /**
   * A record with the CDI file that its claim would get today: a driver that was exchanged has
   * other libraries, and a container that restarts needs those. What the kubelet was told never
   * changes, and where a device or the driver is away at the moment everything stays as it was.
   */
  public ClaimRecord renewed(ClaimRecord record) {
    if (!record.finishedIn(bootId.get())) {
      return record;
    }
    Optional<List<AllocatedDevice>> devices = devices(record);
    if (devices.isEmpty()) {
      return record;
    }
    try {
      ClaimCdi.Content content =
          files
              .cdi()
              .content(
                  record.claim().uid(),
                  devices.get(),
                  RecordedOptions.read(record.configuration()),
                  podmateDevices(record.claim(), record.pods()));
      CdiText cdi = CdiText.of(content.file());
      return content.answer().equals(record.answer()) && !cdi.equals(record.cdi())
          ? record.withCdi(cdi)
          : record;
    } catch (AccessRefusedException | IllegalArgumentException e) {
      LOG.debug("CDI file of claim {} stays as it is: {}", record.claim().path(), e.getMessage());
      return record;
    }
  }

  /** Other claims that a pod of this claim uses, as far as they are prepared by now. */
  List<ClaimRecord> podmates(ClaimRef claim, List<PodRef> pods) {
    Map<PodRef, List<ClaimRecord>> index = byPod();
    String boot = bootId.get();
    return pods.stream()
        .flatMap(pod -> index.getOrDefault(pod, List.of()).stream())
        .distinct()
        .filter(other -> other.finishedIn(boot))
        .filter(other -> !other.claim().uid().equals(claim.uid()))
        .sorted(
            Comparator.comparing(ClaimRecord::preparedAt)
                .thenComparing(other -> other.claim().uid()))
        .toList();
  }

  /**
   * Prepared claims that would change what is written for a claim if a pod used both, and of which
   * no record says whether one does: a claim that is prepared already is not asked for again when
   * another pod begins to share it.
   */
  List<ClaimRecord> mayMeet(
      ResourceClaim claim, List<AllocatedDevice> devices, Map<String, AccessOptions> options) {
    if (!files.cdi().dependsOnOthers(devices)) {
      return List.of(); // the usual case
    }
    ClaimRef ref = claim.ref();
    List<ClaimRecord> known = podmates(ref, claim.pods());
    List<Device> podmates = podmateDevices(ref, claim.pods());
    String boot = bootId.get();
    List<ClaimRecord> found = new ArrayList<>();
    for (ClaimRecord other : files.store().all()) {
      boolean candidate =
          other.claim().namespace().equals(ref.namespace())
              && !other.claim().uid().equals(ref.uid())
              && other.finishedIn(boot)
              && !known.contains(other);
      if (candidate && matters(ref, devices, options, podmates, devices(other).orElse(List.of()))) {
        found.add(other);
      }
    }
    return found;
  }

  private boolean matters(
      ClaimRef ref,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      List<Device> podmates,
      List<AllocatedDevice> others) {
    List<Device> more = new ArrayList<>(podmates);
    others.forEach(d -> more.add(d.device()));
    try {
      return !Arrays.equals(
          files.cdi().content(ref.uid(), devices, options, podmates).file(),
          files.cdi().content(ref.uid(), devices, options, more).file());
    } catch (AccessRefusedException | IllegalArgumentException e) {
      LOG.debug("claim {}: {}", ref.path(), e.getMessage());
      return false; // said when it is written
    }
  }

  /**
   * Notes that pods use a prepared claim, too, if that matters for what is written for it or for
   * other claims of theirs; under its lock.
   *
   * @return whether that was not known
   */
  boolean addPods(ClaimRef ref, List<PodRef> pods) throws IOException {
    Optional<ClaimRecord> record =
        files.recordUnderLock(ref).filter(r -> r.finishedIn(bootId.get()));
    if (record.isEmpty()
        || record.get().pods().containsAll(pods)
        || !files.cdi().dependsOnOthers(devices(record.get()).orElse(List.of()))) {
      return false;
    }
    Set<PodRef> users = new LinkedHashSet<>(record.get().pods());
    users.addAll(pods);
    files.store().write(record.get().withPods(List.copyOf(users)));
    return true;
  }

  /** Made once for each list of records that the store gives: it changes with every record. */
  @SuppressWarnings("ReferenceEquality") // the very list
  private Map<PodRef, List<ClaimRecord>> byPod() {
    List<ClaimRecord> all = files.store().all();
    ByPod now = byPod;
    if (now.records() != all) {
      Map<PodRef, List<ClaimRecord>> index = new HashMap<>();
      for (ClaimRecord record : all) {
        for (PodRef pod : record.pods()) {
          index.computeIfAbsent(pod, p -> new ArrayList<>()).add(record);
        }
      }
      now = new ByPod(all, index);
      byPod = now;
    }
    return now.index();
  }

  private List<Device> podmateDevices(ClaimRef claim, List<PodRef> pods) {
    return podmates(claim, pods).stream()
        .flatMap(other -> devices(other).stream().flatMap(List::stream))
        .map(AllocatedDevice::device)
        .toList();
  }

  /** The devices of a record as they are today; empty when one of them is not there. */
  private Optional<List<AllocatedDevice>> devices(ClaimRecord record) {
    Inventory now = inventory.get();
    List<AllocatedDevice> devices = new ArrayList<>(record.devices().size());
    for (RecordedDevice recorded : record.devices()) {
      if (recorded.recipe().isPresent()) {
        return Optional.empty(); // what was made for the claim went with the driver
      }
      PreparedDevice prepared = recorded.prepared();
      Optional<Device> device =
          now.devices().stream()
              .filter(d -> d.name().value().equals(prepared.device()))
              .filter(d -> !now.missing().contains(d.name()))
              .findFirst();
      if (device.isEmpty()) {
        return Optional.empty();
      }
      devices.add(
          new AllocatedDevice(
              new Result(
                  prepared.request(),
                  settings.driverName(),
                  prepared.pool(),
                  prepared.device(),
                  prepared.adminAccess(),
                  prepared.shareId()),
              device.get()));
    }
    return Optional.of(devices);
  }

  /** Prepares the claim with devices that nobody else holds. */
  PrepareOutcome.Prepared write(
      ResourceClaim claim, List<AllocatedDevice> devices, Map<String, AccessOptions> options)
      throws ClaimRefusedException, IOException {
    ClaimRef ref = claim.ref();
    Optional<ClaimRecord> earlier = files.recordUnderLock(ref);
    ClaimCdi.Content content;
    String file = files.cdi().fileName(ref.uid());
    Optional<byte[]> before = files.cdiDir().read(file);
    boolean recorded = files.store().exists(ref.uid()); // a damaged record, too
    try (Stopwatch watch = watch(ref, Phase.CDI)) {
      content = content(claim, devices, options);
      if (!recorded) {
        files.writing().set(ref.uid());
      }
      files.cdiDir().write(file, content.file());
      watch.ok();
    } catch (IOException e) {
      throw cdiTrouble(file, e);
    }
    files.hook().reached(StepHook.Step.CDI_WRITTEN);
    try (Stopwatch watch = watch(ref, Phase.RECORD)) {
      Optional<ClaimRecord> same =
          earlier.filter(
              r -> claim.allocation().filter(a -> r.isOf(settings.driverName(), a)).isPresent());
      files.store().write(record(claim, devices, options, content, same));
      files.writing().clear(ref.uid());
      watch.ok();
    } catch (IOException e) {
      undo(ref, file, recorded, before, e);
      throw e;
    }
    files.hook().reached(StepHook.Step.RECORD_WRITTEN);
    return new PrepareOutcome.Prepared(content.answer());
  }

  private ClaimCdi.Content content(
      ResourceClaim claim, List<AllocatedDevice> devices, Map<String, AccessOptions> options)
      throws ClaimRefusedException {
    try {
      return files
          .cdi()
          .content(claim.ref().uid(), devices, options, podmateDevices(claim.ref(), claim.pods()));
    } catch (IllegalArgumentException e) {
      throw new ClaimRefusedException("cannot generate the CDI file: " + e.getMessage(), e);
    } catch (AccessRefusedException e) {
      throw new ClaimRefusedException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Leaves no half of a prepare behind; an earlier record and its CDI file stay as they were. */
  private void undo(
      ClaimRef ref,
      String cdiFile,
      boolean keepRecord,
      Optional<byte[]> before,
      IOException cause) {
    try {
      if (keepRecord && before.isPresent()) {
        files.cdiDir().write(cdiFile, before.get());
      } else {
        files.cdiDir().remove(cdiFile);
      }
      if (!keepRecord) {
        files.store().remove(ref.uid());
        files.writing().clear(ref.uid());
      }
    } catch (IOException e) {
      cause.addSuppressed(e); // the kubelet asks again, or has it unprepared
    }
  }

  private ClaimRecord record(
      ResourceClaim claim,
      List<AllocatedDevice> devices,
      Map<String, AccessOptions> options,
      ClaimCdi.Content content,
      Optional<ClaimRecord> earlier) {
    List<RecordedDevice> recorded = new ArrayList<>(devices.size());
    for (int i = 0; i < devices.size(); i++) {
      AllocatedDevice a = devices.get(i);
      recorded.add(
          new RecordedDevice(
              content.answer().get(i),
              a.physical(),
              a.device().common().attributes(),
              a.device().common().capacities(),
              a.place(),
              a.recipe()));
    }
    return new ClaimRecord(
        ClaimRecord.State.PREPARED,
        bootId.get(),
        claim.ref(),
        recorded,
        RecordedOptions.write(options),
        claim.pods(),
        earlier.map(ClaimRecord::preparedAt).orElseGet(clock::instant),
        CdiText.of(content.file()),
        earlier.flatMap(ClaimRecord::traceContext),
        earlier.map(ClaimRecord::use).orElse(Map.of()),
        files.tombstones().toNote(claim.ref().uid()));
  }

  private ClaimRefusedException cdiTrouble(String file, IOException e) {
    return new ClaimRefusedException(
        "the CDI file "
            + files.cdiDir().path(file)
            + " cannot be written: "
            + ClaimFiles.describe(e)
            + "; make "
            + settings.cdiDir()
            + " writable for the agent, with free space, or set another with --cdi-dir",
        e);
  }

  private Stopwatch watch(ClaimRef ref, Phase phase) {
    return new Stopwatch(files.observer(), ref, Operation.PREPARE, phase);
  }
}
