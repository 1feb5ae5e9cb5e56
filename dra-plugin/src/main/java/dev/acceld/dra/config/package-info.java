/**
 * Opaque configuration, as DeviceClasses and ResourceClaims carry it: the kinds that this driver
 * takes, and reading them strictly. What a configuration is applied to is decided elsewhere.
 */
@NullMarked
package dev.acceld.dra.config;

import org.jspecify.annotations.NullMarked;
