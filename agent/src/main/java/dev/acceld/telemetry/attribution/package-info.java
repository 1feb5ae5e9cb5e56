/**
 * The holder of each device: the join of prepared claims and devices that adds claims and pods to
 * series. Pure functions over immutable values; nothing is fetched here.
 */
@NullMarked
package dev.acceld.telemetry.attribution;

import org.jspecify.annotations.NullMarked;
