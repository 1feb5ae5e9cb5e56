/**
 * The only code that reads {@code /sys}, {@code /proc} and {@code /dev}, all below a root that can
 * be moved. It parses; it draws no conclusions about vendors.
 */
@NullMarked
package dev.acceld.host;

import org.jspecify.annotations.NullMarked;
