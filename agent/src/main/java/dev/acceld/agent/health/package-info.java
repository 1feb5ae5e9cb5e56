/**
 * What operators say of health: their wishes about the health rules (the file, its mistakes, and
 * its watch), marks on devices that are kept on disk, and faults that they know to be over. What
 * the rules are is for {@code dev.acceld.vendor.rule}.
 */
@NullMarked
package dev.acceld.agent.health;

import org.jspecify.annotations.NullMarked;
