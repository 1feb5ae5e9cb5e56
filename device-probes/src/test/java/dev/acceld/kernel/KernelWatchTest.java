package dev.acceld.kernel;

import static dev.acceld.probe.Fakes.name;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.Gpu;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.host.HostFs;
import dev.acceld.host.kernel.KernelClock;
import dev.acceld.host.kernel.KernelLogPosition;
import dev.acceld.host.kernel.KernelLogReader;
import dev.acceld.kernel.fault.LoggedFault;
import dev.acceld.kernel.fault.LoggedFault.Verdict;
import dev.acceld.probe.nvidia.kernel.NvidiaKernelLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a file that stands in for the kernel's log to lines and faults of devices. */
@Timeout(60)
class KernelWatchTest {
  private static final String XID = "NVRM: Xid (PCI:0000:17:00): ";

  /** The machine has run for ten days, and does so all the time. */
  private static final long UPTIME_MICROS = Duration.ofDays(10).toNanos() / 1000;

  @TempDir Path dir;
  private Path log;
  private String boot = "boot-1";
  private volatile Inventory inventory = Inventory.EMPTY;
  private final List<LoggedFault> faults = new CopyOnWriteArrayList<>();
  private volatile Verdict verdict = Verdict.NEW;
  private KernelWatch watch;
  private long sequence;

  @BeforeEach
  void begin() throws IOException {
    log = dir.resolve("kmsg");
    Files.writeString(log, "");
    Files.createDirectories(dir.resolve("proc"));
    Files.writeString(dir.resolve("proc/uptime"), UPTIME_MICROS / 1_000_000 + ".00 1.00\n");
    inventory =
        new Inventory(
            Instant.EPOCH,
            List.of(gpu("gpu-0", "0000:17:00.0"), gpu("gpu-1", "0000:18:00.0")),
            Set.of(),
            List.of());
    watch = watch();
  }

  @AfterEach
  void end() {
    watch.close();
  }

  private KernelWatch watch() {
    return new KernelWatch(
        new KernelLogReader(log),
        new KernelWatch.Devices(
            () -> inventory,
            () -> !inventory.devices().isEmpty(),
            (fault, last) -> {
              if (verdict != Verdict.NOT_YET) {
                faults.add(fault);
              }
              return verdict;
            }),
        new LogProgress(
            new KernelLogPosition(dir.resolve("position")), () -> Optional.ofNullable(boot)),
        new KernelClock(new HostFs(dir)),
        System::nanoTime,
        List.of(new NvidiaKernelLines()));
  }

  private static Device gpu(String name, String pci) {
    return new Gpu(
        new DeviceCommon(
            name(name),
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            new TreeSet<>(Set.of(name)),
            PciAddress.parse(pci),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of(),
            Map.of(),
            List.of()),
        "GPU-" + name,
        "H100",
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        80L << 30,
        "580.1.2");
  }

  private void write(String text) throws IOException {
    write(text, Duration.ZERO);
  }

  private void write(String text, Duration ago) throws IOException {
    append("4," + sequence++ + "," + (UPTIME_MICROS - ago.toNanos() / 1000) + ",-;" + text);
  }

  private void append(String line) throws IOException {
    Files.writeString(log, line + "\n", StandardOpenOption.APPEND);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("patience").isLessThan(end);
      Thread.sleep(20);
    }
  }

  private List<String> texts(String device) {
    return watch.lines().about(name(device), Instant.EPOCH).stream().map(KernelLine::text).toList();
  }

  /** The log has been read to its end, and all that waited is judged. */
  private void settled() throws Exception {
    write("end of what was written");
    long unrelated = watch.count(LineOutcome.UNRELATED);
    await(() -> watch.count(LineOutcome.UNRELATED) > unrelated);
    Thread.sleep(1500);
  }

  @Test
  void aLineIsKeptWithItsDeviceAndItsFaultGoesToTheAssessment() throws Exception {
    watch.start();
    settled();
    Instant before = Instant.now().minusMillis(500);
    write(XID + "79, pid=7, name=train, GPU has fallen off the bus.");
    await(() -> !faults.isEmpty());
    LoggedFault fault = faults.getFirst();
    assertThat(fault.device()).isEqualTo(name("gpu-0"));
    assertThat(fault.code().value()).isEqualTo("79");
    assertThat(fault.at()).isBetween(before, Instant.now());
    assertThat(fault.old()).isFalse();
    assertThat(fault.counted()).isTrue();
    assertThat(watch.lines().about(name("gpu-0"), Instant.EPOCH))
        .singleElement()
        .satisfies(line -> {
          assertThat(line.rule()).isEqualTo("xid");
          assertThat(line.facts()).containsEntry("process", "train");
        });
    assertThat(watch.lines().about(name("gpu-0"), Instant.now().plusSeconds(60))).isEmpty();
    assertThat(texts("gpu-1")).isEmpty();
    assertThat(watch.reads()).isTrue();
    assertThat(watch.problem()).isEmpty();
  }

  @Test
  void everyRecordHasAnOutcome() throws Exception {
    write(XID + "79, text");
    write("NVRM: Xid (PCI:0000:99:00): 79, text");
    write("usb 1-1: new device");
    append("12," + sequence++ + ",5,-;" + XID + "79, forged by a process");
    append("nonsense");
    sequence += 7;
    write("vfio-pci 0000:18:00.0: vfio_bar_restore: reset recovery - restoring BARs");
    watch.start();
    await(() -> watch.count(LineOutcome.DEVICE) == 2);
    assertThat(watch.count(LineOutcome.OTHER_DEVICE)).isEqualTo(1);
    assertThat(watch.count(LineOutcome.UNRELATED)).isEqualTo(1);
    assertThat(watch.count(LineOutcome.USER_SPACE)).isEqualTo(1);
    assertThat(watch.count(LineOutcome.MALFORMED)).isEqualTo(1);
    assertThat(watch.count(LineOutcome.LOST)).isEqualTo(7);
    assertThat(watch.count(LineOutcome.RATE_LIMITED)).isZero();
    assertThat(texts("gpu-1")).hasSize(1);
    await(() -> !faults.isEmpty());
    assertThat(faults).hasSize(1);
  }

  @Test
  void aRestartNeitherLosesNorRepeatsALine() throws Exception {
    write(XID + "31, before the agent");
    watch.start();
    settled();
    write(XID + "43, seen by the first");
    await(() -> faults.size() == 2);
    watch.close();
    write(XID + "79, while none runs", Duration.ofSeconds(30));
    watch = watch();
    watch.start();
    await(() -> faults.size() == 3);
    write(XID + "62, seen by the second");
    await(() -> faults.size() == 4);
    Thread.sleep(1500);
    assertThat(faults).extracting(f -> f.code().value()).containsExactly("31", "43", "79", "62");
    LoggedFault gap = faults.get(2);
    assertThat(gap.old()).isTrue();
    assertThat(gap.counted()).isTrue();
    assertThat(Duration.between(gap.at(), Instant.now())).isGreaterThan(Duration.ofSeconds(25));
    assertThat(watch.count(LineOutcome.LOST)).isZero();
  }

  @Test
  void aNewBootIsReadFromItsBeginning() throws Exception {
    sequence = 500;
    write(XID + "31, first boot");
    watch.start();
    await(() -> faults.size() == 1);
    Thread.sleep(1500);
    watch.close();
    boot = "boot-2";
    sequence = 0;
    Files.writeString(log, "");
    write(XID + "43, second boot");
    watch = watch();
    watch.start();
    await(() -> faults.size() == 2);
    assertThat(faults.getLast().code().value()).isEqualTo("43");
  }

  @Test
  void aMachineThatRebootsUnderTheAgentIsReadAnew() throws Exception {
    sequence = 500;
    write(XID + "31, first boot");
    watch.start();
    await(() -> faults.size() == 1);
    boot = "boot-2";
    sequence = 0;
    Files.writeString(log, "");
    write(XID + "43, second boot");
    await(() -> faults.size() == 2);
    assertThat(texts("gpu-0")).singleElement().asString().contains("second boot");
  }

  @Test
  void whatTheFirstAgentFindsIsRaisedButNotCounted() throws Exception {
    write(XID + "79, an hour ago", Duration.ofHours(1));
    watch.start();
    await(() -> !faults.isEmpty());
    assertThat(faults.getFirst().old()).isTrue();
    assertThat(faults.getFirst().counted()).isFalse();
  }

  @Test
  void whatALaterLineEndsIsNotRaised() throws Exception {
    write(XID + "79, off the bus", Duration.ofHours(3));
    write("NVRM: loading NVIDIA UNIX x86_64 Kernel Module  550.54.14", Duration.ofHours(2));
    write(XID + "62, halted", Duration.ofHours(1));
    write("NVRM: Xid (PCI:0000:18:00): 95, uncontained", Duration.ofHours(1));
    write(
        XID + "154, GPU recovery action changed from 0x1 (GPU Reset Required) to 0x0 (None)",
        Duration.ofMinutes(59));
    watch.start();
    await(() -> faults.stream().anyMatch(f -> f.device().equals(name("gpu-1"))));
    Thread.sleep(300);
    assertThat(faults)
        .extracting(f -> f.device().value() + " " + f.code().value())
        .containsExactlyInAnyOrder("gpu-1 95", "gpu-0 154");
  }

  @Test
  void aStormIsBoundedAndHarmsNoOther() throws Exception {
    watch.start();
    settled();
    StringBuilder storm = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      storm.append(
          "4," + sequence++ + "," + UPTIME_MICROS + ",-;" + XID + "31, number " + i + "\n");
    }
    Files.writeString(log, storm, StandardOpenOption.APPEND);
    write(XID + "79, text");
    write("NVRM: Xid (PCI:0000:18:00): 31, text");
    await(() -> faults.stream().anyMatch(f -> f.device().equals(name("gpu-1"))));
    assertThat(faults).hasSize(LineLimit.BURST + 2);
    assertThat(faults).extracting(f -> f.code().value()).contains("79");
    assertThat(texts("gpu-0")).hasSize(DeviceLines.MOST_EACH);
    assertThat(watch.count(LineOutcome.RATE_LIMITED)).isEqualTo(100_000 - LineLimit.BURST);
    assertThat(watch.count(LineOutcome.LOST)).isZero();
  }

  @Test
  void aFaultThatCannotBeJudgedYetIsNotForgottenByARestart() throws Exception {
    verdict = Verdict.NOT_YET;
    write(XID + "79, text", Duration.ofHours(1));
    write("something else");
    watch.start();
    await(() -> watch.count(LineOutcome.UNRELATED) == 1);
    Thread.sleep(1500);
    watch.close();
    verdict = Verdict.NEW;
    assertThat(faults).isEmpty();
    watch = watch();
    watch.start();
    await(() -> faults.size() == 1);
  }

  @Test
  void whatCannotBeReadIsAProblemWithARemedy() throws Exception {
    Files.delete(log);
    watch.start();
    await(() -> watch.problem().isPresent());
    assertThat(watch.problem().orElseThrow()).contains(log.toString(), "--kernel-log");
    assertThat(watch.reads()).isFalse();
  }
}
