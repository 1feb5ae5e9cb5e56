package dev.acceld.usage;

import java.util.List;
import java.util.Map;

/**
 * What is kept of the count, so that the next process goes on from it.
 *
 * @param boot the kernel's id of the boot in which it was kept; empty when it could not be read
 * @param uptimeSeconds how long that boot had lasted then
 * @param claims the claims that are counted
 * @param namespaces the sums by namespace, the one that used nothing for longest first
 * @param energyCounters the last value of each device's energy counter, in joules
 */
record UsageState(
    String boot,
    double uptimeSeconds,
    List<ClaimUsageView> claims,
    Map<String, UsageView> namespaces,
    Map<String, Double> energyCounters) {}
