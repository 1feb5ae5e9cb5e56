package dev.acceld.vendor;

import java.util.Optional;

/**
 * A setting that only one vendor's module reads.
 *
 * @param name as in a flag without its dashes, {@code nvidia-driver-root}; it begins with the
 *     vendor's name
 * @param argument what stands for the value in a usage line; {@code BOOLEAN} for a switch
 * @param fallback what holds when nobody says anything
 * @param description one line for {@code --help}
 */
public record VendorSetting(
    String name, String argument, Optional<String> fallback, String description) {}
