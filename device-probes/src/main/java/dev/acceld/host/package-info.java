/**
 * The only code that reads {@code /sys}, {@code /proc} and {@code /dev}, all below a configurable
 * root. It parses, and draws no conclusions about vendors.
 */
@NullMarked
package dev.acceld.host;

import org.jspecify.annotations.NullMarked;
