/**
 * Who holds which device: the join of prepared claims and devices that puts claims and pods on
 * series. Pure functions over immutable values; nothing is fetched here.
 */
@NullMarked
package dev.acceld.telemetry.attribution;

import org.jspecify.annotations.NullMarked;
