/**
 * Repair in place: a device is taken out of use, reset in its vendor's way, and proven to work
 * before it is offered again. When the operator asks, or by rule.
 */
@NullMarked
package dev.acceld.agent.repair;

import org.jspecify.annotations.NullMarked;
