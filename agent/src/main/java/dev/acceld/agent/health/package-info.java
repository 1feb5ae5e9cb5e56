/**
 * An operator's wishes about the health rules: the file, its mistakes, and its watch. What the
 * rules are is for {@code dev.acceld.vendor.rule}.
 */
@NullMarked
package dev.acceld.agent.health;

import org.jspecify.annotations.NullMarked;
