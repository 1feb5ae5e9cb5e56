/**
 * What the commands show of a running agent, as plain values that become JSON. Built from the same
 * snapshots as the metrics; nothing is measured or decided here.
 */
@NullMarked
package dev.acceld.agent.view;

import org.jspecify.annotations.NullMarked;
