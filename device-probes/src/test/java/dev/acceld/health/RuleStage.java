package dev.acceld.health;

import static dev.acceld.probe.Fakes.name;

import dev.acceld.device.Device;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.ProbeStatus.State;
import dev.acceld.device.Vendor;
import dev.acceld.faultstore.FaultStore;
import dev.acceld.faultstore.KeptFault;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Fakes;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.FaultCode;
import dev.acceld.vendor.HealthRulebook;
import dev.acceld.vendor.HealthRules;
import dev.acceld.vendor.Recovery;
import dev.acceld.vendor.rule.CommonRules;
import dev.acceld.vendor.rule.Evidence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** One device, to which any signal of a vendor's table can happen, and any evidence. */
final class RuleStage implements AutoCloseable {
  static final String DEVICE = "gpu-0";

  final Fakes.HandClock clock = new Fakes.HandClock();
  final HealthAssessor health;
  private final HealthRules rules;
  private final Vendor vendor;
  private final Device device;
  private final FaultStore store;

  RuleStage(Vendor vendor, HealthRules rules, Path dir) {
    this.vendor = vendor;
    this.rules = rules;
    device = vendor.equals(Vendor.GOOGLE) ? Fakes.tpu(DEVICE) : Fakes.gpu(DEVICE, vendor);
    health =
        new HealthAssessor(new HealthRulebook(Map.of(vendor, rules)), clock::instant, clock::nanos);
    store = FaultStore.in(dir, () -> Optional.of("boot"));
    health.keep(store);
    probe(State.READY);
  }

  private void probe(State state) {
    health.inventory(
        new Inventory(
            clock.instant(),
            List.of(device),
            Set.of(),
            List.of(new ProbeStatus(vendor.probe(), state, clock.instant(), "detail"))));
  }

  void signals(Signal... signals) {
    health.signals(List.of(signals));
  }

  /** The signal of that name happens. */
  void raise(String signal) {
    switch (signal) {
      case CommonRules.LOST -> signals(new Signal.Lost(name(DEVICE), clock.instant(), "detail"));
      case CommonRules.UNRESPONSIVE ->
          signals(new Signal.Hung(name(DEVICE), clock.instant(), true, "detail"));
      case CommonRules.RELEASED ->
          signals(new Signal.Released(name(DEVICE), clock.instant(), true));
      case CommonRules.PROBE_FAILED -> {
        probe(State.FAILED);
        clock.seconds(30);
        health.tick();
      }
      default -> {
        if (signal.startsWith(CommonRules.RECOVERY)) {
          signals(new Signal.RecoveryAction(name(DEVICE), clock.instant(), number(signal)));
        } else {
          defect(signal, true);
          fault(signal).ifPresent(this::happens);
        }
      }
    }
  }

  void happens(FaultCode code) {
    signals(new Signal.Fault(name(DEVICE), clock.instant(), code));
  }

  /** That can be seen. */
  void see(Evidence evidence, String signal) throws IOException {
    switch (evidence) {
      case OVER -> {
        defect(signal, false);
        signals(new Signal.Released(name(DEVICE), clock.instant(), false));
      }
      case ANSWERS -> {
        signals(
            new Signal.Answers(name(DEVICE), clock.instant()),
            new Signal.Hung(name(DEVICE), clock.instant(), false, ""));
        probe(State.READY);
      }
      case RESET -> signals(new Signal.Reset(name(DEVICE), clock.instant()));
      case DRIVER_CONTENT -> signals(new Signal.RecoveryAction(name(DEVICE), clock.instant(), 0));
      case QUIET ->
          fault(signal)
              .ifPresent(
                  code -> signals(new Signal.FaultOver(name(DEVICE), clock.instant(), code)));
      case REBOOT -> health.rebooted();
      case REPAIRED -> health.repaired(name(DEVICE), Optional.empty());
    }
  }

  private int number(String signal) {
    return IntStream.range(1, 10)
        .filter(n ->
            rules
                .recovery(n)
                .map(Recovery::id)
                .filter(id -> signal.equals(CommonRules.RECOVERY + "-" + id))
                .isPresent())
        .findFirst()
        .orElseThrow();
  }

  private void defect(String signal, boolean present) {
    Arrays.stream(DefectKind.values())
        .filter(kind -> kind.signal().equals(signal))
        .forEach(
            kind -> signals(new Signal.Defect(name(DEVICE), clock.instant(), kind, present, "")));
  }

  private Optional<FaultCode> fault(String signal) {
    int dot = signal.indexOf('.');
    return KeptFault.codeOf(
            signal.equals("xid-other") ? "xid-999" : dot < 0 ? signal : signal.substring(0, dot))
        .filter(code -> rules.reasons().contains(code.reason()))
        .map(code ->
            new FaultCode(code.reason(), code.value(), dot < 0 ? "" : signal.substring(dot + 1)));
  }

  @Override
  public void close() {
    store.close();
  }

  HealthReport report() {
    return Objects.requireNonNull(health.reports().get(name(DEVICE)));
  }
}
