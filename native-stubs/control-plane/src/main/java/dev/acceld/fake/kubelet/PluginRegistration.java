package dev.acceld.fake.kubelet;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A plugin instance as it introduced itself.
 *
 * @param driver its name
 * @param socket the registration socket
 * @param endpoint the DRA socket
 * @param draVersion the first of its versions that the kubelet knows
 * @param healthVersion the kubelet's preferred one of those that it offers
 * @param getInfoTook how long its answer to GetInfo took
 */
public record PluginRegistration(
    String driver,
    Path socket,
    String endpoint,
    String draVersion,
    Optional<String> healthVersion,
    Duration getInfoTook) {}
