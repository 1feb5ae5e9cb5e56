/**
 * What a vendor implements ({@link dev.acceld.probe.Probe}) and the supervisor that runs the
 * vendors apart from one another, so that a hung library stalls nobody else. No vendor code lives
 * here.
 */
@NullMarked
package dev.acceld.probe;

import org.jspecify.annotations.NullMarked;
