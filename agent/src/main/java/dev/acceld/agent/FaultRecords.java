package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.devices.NodeDevices;
import dev.acceld.agent.faults.FaultHandlers;
import dev.acceld.agent.health.HealthHandlers;
import dev.acceld.agent.health.MarkKeeper;
import dev.acceld.agent.http.Condition;
import dev.acceld.agent.local.LocalCommand;
import dev.acceld.device.DeviceName;
import dev.acceld.history.RecentReadings;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.recorder.FlightRecorder;
import dev.acceld.recorder.FlightSources;
import dev.acceld.snapshot.NodeSnapshots;
import dev.acceld.telemetry.Telemetry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The latest readings of the devices, the records of their faults, and the commands for both. */
final class FaultRecords implements AutoCloseable {
  private final FlightRecorder recorder;
  private final MarkKeeper marks;
  private final RecentReadings recent;
  private final Map<String, LocalCommand> commands;

  private FaultRecords(
      FlightRecorder recorder,
      MarkKeeper marks,
      RecentReadings recent,
      Map<String, LocalCommand> commands) {
    this.recent = recent;
    this.recorder = recorder;
    this.marks = marks;
    this.commands = commands;
  }

  /**
   * Listens to the devices, which must not have been started, and records nothing before {@link
   * #start}.
   */
  static FaultRecords of(
      AgentConfig config, NodeDevices devices, NodeSnapshots snapshots, Telemetry telemetry) {
    RecentReadings recent = new RecentReadings(config.sampleInterval());
    FlightFiles files = FlightFiles.below(config.stateDir());
    MarkKeeper marks = new MarkKeeper(config.stateDir(), devices.health()::marks);
    Deeds deeds = new Deeds();
    HealthHandlers health =
        new HealthHandlers(
            () -> devices.supervisor().inventory(), devices.health(), marks, deeds::tell);
    FlightRecorder recorder =
        new FlightRecorder(
            files,
            new FlightSources(
                config.nodeName(),
                Version.current(),
                devices::boot,
                () -> devices.supervisor().inventory(),
                snapshots::takeWithProcesses,
                recent::of,
                (device, since) ->
                    devices.kernelLines().about(device.name(), since).stream()
                        .map(line -> line.at() + " " + line.text())
                        .toList(),
                health::evidence),
            config.flight(),
            telemetry.flight());
    deeds.to = (device, what) -> recorder.did(Optional.of(device), what);
    devices.supervisor().onReadings(recent::add);
    devices.health().onChange(recorder::healthChanged);
    telemetry
        .slices()
        .onWrite((verb, outcome) -> recorder.did("ResourceSlice " + verb + ": " + outcome));
    marks.start(); // before a device is published that is marked
    Map<String, LocalCommand> commands = new HashMap<>(health.commands());
    commands.putAll(
        FaultHandlers.of(config, files, recent, () -> devices.supervisor().inventory()));
    return new FaultRecords(recorder, marks, recent, commands);
  }

  /** What people do goes to the recorder, which in turn asks who said what. */
  private static final class Deeds {
    private volatile BiConsumer<DeviceName, String> to = (device, what) -> {};

    void tell(DeviceName device, String what) {
      to.accept(device, what);
    }
  }

  void start() {
    recorder.start();
  }

  /** The readings of the last ten minutes. */
  RecentReadings recent() {
    return recent;
  }

  /** By name. */
  Map<String, LocalCommand> commands() {
    return commands;
  }

  /** Why faults are not recorded; empty while they are. */
  Optional<Condition> condition() {
    return recorder.problem().map(why -> Condition.advisory("flight-records", false, why));
  }

  /** Why it is not known what people have marked; empty while it is. */
  Optional<Condition> marksCondition() {
    return marks.problem().map(why -> Condition.advisory("health-marks", false, why));
  }

  @Override
  public void close() {
    marks.close();
    recorder.close();
  }
}
