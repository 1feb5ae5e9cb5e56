package dev.acceld.vendor;

import dev.acceld.device.HealthReport.Action;

/**
 * What a driver asks for, so that a device recovers.
 *
 * @param id a label-safe word
 * @param description what to do, for a person
 * @param action the nearest of ours
 */
public record Recovery(String id, String description, Action action) {}
