/**
 * What the status page and the JSON API show, as plain values: made from the same snapshots as the
 * metrics. As JSON, names are in snake case and end in the unit.
 */
@NullMarked
package dev.acceld.agent.status.model;

import org.jspecify.annotations.NullMarked;
