/**
 * What a health rule is made of: the signal, what it means for the device, and the evidence that
 * ends it. Data only; the vendors fill the tables, and {@code dev.acceld.health} evaluates them.
 */
@NullMarked
package dev.acceld.vendor.rule;

import org.jspecify.annotations.NullMarked;
