/**
 * Looks for what people get wrong on a node and says what to do about it. A check is one file; it
 * reads, asks, and changes nothing (but for a probe file where it asks whether a disk is full).
 * Loaded by that command only.
 */
@NullMarked
package dev.acceld.agent.doctor;

import org.jspecify.annotations.NullMarked;
