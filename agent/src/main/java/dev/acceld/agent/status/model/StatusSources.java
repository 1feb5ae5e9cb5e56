package dev.acceld.agent.status.model;

import dev.acceld.agent.http.Condition;
import dev.acceld.device.DeviceName;
import dev.acceld.history.History;
import dev.acceld.prepare.Prepare;
import dev.acceld.recorder.FlightFiles;
import dev.acceld.snapshot.NodeSnapshot;
import dev.acceld.usage.UsageReport;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Where the status page finds what is known. Each must answer at once, on any thread; only the
 * records of faults are read from disk.
 *
 * @param node the Node's name
 * @param driver the driver's name
 * @param version the agent's version
 * @param snapshot the node as it is now
 * @param claimsKnown whether the claims of a snapshot are all that are prepared
 * @param withProcesses the same with processes; empty where they are not to be shown
 * @param history the last ten minutes of a device; empty when nothing was measured
 * @param usage what claims used
 * @param conditions what readiness says
 * @param prepares the last prepares, the latest first
 * @param faults the records of faults
 */
public record StatusSources(
    String node,
    String driver,
    String version,
    Supplier<NodeSnapshot> snapshot,
    BooleanSupplier claimsKnown,
    Optional<Supplier<NodeSnapshot>> withProcesses,
    Function<DeviceName, Optional<History>> history,
    Supplier<UsageReport> usage,
    Supplier<List<Condition>> conditions,
    Supplier<List<Prepare>> prepares,
    FlightFiles faults) {}
