package dev.acceld.dra.claim.health;

import dev.acceld.device.Device;
import dev.acceld.dra.claim.AllocatedDevice;
import dev.acceld.dra.claim.hardware.DeviceThreads;
import dev.acceld.probe.ControlFailedException;
import dev.acceld.probe.Signal;
import dev.acceld.selftest.DeviceSelfTest;
import dev.acceld.selftest.DeviceSelfTest.Result;
import dev.acceld.text.ErrorText;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests a device before a claim gets it, unless its physical part was tested since this process
 * started and had no fault since. Only what a test finds counts: a test that cannot be done says
 * nothing of the device, which is tried again the next time. Thread-safe.
 */
public final class SelfTests {
  /** A test is quick; one that takes so long counts as hanging. */
  public static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(SelfTests.class);

  private final Function<Device, Optional<DeviceSelfTest>> tests;
  private final Consumer<Signal.Fault> report;
  private final Duration patience;
  private final InstantSource clock;
  private final DeviceThreads threads;
  private final Set<String> passed = new HashSet<>(); // physical parts; guarded by this
  private final Set<String> unknown = new HashSet<>(); // those told of in the log; guarded by this
  private long forgotten; // how often; guarded by this

  /**
   * Tests nothing yet.
   *
   * @param tests how a device is tested; empty for one that is not
   * @param report takes a fault that a test has found; it counts as known when this returns
   */
  public SelfTests(
      Function<Device, Optional<DeviceSelfTest>> tests, Consumer<Signal.Fault> report) {
    this(tests, report, PATIENCE, InstantSource.system());
  }

  /** With another limit, for all tests of one claim together, and another clock. */
  public SelfTests(
      Function<Device, Optional<DeviceSelfTest>> tests,
      Consumer<Signal.Fault> report,
      Duration patience,
      InstantSource clock) {
    this.tests = tests;
    this.report = report;
    this.patience = patience;
    this.clock = clock;
    this.threads = new DeviceThreads(patience);
  }

  /** Nothing is tested. */
  public static SelfTests none() {
    return new SelfTests(device -> Optional.empty(), fault -> {});
  }

  /** The devices that have to be tested before a claim gets them; those for admin access never. */
  public List<AllocatedDevice> untested(List<AllocatedDevice> devices) {
    return devices.stream()
        .filter(d -> !d.result().adminAccess())
        .filter(d -> tests.apply(d.device()).isPresent() && !hasPassed(d.device()))
        .toList();
  }

  /**
   * Tests devices, a physical part once. No test begins any more when those before have taken as
   * long as one may take.
   *
   * @return false when the test of one has found a fault, which is reported by then
   */
  public boolean pass(List<AllocatedDevice> devices) {
    long begin = System.nanoTime();
    boolean well = true;
    for (AllocatedDevice each : devices) {
      if (System.nanoTime() - begin > patience.toNanos()) {
        LOG.warn("device={}: no time is left for its self-test", each.device().name());
        continue;
      }
      Optional<DeviceSelfTest> test = tests.apply(each.device());
      well &= test.isEmpty() || passes(each.device(), test.get());
    }
    return well;
  }

  private boolean passes(Device device, DeviceSelfTest test) {
    Result result = result(device, test);
    if (result instanceof Result.Unknown unknown) {
      tell(device, test, unknown.why());
    }
    return !(result instanceof Result.Failed);
  }

  private Result result(Device device, DeviceSelfTest test) {
    String part = device.common().physicalNames();
    try {
      return threads.call(part, test.describe(), () -> run(device, test));
    } catch (ControlFailedException e) {
      return new Result.Unknown("the call has not returned from the driver");
    } catch (RuntimeException | LinkageError e) {
      return new Result.Unknown(ErrorText.of(e)); // of a driver's library; no word on the device
    }
  }

  /**
   * By one thread at a time for a part: whoever waited for it has its result, too. What a call that
   * was given up has found when it returns counts as well.
   */
  private Result run(Device device, DeviceSelfTest test) {
    long before = times();
    Result result = hasPassed(device) ? new Result.Passed() : test.run(device);
    switch (result) {
      case Result.Passed _ -> passed(device, before);
      case Result.Failed failed ->
          report.accept(new Signal.Fault(device.name(), clock.instant(), failed.code()));
      case Result.Unknown _ -> {}
    }
    return result;
  }

  private synchronized boolean hasPassed(Device device) {
    return passed.containsAll(device.common().physical());
  }

  private synchronized long times() {
    return forgotten;
  }

  /** What was forgotten meanwhile was tested too early. */
  private synchronized void passed(Device device, long before) {
    if (before == forgotten) {
      passed.addAll(device.common().physical());
      unknown.removeAll(device.common().physical());
    }
  }

  private void tell(Device device, DeviceSelfTest test, String why) {
    boolean first;
    synchronized (this) {
      first = unknown.addAll(device.common().physical());
    }
    if (first) {
      LOG.warn(
          "device={}: its self-test ({}) could not be done, which is no reason to refuse it;"
              + " it is tried again for the next claim: {}",
          device.name(),
          test.describe(),
          why);
    }
  }

  /** These physical parts were faulty, reset or repaired: they are tested before their next use. */
  public synchronized void forget(Collection<String> parts) {
    forgotten++;
    parts.forEach(passed::remove);
    parts.forEach(unknown::remove);
  }

  /** The same of all, because the machine was restarted. */
  public synchronized void forgetAll() {
    forgotten++;
    passed.clear();
    unknown.clear();
  }
}
