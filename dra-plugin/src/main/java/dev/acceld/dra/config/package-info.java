/**
 * Opaque configuration of DeviceClasses and ResourceClaims: the supported kinds, and strict
 * parsing. It is applied elsewhere.
 */
@NullMarked
package dev.acceld.dra.config;

import org.jspecify.annotations.NullMarked;
